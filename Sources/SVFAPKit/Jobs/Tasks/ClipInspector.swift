import Base
import Data
import Plugins
import Video

/// Reads the first frames of a clip and tells what they are like.
struct ClipInspector {
  private let runtime: Runtime
  private let source: String
  private let config: JSONValue
  private let recipe: PreparationRecipe
  /// Frames that are decoded of a clip.
  private let frames: Int
  /// Of the decoded frames the colours of every one in so many are measured.
  private static let measured = 4

  init(_ runtime: Runtime, source: String, config: JSONValue, recipe: PreparationRecipe, frames: Int) {
    self.runtime = runtime
    self.source = source
    self.config = config
    self.recipe = recipe
    self.frames = frames
  }

  /// - Throws: `cancelled`; a clip that cannot be read is an observation, not an error.
  func look(at path: String, _ context: RunContext) throws(SVFAPError) -> ClipObservation {
    var clip = ClipObservation(path: path)
    if isFolder(path) { clip.names = FrameNames(folder: path) }
    do throws(SVFAPError) {
      try PluginScope.with(cancel: context.token, pool: nil) { () throws(SVFAPError) in try read(&clip, context) }
    } catch {
      if error.code == .cancelled { throw error }
      clip.failure = error.message.contains(path) ? error.message : "\(path): \(error.message)"
    }
    return clip
  }

  private func read(_ clip: inout ClipObservation, _ context: RunContext) throws(SVFAPError) {
    let video = try runtime.registry.openSource(clip.path, source: source, config: config)
    clip.width = video.info.width
    clip.height = video.info.height
    clip.frameRate = video.info.framesPerSecond
    clip.frameCount = video.info.frameCount
    while clip.decoded < frames {
      try context.check()
      guard let frame = try video.next() else {
        clip.frameCount = clip.decoded
        break
      }
      if frame.isDamaged || frame.rgb == nil {
        clip.damaged += 1
      } else {
        (clip.width, clip.height) = (frame.width, frame.height)
        if clip.decoded % Self.measured == 0 { clip.pictures.add(frame, box: recipe.box(width: frame.width, height: frame.height)) }
      }
      clip.decoded += 1
    }
    guard clip.decoded > 0 else { throw SVFAPError(.format, "\(clip.path): there are no frames in it") }
    guard clip.damaged < clip.decoded else {
      throw SVFAPError(.format, "\(clip.path): none of its first \(clip.decoded) frames could be restored")
    }
  }
}
