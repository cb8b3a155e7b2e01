/// What the labels of a play are, in the form that a task head reads: the three tasks of the paper (section 4).
///
/// Every label is about order in time. A play of any label, played backwards, is one of another label made of the same
/// moments: of the other order and the other onset, of the opposite affect, of traits mirrored about 0.5.
enum PlayTask: String, CaseIterable {
  /// Four classes: whether the face or the head moves first, and whether they do so suddenly or gradually.
  case expression
  /// Valence, arousal and dominance, from -1 to 1: how suddenly the face, the lean and the nod come.
  case affect
  /// The Big Five, from 0 to 1: how suddenly each of five movements comes.
  case personality
  /// One of the three, and no labels: for pre-training.
  case any

  /// The classes of `expression`, which seeds in a row take in turn: face first, head first, both suddenly and then both
  /// gradually. The names are names, no claim about people.
  static let classes = ["surprise", "alarm", "delight", "interest"]

  /// A label's name and its value as a manifest holds it.
  typealias Label = (name: String, value: String)

  /// The script of a seed and what it is labelled with, in the order of the heads' label fields.
  func draw(seed: Int) -> (script: Script, labels: [Label]) {
    let random = SeededRandom(seed: UInt64(bitPattern: Int64(seed)), stream: "labels")
    // From -1 to 1 and well away from 0, so that each label shows. Three digits: the label is what rules the movement.
    let numbers = (0..<5).map { index -> Double in
      let size = (400 + 600 * random.uniform(UInt64(index))).rounded() / 1000
      return random.bits(UInt64(8 + index)) & 1 == 0 ? size : -size
    }
    switch self {
    case .expression:
      let kind = seed % Self.classes.count
      return (Script(kind: kind, onset: 0.1 + 0.1 * random.uniform(5)), [("expression", Self.classes[kind])])
    case .affect:
      let affect = Array(numbers.prefix(3))
      return (Script(affect: affect), Self.labels(["valence", "arousal", "dominance"], affect))
    case .personality:
      let traits = numbers.map { 0.5 + 0.5 * $0 }
      return (
        Script(traits: traits), Self.labels(["extraversion", "neuroticism", "agreeableness", "conscientiousness", "openness"], traits)
      )
    case .any: return (random.choice(7, of: [PlayTask.expression, .affect, .personality]).draw(seed: seed).script, [])
    }
  }

  /// Three digits behind the point at most.
  private static func labels(_ names: [String], _ values: [Double]) -> [Label] {
    zip(names, values).map { name, value in
      let rounded = (value * 1000).rounded() / 1000
      return (name, "\(rounded == 0 ? 0 : rounded)")
    }
  }
}
