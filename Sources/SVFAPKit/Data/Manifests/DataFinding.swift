import Base

/// Something about data that its user should know.
package struct DataFinding: Sendable, Equatable {
  package enum Severity: String, Sendable, Comparable {
    /// Worth knowing.
    case note
    /// Probably not what was meant.
    case warning
    /// Certainly wrong.
    case error

    package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
    private var rank: Int { self == .note ? 0 : self == .warning ? 1 : 2 }
  }

  /// What was found, for programs: a short name that stays.
  package enum Kind: String, Sendable {
    case empty, duplicatePath, contradictingLabels, sameFile, missingFile, sharedPath, sharedFile, sharedSubject, sameLists, missingClass
    case countDiffers, skippedFile, layoutVariant, unreadable, damagedFrames
    case size, aspect, unequalSizes, frameRate, unknownFrameRate, shortClips, timeNormalized, frameNameOrder, mixedPictures, grey,
      swappedColors
    case flat, brightness, contrast, unknownLabel, labelColumns
  }

  package let kind: Kind
  package let severity: Severity
  /// What was found and what to do about it.
  package let message: String
  /// How many entries it concerns.
  package let count: Int
  /// Some of them.
  package let examples: [String]

  /// Examples that are kept.
  package static let exampleLimit = 5

  package init(_ kind: Kind, _ severity: Severity, _ message: String, count: Int = 0, examples: some Sequence<String> = []) {
    self.kind = kind
    self.severity = severity
    self.message = message
    self.count = count
    self.examples = Array(examples.prefix(Self.exampleLimit))
  }

  package var json: JSONValue {
    [
      "kind": .string(kind.rawValue), "severity": .string(severity.rawValue), "message": .string(message), "count": .integer(Int64(count)),
      "examples": .array(examples.map { .string($0) }),
    ]
  }

  /// The message with its examples.
  package var text: String {
    guard !examples.isEmpty else { return message }
    let more = count > examples.count ? " and \(count - examples.count) more" : ""
    // Reasons have commas of their own.
    let separator = examples.contains { $0.contains(", ") } ? "; " : ", "
    return "\(message): \(examples.joined(separator: separator))\(more)"
  }
}
