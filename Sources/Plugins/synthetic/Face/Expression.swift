/// The expressions that faces show: the six of Ekman and none.
enum Expression: String, CaseIterable {
  case happiness
  case sadness
  case neutral
  case anger
  case surprise
  case disgust
  case fear

  /// What the face does at the height of the expression: the prototypes of EMFACS (Friesen and Ekman 1983), with
  /// strengths chosen so that each can be told from the others when drawn.
  var units: ActionUnits {
    switch self {
    case .neutral: [:]
    case .happiness: [.cheekRaiser: 0.9, .lipCornerPuller: 1, .lipsPart: 0.8, .lidTightener: 0.15]
    case .sadness: [.innerBrowRaiser: 1, .browLowerer: 0.35, .lipCornerDepressor: 1, .chinRaiser: 0.5, .lidDroop: 0.8]
    case .anger:
      [.browLowerer: 1, .upperLidRaiser: 0.45, .lidTightener: 0.8, .lipTightener: 1, .chinRaiser: 0.45, .lipCornerDepressor: 0.3]
    case .surprise: [.innerBrowRaiser: 1, .outerBrowRaiser: 1, .upperLidRaiser: 0.85, .lipsPart: 0.5, .jawDrop: 0.9]
    case .disgust:
      [
        .noseWrinkler: 1, .upperLipRaiser: 1, .browLowerer: 0.55, .lidTightener: 0.75, .cheekRaiser: 0.5, .lipCornerDepressor: 0.55,
        .chinRaiser: 0.5,
      ]
    case .fear:
      [
        .innerBrowRaiser: 1, .outerBrowRaiser: 0.45, .browLowerer: 0.6, .upperLidRaiser: 1, .lipStretcher: 1, .lipsPart: 0.8,
        .jawDrop: 0.24,
      ]
    }
  }

  /// Where the gaze goes with it, in units of the iris: x to the viewer's right, y down.
  var gaze: Point { self == .sadness ? Point(0, 0.45) : Point(0, 0) }

  /// Which way the head tilts with it, as a share of its largest nod: down is positive.
  var nod: Float {
    switch self {
    case .sadness: 0.9
    case .fear, .surprise: -0.5
    case .anger: 0.35
    default: 0
    }
  }

  /// Valence, arousal and dominance at full intensity, each from -1 to 1. Chosen for these drawings: the signs and order
  /// are those that the circumplex and its third dimension give to the words, the figures are no measurements.
  var affect: (valence: Double, arousal: Double, dominance: Double) {
    switch self {
    case .neutral: (0, 0, 0)
    case .happiness: (0.8, 0.5, 0.4)
    case .sadness: (-0.6, -0.4, -0.4)
    case .anger: (-0.5, 0.6, 0.5)
    case .surprise: (0.3, 0.7, -0.1)
    case .disgust: (-0.6, 0.3, 0.2)
    case .fear: (-0.7, 0.6, -0.5)
    }
  }
}
