import Base
import Layers

/// What pre-training predicts: the pixels of masked tokens (published b.2).
package struct PixelTarget: Sendable {
  package let configuration: ModelConfiguration
  /// Mean and deviation that the video was normalised with, per channel.
  package let mean: [Float]
  package let deviation: [Float]
  /// Whether the pixels of each token and channel are normalised to mean 0 and deviation 1 (unbiased).
  package let normalizes: Bool

  package init(_ configuration: ModelConfiguration, mean: [Float], deviation: [Float], normalizes: Bool = true) {
    self.configuration = configuration
    self.mean = mean
    self.deviation = deviation
    self.normalizes = normalizes
  }

  /// target (patchWidth) of one token of one clip (3, t, h, w), order time, row, column, channel; and the mean and
  /// deviation that it was normalised with, per channel (0 and 1 without normalisation).
  @discardableResult
  package func token(_ token: Int, of clip: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) -> [(mean: Float, scale: Float)]
  {
    (0..<configuration.inChannels).map { channel($0, ofToken: token, of: clip, into: target) }
  }

  /// One channel of a token, at its places in target (patchWidth).
  private func channel(
    _ channel: Int, ofToken token: Int, of clip: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>
  ) -> (mean: Float, scale: Float) {
    let patch = configuration.patchSize
    let side = configuration.imageSize / patch
    let size = configuration.imageSize
    let channels = configuration.inChannels
    let time = token / (side * side) * configuration.tubeletSize
    let top = token / side % side * patch
    let left = token % side * patch
    let count = configuration.tubeletSize * patch * patch
    var position = channel
    for frame in time..<time + configuration.tubeletSize {
      for row in top..<top + patch {
        let line = clip + ((channel * configuration.numFrames + frame) * size + row) * size + left
        for column in 0..<patch {
          target[position] = line[column] * deviation[channel] + mean[channel]
          position += channels
        }
      }
    }
    guard normalizes else { return (0, 1) }
    var sum = 0.0
    for index in 0..<count { sum += Double(target[index * channels + channel]) }
    let average = sum / Double(count)
    var square = 0.0
    for index in 0..<count {
      let centred = Double(target[index * channels + channel]) - average
      square += centred * centred
    }
    let scale = (square / Double(max(count - 1, 1))).squareRoot() + 1e-6
    for index in 0..<count {
      target[index * channels + channel] = Float((Double(target[index * channels + channel]) - average) / scale)
    }
    return (Float(average), Float(scale))
  }

  /// Mean squared error of predicted (clips, masked, patchWidth) against the pixels of `video`, and its gradient in place
  /// of `predicted`.
  ///
  /// Summed token by token in order: the result does not depend on the number of threads.
  package func lossAndGradient(
    _ predicted: UnsafeMutablePointer<Float>, _ video: UnsafePointer<Float>, _ mask: TubeMask, _ workspace: Workspace
  ) throws(SVFAPError) -> Double {
    let width = configuration.patchWidth
    let masked = mask.masked.first?.count ?? 0
    let rows = mask.masked.count * masked
    let targets = try workspace.scratch("target", width)  // (patchWidth)
    let factor = 2 / Float(max(rows * width, 1))
    // Room for two float32 numbers is room for a double.
    let memory = try workspace.buffer("target.sums", 2 * rows)
    return memory.withMemoryRebound(to: Double.self, capacity: rows) { sums in
      workspace.pool.parallel(rows) { row, worker in
        let clip = row / masked
        let target = targets + worker * width
        let values = predicted + row * width
        for channel in 0..<configuration.inChannels {
          _ = self.channel(
            channel, ofToken: mask.masked[clip][row % masked], of: video + clip * configuration.clipCount, into: target)
        }
        var sum = 0.0
        for index in 0..<width {
          let difference = values[index] - target[index]
          sum += Double(difference * difference)
          values[index] = factor * difference
        }
        sums[row] = sum
      }
      return UnsafeBufferPointer(start: sums, count: rows).reduce(0, +) / Double(max(rows * width, 1))
    }
  }
}
