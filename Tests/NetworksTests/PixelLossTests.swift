import Base
import Layers
import Networks
import TestSupport
import Testing

@Suite("The loss of pre-training")
struct PixelLossTests {
  private let configuration: ModelConfiguration
  private let pixels: [Float]
  private let mask: TubeMask
  private let masked: Int
  /// (clips, masked, patchWidth)
  private let predicted: [Float]

  init() throws {
    configuration = try Shape("", [:]).configuration()
    pixels = video(configuration, clips: 2)
    mask = try TubeMask(try TubeMask.random(ratio: 0.5, clips: 2, seed: 3, configuration), clips: 2, configuration)
    masked = mask.masked[0].count
    predicted = stream("predicted", seed: 1, count: 2 * masked * configuration.patchWidth)
  }

  private func target(normalizes: Bool) -> PixelTarget {
    PixelTarget(configuration, mean: [0.1, 0.2, 0.3], deviation: [0.5, 1, 2], normalizes: normalizes)
  }

  private func loss(_ predicted: [Float], normalizes: Bool, threads: Int = 2) throws -> (loss: Double, gradient: [Float]) {
    var values = predicted
    let loss = try target(normalizes: normalizes).lossAndGradient(&values, pixels, mask, Workspace(pool: try ThreadPool(threads: threads)))
    return (loss, values)
  }

  @Test("it is the mean squared difference from the pixels of the masked tokens", arguments: [true, false])
  func definition(normalizes: Bool) throws {
    let target = target(normalizes: normalizes)
    let width = configuration.patchWidth
    var row = [Float](repeating: 0, count: width)
    var sum = 0.0
    for clip in 0..<2 {
      for (index, token) in mask.masked[clip].enumerated() {
        target.token(token, of: Array(pixels[clip * configuration.clipCount..<(clip + 1) * configuration.clipCount]), into: &row)
        for column in 0..<width {
          let difference = Double(predicted[(clip * masked + index) * width + column]) - Double(row[column])
          sum += difference * difference
        }
      }
    }
    let found = try loss(predicted, normalizes: normalizes)
    #expect(abs(found.loss / (sum / Double(predicted.count)) - 1) < 1e-5)
    #expect(try loss(predicted, normalizes: normalizes, threads: 5) == found, "the same bits for any number of threads")
    #expect(try loss(predicted, normalizes: !normalizes).loss != found.loss)
  }

  @Test("its gradient is its derivative", arguments: [true, false])
  func gradient(normalizes: Bool) throws {
    let gradient = try loss(predicted, normalizes: normalizes).gradient
    for number in 0..<4 {
      let direction = stream("direction", seed: UInt64(number), count: predicted.count)
      func moved(_ distance: Float) throws -> Double {
        try loss(zip(predicted, direction).map { $0 + distance * $1 }, normalizes: normalizes).loss
      }
      let expected = (try moved(0.125) - moved(-0.125)) / 0.25
      let found = zip(gradient, direction).reduce(0) { $0 + Double($1.0) * Double($1.1) }
      let size = zip(gradient, direction).reduce(0) { $0 + abs(Double($1.0) * Double($1.1)) }
      #expect(abs(found - expected) < 1e-5 * size, "\(found), expected \(expected)")
    }
  }
}
