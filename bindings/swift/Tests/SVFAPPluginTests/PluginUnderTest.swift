import CSVFAPPlugin
import CSVFAPPluginKit
import SVFAPPlugin

/// Two numbers a clip: the sum of what it reads, times a factor, and its level. It reads tokens where it is asked to.
struct SumHead: TaskHead {
  static let summary = "a \"sum\"\n"
  static let labelFields = [LabelField("label", "number")]

  let input: HeadInput
  let width: Int

  init(options: Options, width: Int) throws(PluginError) {
    guard let levels = try options.integer("/levels"), levels == 7 else { throw PluginError(.config, "no levels") }
    if try options.flag("/flag") != true { throw PluginError(.config, "no flag") }
    input = width == 2 ? .tokens : .features
    self.width = width
  }

  var parameters: [Parameter] { [Parameter("factor", shape: [1], start: .constant(2)), Parameter("none", shape: [2, 3], decays: true)] }
  var outputs: [Output] { [Output("sum", range: -.infinity...(.infinity)), Output("level", unit: "level", range: 0...7)] }
  var metrics: [Metric] { [Metric("mae", largerIsBetter: false)] }
  var targetWidth: Int { 1 }
  var accumulatorWidth: Int { 2 }

  func target(_ fields: [String]) throws(PluginError) -> [Float] {
    if fields == ["short"] { return [] }
    guard fields.count == 1, let value = PluginHost.number(fields[0]) else { throw PluginError(.format, "\(fields)") }
    return [Float(value)]
  }

  func forward(
    _ input: UnsafeBufferPointer<Float>, parameters: [UnsafeBufferPointer<Float>], raw: UnsafeMutableBufferPointer<Float>
  ) {
    raw[0] = input.reduce(0, +) * parameters[0][0]
    raw[1] = Float(input.count)
  }

  func loss(_ batch: Batch) -> Double {
    for clip in 0..<batch.count {
      batch.gradients[0][0] += batch.input[clip].reduce(0, +)
      for index in batch.inputGradient[clip].indices { batch.inputGradient[clip][index] = batch.targets[clip][0] }
    }
    return Double(batch.raw[batch.count - 1][0])
  }

  func readings(_ raw: UnsafeBufferPointer<Float>, into readings: UnsafeMutableBufferPointer<Float>) {
    for index in raw.indices { readings[index] = raw[index] + 1 }
  }

  func accumulate(
    _ readings: UnsafeBufferPointer<Float>, target: UnsafeBufferPointer<Float>, into accumulator: UnsafeMutableBufferPointer<Double>
  ) {
    accumulator[0] += 1
    accumulator[1] += Double(abs(readings[0] - target[0]))
  }

  func measure(_ accumulator: UnsafeBufferPointer<Double>) -> [Double] {
    accumulator[0] > 0 ? [accumulator[1] / accumulator[0]] : []
  }
}

/// Three frames of one pixel, the second one lost.
final class ThreeFrames: SeekableVideoSource {
  static func score(path: String, head: UnsafeRawBufferPointer) -> Int { path.hasSuffix(".three") ? 200 + head.count : -1 }

  private let pixel: UnsafeMutablePointer<UInt8> = .allocate(capacity: 3)
  private var position = 0

  init(path: String, options: Options) throws(PluginError) {
    guard path.hasSuffix(".three") else { throw PluginError(.notFound, "\(path): there is no such video") }
    pixel.initialize(repeating: 0, count: 3)
  }

  deinit { pixel.deallocate() }

  var info: StreamInfo { StreamInfo(width: 1, height: 1, rate: .average(frames: 25, seconds: 1), frameCount: 3, format: "three") }

  func next() -> Frame? {
    guard position < 3 else { return nil }
    defer { position += 1 }
    pixel[0] = UInt8(position)
    return Frame(index: position, time: Double(position) / 25, width: 1, height: 1, rgb: position == 1 ? nil : UnsafePointer(pixel))
  }

  func seek(to index: Int) throws(PluginError) -> Int {
    guard index <= 3 else { throw PluginError(.invalidArgument, "there are three frames") }
    position = index
    return index
  }
}

/// Starts the plugin as a host does.
let started: svfap_status = svfap_swift_init(FakeHost.host) {
  Plugin.serve(SumHead.self)
  Plugin.serve(ThreeFrames.self)
}
