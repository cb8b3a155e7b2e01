/// An operation on the frames of a clip with its argument: what RandAugment draws. Every one equals Pillow's, bit for
/// bit (published c.5, c.8).
package enum PictureOperation: Sendable, Equatable {
  /// Stretches the values of each channel of each frame to 0...255.
  case autoContrast
  /// Spreads the values of each channel of each frame evenly.
  case equalize
  case invert
  /// Counter-clockwise, about the centre.
  case rotate(degrees: Double)
  /// How many of the top bits stay.
  case posterize(bits: Int)
  /// Values from here on are inverted.
  case solarize(threshold: Int)
  /// What is added to values below 128.
  case solarizeAdd(amount: Int)
  /// 0 gives greys, 1 the picture itself, more a more colourful one.
  case color(factor: Double)
  case contrast(factor: Double)
  case brightness(factor: Double)
  /// 0 gives a smoothed picture, 1 the picture itself.
  case sharpness(factor: Double)
  /// Pixels to the side per pixel down.
  case shearX(slope: Double)
  /// Pixels down per pixel to the side.
  case shearY(slope: Double)
  /// As a fraction of the width; the picture moves to the left where it is positive.
  case translateX(fraction: Double)
  /// As a fraction of the height; the picture moves up where it is positive.
  case translateY(fraction: Double)

  /// Fills `target`, another clip of the same shape.
  package func apply(_ source: PictureClip, into target: PictureClip) {
    switch self {
    case .autoContrast: HistogramOperations.autoContrast(source, into: target)
    case .equalize: HistogramOperations.equalize(source, into: target)
    case .invert: ToneOperations.invert(source, into: target)
    case .posterize(let bits): ToneOperations.posterize(source, bits: bits, into: target)
    case .solarize(let threshold): ToneOperations.solarize(source, threshold: threshold, into: target)
    case .solarizeAdd(let amount): ToneOperations.solarizeAdd(source, amount: amount, into: target)
    case .color(let factor): Self.enhance(source, factor, into: target, BlendOperations.color)
    case .contrast(let factor): Self.enhance(source, factor, into: target, ToneOperations.contrast)
    case .brightness(let factor): Self.enhance(source, factor, into: target, ToneOperations.brightness)
    case .sharpness(let factor): Self.enhance(source, factor, into: target, BlendOperations.sharpness)
    case .rotate(let degrees):
      AffineOperation.rotation(degrees, width: source.width, height: source.height).apply(source, into: target)
    case .shearX(let slope): AffineOperation.shearX(slope).apply(source, into: target)
    case .shearY(let slope): AffineOperation.shearY(slope).apply(source, into: target)
    case .translateX(let fraction): AffineOperation.translateX(fraction * Double(source.width)).apply(source, into: target)
    case .translateY(let fraction): AffineOperation.translateY(fraction * Double(source.height)).apply(source, into: target)
    }
  }

  /// At factor 1 the picture is handed through, not computed.
  private static func enhance(
    _ source: PictureClip, _ factor: Double, into target: PictureClip,
    _ operation: (_ source: PictureClip, _ factor: Float, _ target: PictureClip) -> Void
  ) {
    let factor = Float(factor)
    if factor == 1 { target.copy(from: source) } else { operation(source, factor, target) }
  }
}
