/// What a drawn video is labelled with: what was drawn, not what somebody saw in it.
///
/// - `expression`: its name.
/// - `valence`, `arousal`, `dominance`: those of the expression times its intensity, from -1 to 1.
/// - The Big Five, from 0 to 1: the numbers that rule how the person moves (`Manner`), drawn from the number of the person.
struct Labels {
  private let options: SyntheticOptions
  private let performance: Performance

  init(_ options: SyntheticOptions, _ performance: Performance) {
    self.options = options
    self.performance = performance
  }

  /// The metadata of the stream.
  var json: String {
    let affect = performance.expression.affect
    let manner = performance.manner
    let numbers = [
      ("valence", affect.valence * performance.intensity), ("arousal", affect.arousal * performance.intensity),
      ("dominance", affect.dominance * performance.intensity), ("openness", manner.openness),
      ("conscientiousness", manner.conscientiousness), ("extraversion", manner.extraversion), ("agreeableness", manner.agreeableness),
      ("neuroticism", manner.neuroticism),
    ]
    let labels = numbers.map { "\"\($0.0)\": \(Self.decimal($0.1))" }
    return "{\"labels\": {\"expression\": \"\(performance.expression.rawValue)\", \(labels.joined(separator: ", "))}, "
      + "\"seed\": \(options.seed), \"identity\": \(options.identity), \"intensity\": \(Self.decimal(options.intensity))}"
  }

  /// The metadata of a play.
  static func json(of play: Play, _ options: SyntheticOptions) -> String {
    // Numbers stand as such, names in quotes; neither holds a character that JSON would want escaped.
    let labels = play.labels.map { Double($0.value) == nil ? "\"\($0.name)\": \"\($0.value)\"" : "\"\($0.name)\": \($0.value)" }
    return "{\"labels\": {\(labels.joined(separator: ", "))}, \"seed\": \(options.seed), \"identity\": \(options.identity)}"
  }

  /// Three digits behind the point at most.
  private static func decimal(_ value: Double) -> String {
    let rounded = (value * 1000).rounded() / 1000
    return "\(rounded == 0 ? 0 : rounded)"
  }
}
