/// Movements of the face, after the Facial Action Coding System (Ekman and Friesen 1978); raw values are places in
/// `ActionUnits`, not the numbers of the system, which stand behind.
enum ActionUnit: Int, CaseIterable {
  case innerBrowRaiser  // AU 1
  case outerBrowRaiser  // AU 2
  case browLowerer  // AU 4
  case upperLidRaiser  // AU 5
  case cheekRaiser  // AU 6
  case lidTightener  // AU 7
  case noseWrinkler  // AU 9
  case upperLipRaiser  // AU 10
  case lipCornerPuller  // AU 12
  case lipCornerDepressor  // AU 15
  case chinRaiser  // AU 17
  case lipStretcher  // AU 20
  case lipTightener  // AU 23
  case lipsPart  // AU 25
  case jawDrop  // AU 26
  case lidDroop  // AU 41
}

/// How strong each movement is: 0 not at all, 1 as strong as a face can.
struct ActionUnits: ExpressibleByDictionaryLiteral {
  private var values = SIMD16<Float>(repeating: 0)

  init(dictionaryLiteral elements: (ActionUnit, Float)...) {
    for (unit, value) in elements { values[unit.rawValue] = value }
  }

  subscript(unit: ActionUnit) -> Float {
    get { values[unit.rawValue] }
    set { values[unit.rawValue] = newValue }
  }

  static func * (units: ActionUnits, factor: Float) -> ActionUnits {
    var result = units
    result.values *= factor
    return result
  }
}
