import Base
import Networks

/// How the mask options divide a model's time slice: into one unit (tube) or windows, in each of which
/// int(ratio * places) places are hidden.
struct MaskGrid: Equatable {
  /// Places of a row of tokens.
  let columns: Int
  /// Places of a unit: a window or the whole slice.
  let unitPlaces: Int
  /// Units of a slice.
  let units: Int
  /// Hidden places of a unit.
  let hidden: Int

  /// - Throws: `config` with the JSON pointer of the option to change and values that would do.
  init(_ options: MaskOptions, _ configuration: ModelConfiguration, at pointer: String) throws(SVFAPError) {
    let side = configuration.imageSize / configuration.patchSize
    columns = side
    if options.kind == .tube {
      unitPlaces = configuration.places
      units = 1
    } else {
      guard side % options.windowRows == 0 else {
        let divisors = (1...side).filter { side % $0 == 0 }.map(String.init).joined(separator: ", ")
        throw ObjectReader.wrong(
          "\(pointer)/window_rows", expected: "a divisor of the \(side) rows of tokens (\(divisors))", found: "\(options.windowRows)")
      }
      unitPlaces = options.windowRows * side
      units = side / options.windowRows
    }
    hidden = Int(options.ratio * Double(unitPlaces))
    if options.kind.isHalved {
      guard side % 2 == 0 else {
        throw ObjectReader.wrong(
          "\(pointer)/type", expected: "\"tube\" or \"window\": a row of \(side) tokens has no halves",
          found: "\"\(options.kind.rawValue)\"")
      }
      guard options.ratio > 0.5 else {
        throw ObjectReader.wrong(
          "\(pointer)/ratio", expected: "more than 0.5, since \"\(options.kind.rawValue)\" hides one half of every window whole",
          found: "\(options.ratio)")
      }
    }
    try check(configuration, options.ratio, pointer)
  }

  /// Whether a model can be trained with so many hidden places a unit.
  private func isPossible(_ hidden: Int, _ configuration: ModelConfiguration) -> Bool {
    guard hidden > 0, hidden < unitPlaces else { return false }
    guard configuration.pretrainingVariant == .published, configuration.stageDepths.count > 1 else { return true }
    // The released code splits the visible places of a slice among the slices that a stage joins (published a.9, flag 2).
    return (unitPlaces - hidden) * units % configuration.temporalKernelSize == 0
  }

  private func check(_ configuration: ModelConfiguration, _ ratio: Double, _ pointer: String) throws(SVFAPError) {
    guard !isPossible(hidden, configuration) else { return }
    let possible = (0...unitPlaces).filter { isPossible($0, configuration) }
    let near = [possible.last { $0 < hidden }, possible.first { $0 > hidden }].compactMap { $0 }.map {
      Self.ratio(hiding: $0, of: unitPlaces)
    }
    let advice = near.isEmpty ? "no ratio works for this model" : near.map { "\($0)" }.joined(separator: " or ") + " would do"
    let visible = (unitPlaces - hidden) * units
    guard hidden > 0, hidden < unitPlaces else {
      throw ObjectReader.wrong(
        "\(pointer)/ratio", expected: "a ratio that hides at least one of \(unitPlaces) places and leaves one visible: \(advice)",
        found: "\(ratio), which hides \(hidden)")
    }
    throw ObjectReader.wrong(
      "\(pointer)/ratio",
      expected:
        "a ratio that leaves a multiple of \(configuration.temporalKernelSize) places of a slice visible, which the variant \"published\" needs: \(advice); the variant \"paper\" takes any",
      found: "\(ratio), which leaves \(visible)")
  }

  /// The shortest decimal ratio that hides so many places.
  private static func ratio(hiding hidden: Int, of places: Int) -> Double {
    for scale in [10.0, 100, 1000, 10_000, 100_000] {
      let ratio = (Double(hidden) / Double(places) * scale).rounded(.up) / scale
      if ratio <= 1, Int(ratio * Double(places)) == hidden { return ratio }
    }
    return (Double(hidden) + 0.5) / Double(places)
  }
}
