import CSVFAPPlugin
import PluginKit

/// Draws the frames of a video when they are asked for. Nothing is remembered from one to the next.
final class SyntheticReader: Reader {
  private let options: SyntheticOptions
  private let scene: Scene
  private let canvas: Canvas
  private let background: Canvas
  private let format = StableText("synthetic, drawn face")
  private let metadata: StableText
  private var position = 0

  /// - Throws: `noMemory`.
  init(_ options: SyntheticOptions) throws(PluginError) {
    self.options = options
    scene = Scene(options)
    canvas = try Canvas(width: options.width, height: options.height)
    background = try Canvas(width: options.width, height: options.height)
    metadata = StableText(scene.metadata(options))
    scene.backdrop.paint(background)
  }

  func info() throws(PluginError) -> svfap_stream_info {
    var info = svfap_stream_info()
    info.width = Int64(options.width)
    info.height = Int64(options.height)
    info.frame_count = Int64(options.frames)
    info.rate_numerator = Int64(options.rate.numerator)
    info.rate_denominator = Int64(options.rate.denominator)
    info.duration_s = options.rate.time(of: options.frames)
    info.seekable = 1
    info.format = format.text
    info.metadata = metadata.text
    return info
  }

  func next() throws(PluginError) -> svfap_frame? {
    guard position < options.frames else { return nil }
    let time = options.rate.time(of: position)
    let shown = options.still ?? position
    canvas.copy(background)
    FacePainter(canvas, scene.identity, scene.state(at: shown, time: options.rate.time(of: shown))).paint()
    canvas.addGrain(Float(scene.noise), key: SeededRandom(seed: UInt64(options.seed), stream: "noise").bits(UInt64(shown)))
    var frame = svfap_frame()
    frame.index = Int64(position)
    frame.time_s = time
    frame.width = Int64(options.width)
    frame.height = Int64(options.height)
    frame.row_bytes = Int64(3 * options.width)
    frame.rgb = UnsafePointer(canvas.pixels)
    position += 1
    return frame
  }

  func seek(to index: Int) throws(PluginError) -> Int {
    guard index < options.frames else {
      throw PluginError(Status.end, "there are \(options.frames) frames; frame \(index) was sought")
    }
    position = index
    return index
  }
}
