import Base

/// Labels that a head takes, found by trial: a head says what its label fields are in words, for people.
struct Labels {
  private let head: HeadSubject
  private let kinds: [Kind]
  private let fieldCounts: [Int]
  /// Lines of the user's, in place of all that is tried.
  private let given: [[String]]

  /// How a field may look.
  private enum Kind: CaseIterable {
    case signed
    case fraction
    case number
    case index
    case name
    case yesNo

    func field(_ position: Int, _ head: HeadSubject, _ random: inout RandomSequence) -> String {
      switch self {
      case .signed: rounded(random.uniform(in: -1...1))
      case .fraction: rounded(random.uniform())
      case .number: rounded(random.uniform(in: 1...5))
      case .index: String(random.integer(below: max(head.outputCount, 2)))
      case .name: head.outputName(random.integer(below: head.outputCount))
      case .yesNo: String(random.integer(below: 2))
      }
    }

    private func rounded(_ value: Double) -> String {
      let thousandths = Int((value * 1000).rounded())
      let digits = String(abs(thousandths) + 1000).dropFirst()
      return "\(thousandths < 0 ? "-" : "")\(abs(thousandths) / 1000).\(digits.suffix(3))"
    }
  }

  /// - Throws: `skipped` if the head took none of all that was tried.
  init(_ head: HeadSubject) throws(Verdict) {
    self.head = head
    var random = RandomSequence(seed: head.context.options.seed, stream: "labels")
    let row = try GuardedFloats(count: head.targetWidth)
    let lines = head.context.options.labels.map { $0.split(separator: " ").map(String.init) }
    if !lines.isEmpty {
      given = lines
      kinds = []
      fieldCounts = []
      return
    }
    given = []
    var accepted: (kind: Kind, count: Int)?
    search: for count in Self.counts(head) {
      for kind in Kind.allCases {
        // A head may take some fields of a kind and not others, half of the signed numbers say; it must take them all.
        let isTaken = (0..<24).allSatisfy { _ in
          head.target((0..<count).map { kind.field($0, head, &random) }, row: row).isOK
        }
        if isTaken {
          accepted = (kind, count)
          break search
        }
      }
    }
    guard let accepted else {
      throw .skipped("no label that was tried is one for this head; give some with --label")
    }
    kinds = [accepted.kind]
    fieldCounts = [accepted.count]
  }

  /// How many fields a label may have: as many as there are outputs, targets or label fields, or one.
  private static func counts(_ head: HeadSubject) -> [Int] {
    var counts = [1]
    for count in [head.outputCount, head.targetWidth] where count <= 64 && !counts.contains(count) { counts.append(count) }
    return counts + (2...8).filter { !counts.contains($0) }
  }

  /// Fields of a label that the head takes.
  func fields(_ random: inout RandomSequence) -> [String] {
    if !given.isEmpty { return given[random.integer(below: given.count)] }
    guard let kind = kinds.first, let count = fieldCounts.first else { return [] }
    return (0..<count).map { kind.field($0, head, &random) }
  }

  /// The target row of a random label.
  func row(_ random: inout RandomSequence) throws(Verdict) -> [Float] {
    let row = try GuardedFloats(count: head.targetWidth)
    row.fill(.nan)
    try head.target(fields(&random), row: row).succeed()
    return row.values
  }
}
