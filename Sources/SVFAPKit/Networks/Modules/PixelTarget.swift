import Base

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
  package func token(_ token: Int, of clip: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) -> [(mean: Float, scale: Float)] {
    let patch = configuration.patchSize
    let side = configuration.imageSize / patch
    let size = configuration.imageSize
    let channels = configuration.inChannels
    let time = token / (side * side) * configuration.tubeletSize
    let top = token / side % side * patch
    let left = token % side * patch
    let count = configuration.tubeletSize * patch * patch
    var statistics: [(mean: Float, scale: Float)] = []
    for channel in 0..<channels {
      var position = 0
      for frame in time..<time + configuration.tubeletSize {
        for row in top..<top + patch {
          let line = clip + ((channel * configuration.numFrames + frame) * size + row) * size + left
          for column in 0..<patch {
            target[position * channels + channel] = line[column] * deviation[channel] + mean[channel]
            position += 1
          }
        }
      }
      guard normalizes else {
        statistics.append((0, 1))
        continue
      }
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
      statistics.append((Float(average), Float(scale)))
    }
    return statistics
  }

  /// Mean squared error of predicted (clips, masked, patchWidth) against the pixels of `video`.
  package func loss(_ predicted: UnsafePointer<Float>, _ video: UnsafePointer<Float>, _ mask: TubeMask) -> Double {
    let width = configuration.patchWidth
    var target = [Float](repeating: 0, count: width)
    var sum = 0.0
    var row = 0
    for clip in mask.masked.indices {
      for token in mask.masked[clip] {
        target.withUnsafeMutableBufferPointer { buffer in
          guard let base = buffer.baseAddress else { return }
          self.token(token, of: video + clip * configuration.clipCount, into: base)
        }
        for index in 0..<width {
          let difference = Double(predicted[row * width + index] - target[index])
          sum += difference * difference
        }
        row += 1
      }
    }
    return sum / Double(max(row * width, 1))
  }
}
