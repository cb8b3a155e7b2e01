import Base

/// A source whose frames carry no times, such as a folder of pictures, at the rate that a recipe assumes: frame i is
/// shown at i / frameRate seconds, and frames are sampled by index as published.
final class UntimedSource: VideoSource {
  private let source: any VideoSource
  private let frameRate: Double
  let info: StreamInfo

  init(_ source: any VideoSource, frameRate: Double) {
    self.source = source
    self.frameRate = frameRate
    var info = source.info
    info.rate = (Int((frameRate * 1000).rounded()), 1000)
    self.info = info
  }

  func next() throws(SVFAPError) -> Frame? {
    guard let frame = try source.next() else { return nil }
    return Frame(
      index: frame.index, time: Double(frame.index) / frameRate, width: frame.width, height: frame.height, rowBytes: frame.rowBytes,
      rgb: frame.rgb, isDamaged: frame.isDamaged)
  }

  func seek(to index: Int) throws(SVFAPError) { try source.seek(to: index) }
}

extension VideoSource {
  /// This source, with the times of the recipe's frame rate if it has none of its own.
  package func timed(by recipe: PreparationRecipe) -> any VideoSource {
    info.isTimed ? self : UntimedSource(self, frameRate: recipe.frameRate)
  }
}
