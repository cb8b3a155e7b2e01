/// The fifteen kinds of operations that RandAugment draws from, with the published names. The four enhancers, posterising
/// and solarising have two readings: increasing ones, which get stronger with the level, and the older ones.
package enum RandAugmentKind: String, Sendable, CaseIterable {
  case autoContrast = "AutoContrast"
  case equalize = "Equalize"
  case invert = "Invert"
  case rotate = "Rotate"
  case posterize = "Posterize"
  case solarize = "Solarize"
  case solarizeAdd = "SolarizeAdd"
  case color = "Color"
  case contrast = "Contrast"
  case brightness = "Brightness"
  case sharpness = "Sharpness"
  case shearX = "ShearX"
  case shearY = "ShearY"
  case translateX = "TranslateXRel"
  case translateY = "TranslateYRel"

  /// The operation at a level (published c.5).
  ///
  /// - Parameters:
  ///   - level: 0 to 10.
  ///   - isNegative: for operations with a sign: to the other side, or less instead of more.
  package func operation(level: Double, isNegative: Bool, isIncreasing: Bool) -> PictureOperation {
    let share = level / RandAugmentPolicy.strongest
    func signed(_ value: Double) -> Double { isNegative ? -value : value }
    /// How far a solarised or posterised picture is from the original.
    func steps(of most: Int) -> Int { isIncreasing ? most - Int(share * Double(most)) : Int(share * Double(most)) }
    let factor = isIncreasing ? 1 + signed(share * 0.9) : share * 1.8 + 0.1
    switch self {
    case .autoContrast: return .autoContrast
    case .equalize: return .equalize
    case .invert: return .invert
    case .rotate: return .rotate(degrees: signed(share * 30))
    case .posterize: return .posterize(bits: steps(of: 4))
    case .solarize: return .solarize(threshold: steps(of: 256))
    case .solarizeAdd: return .solarizeAdd(amount: Int(share * 110))
    case .color: return .color(factor: factor)
    case .contrast: return .contrast(factor: factor)
    case .brightness: return .brightness(factor: factor)
    case .sharpness: return .sharpness(factor: factor)
    case .shearX: return .shearX(slope: signed(share * 0.3))
    case .shearY: return .shearY(slope: signed(share * 0.3))
    case .translateX: return .translateX(fraction: signed(share * 0.45))
    case .translateY: return .translateY(fraction: signed(share * 0.45))
    }
  }
}
