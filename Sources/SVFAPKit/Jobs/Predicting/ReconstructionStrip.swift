import Base
import Networks
import Video

/// Three rows of frames: what was there, what the encoder saw, what the decoder made of it.
///
/// The network predicts pixels normalised per token; they are brought back with the true mean and deviation of each
/// token, as is usual for such pictures, so that only the structure is the network's.
struct ReconstructionStrip {
  private let target: PixelTarget
  private let gap = 2
  /// Most frames shown, spread over the clip.
  private let columns = 8

  init(_ target: PixelTarget) { self.target = target }

  /// - Parameters:
  ///   - clip: (3, t, h, w), normalised.
  ///   - predicted: (masked, patchWidth).
  func picture(clip: UnsafePointer<Float>, mask: TubeMask, predicted: UnsafePointer<Float>) throws(SVFAPError) -> Picture {
    let configuration = target.configuration
    let size = configuration.imageSize
    let frames = configuration.numFrames
    var original = (0..<frames).map { _ in Picture(width: size, height: size, gray: 128) }
    var masked = original
    var reconstructed = original
    var values = [Float](repeating: 0, count: configuration.patchWidth)
    let raw = PixelTarget(configuration, mean: target.mean, deviation: target.deviation, normalizes: false)
    let hidden = Dictionary(uniqueKeysWithValues: mask.masked[0].enumerated().map { ($1, $0) })
    for token in 0..<configuration.tokens {
      fill(&values) { raw.token(token, of: clip, into: $0) }
      paint(values, token, &original)
      guard let row = hidden[token] else {
        paint(values, token, &masked)
        paint(values, token, &reconstructed)
        continue
      }
      var statistics: [(mean: Float, scale: Float)] = []
      fill(&values) { statistics = target.token(token, of: clip, into: $0) }
      for index in values.indices {
        let (mean, scale) = statistics[index % configuration.inChannels]
        values[index] = predicted[row * configuration.patchWidth + index] * scale + mean
      }
      paint(values, token, &reconstructed)
    }
    return compose([original, masked, reconstructed], size: size, frames: frames)
  }

  private func fill(_ values: inout [Float], _ body: (UnsafeMutablePointer<Float>) -> Void) {
    values.withUnsafeMutableBufferPointer { buffer in
      if let base = buffer.baseAddress { body(base) }
    }
  }

  /// Puts the pixels of a token (time, row, column, channel) into the frames.
  private func paint(_ values: [Float], _ token: Int, _ frames: inout [Picture]) {
    let configuration = target.configuration
    let patch = configuration.patchSize
    let side = configuration.imageSize / patch
    let time = token / (side * side) * configuration.tubeletSize
    let top = token / side % side * patch
    let left = token % side * patch
    var index = 0
    for frame in time..<time + configuration.tubeletSize {
      for row in top..<top + patch {
        for column in left..<left + patch {
          for channel in 0..<3 {
            let value = values[index].isFinite ? min(max(values[index], 0), 1) * 255 : 0
            frames[frame].rgb[(row * configuration.imageSize + column) * 3 + channel] = UInt8(value.rounded())
            index += 1
          }
        }
      }
    }
  }

  private func compose(_ rows: [[Picture]], size: Int, frames: Int) -> Picture {
    let shown = (0..<min(columns, frames)).map { $0 * frames / min(columns, frames) }
    var strip = Picture(
      width: shown.count * (size + gap) + gap, height: rows.count * (size + gap) + gap, gray: 255)
    for (row, pictures) in rows.enumerated() {
      for (column, frame) in shown.enumerated() {
        strip.draw(pictures[frame], x: gap + column * (size + gap), y: gap + row * (size + gap))
      }
    }
    return strip
  }
}
