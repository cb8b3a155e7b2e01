import Base
import Data
import Video

/// Frames of a video by their index, read forwards where that is possible.
final class FrameCursor {
  private let source: any VideoSource
  private var current: Frame?
  /// Frames that have been read; all that there are once the end was met.
  private(set) var read = 0
  /// Reading on is cheaper than seeking up to this distance.
  private static let seekDistance = 96

  init(_ source: any VideoSource) { self.source = source }

  /// Frame `index`. Its pixels are valid until the next call.
  ///
  /// - Throws: `end` if the video has fewer frames; `format` or `io` if it breaks off before.
  func frame(at index: Int) throws(SVFAPError) -> Frame {
    if let current, current.index == index { return current }
    let next = current.map { $0.index + 1 } ?? 0
    if index < next || index > next + Self.seekDistance && source.info.isSeekable { try source.seek(to: index) }
    while let frame = try source.next() {
      current = frame
      read = max(read, frame.index + 1)
      if frame.index == index { return frame }
    }
    current = nil
    throw SVFAPError(.end, "the video ends after \(read) frames; frame \(index) was needed")
  }

  /// How many frames there are, counted by reading them all.
  func count() throws(SVFAPError) -> Int {
    while let frame = try source.next() { read = max(read, frame.index + 1) }
    try source.seek(to: 0)
    current = nil
    return read
  }
}

/// Reads clips of a video: the number of its frames first, then those that a selection asks for.
struct ClipReader {
  private let cursor: FrameCursor
  private let info: StreamInfo
  private let recipe: PreparationRecipe

  init(_ source: any VideoSource, _ recipe: PreparationRecipe) {
    cursor = FrameCursor(source)
    info = source.info
    self.recipe = recipe
  }

  /// Calls `body` with the frame indices of the clips that `select` chooses from so many frames.
  ///
  /// The number that the container claims is believed until it proves wrong; then the frames that were met are counted and
  /// `select` is asked once more.
  ///
  /// - Parameters:
  ///   - select: indices on the recipe's grid of frames, a list for every clip.
  ///   - body: `frame(place)` gives the frame for a place of the clip.
  func clips(
    select: (_ count: Int) -> [[Int]],
    _ body: (_ clip: Int, _ frame: (Int) throws(SVFAPError) -> Frame) throws(SVFAPError) -> Void
  ) throws(SVFAPError) {
    var count = info.frameCount ?? 0
    if count <= 0 { count = try cursor.count() }
    do throws(SVFAPError) {
      try read(count, select, body)
    } catch {
      guard error.code == .end, cursor.read > 0, cursor.read < count else { throw error }
      try read(cursor.read, select, body)
    }
  }

  private func read(
    _ count: Int, _ select: (_ count: Int) -> [[Int]],
    _ body: (_ clip: Int, _ frame: (Int) throws(SVFAPError) -> Frame) throws(SVFAPError) -> Void
  ) throws(SVFAPError) {
    guard count > 0 else { throw SVFAPError(.format, "there are no frames in it") }
    let grid = FrameGrid(frames: count, rate: info.framesPerSecond, recipe)
    // A frame's pixels belong to the source: it must live until the last one was used, not just until it was asked for.
    defer { withExtendedLifetime(cursor) {} }
    for (clip, indices) in select(grid.count).enumerated() {
      try body(clip) { (place) throws(SVFAPError) in try cursor.frame(at: grid.frame(indices[place])) }
    }
  }
}
