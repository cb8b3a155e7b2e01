/// Follows damage from picture to picture: what is predicted from a damaged picture is damaged too, until decoding
/// begins anew at an access point.
struct DamageTrace {
  /// How many places are remembered; what lies further back is long shown.
  private static let limit = 256

  /// Ordinals of damaged packets from which others may be predicted, ascending.
  private var damaged: [Int] = []
  private var accessPoints: [(ordinal: Int, time: Int64?)] = []
  /// Whether there was any damage.
  private(set) var isTouched = false

  /// A packet at which decoding can begin.
  mutating func add(accessPoint ordinal: Int, time: Int64?) {
    if accessPoints.count == Self.limit { accessPoints.removeFirst() }
    accessPoints.append((ordinal, time))
  }

  /// A packet whose picture is damaged or lost.
  mutating func add(damaged ordinal: Int, isDisposable: Bool) {
    isTouched = true
    guard !isDisposable else { return }
    if damaged.count == Self.limit { damaged.removeFirst() }
    damaged.insert(ordinal, at: damaged.firstIndex { $0 > ordinal } ?? damaged.count)
  }

  /// Whether the picture of a packet may show damage of another one.
  func reaches(ordinal: Int, time: Int64?) -> Bool {
    guard let source = damaged.last(where: { $0 < ordinal }) else { return false }
    // Pictures sent after an access point and shown before it still lean on what was before.
    return !accessPoints.contains { point in
      point.ordinal > source && point.ordinal <= ordinal && (point.time ?? Int64.min) <= time ?? Int64.max
    }
  }
}
