/// Accounts for the packets that a decoder was given until their pictures come out of it.
///
/// A decoder that refuses a packet reports an error, perhaps long before the pictures around it are shown. The ledger
/// finds the place that the lost picture had: the packet that pictures of later times overtake.
struct PacketLedger {
  struct Entry: Equatable {
    let ordinal: Int
    /// Presentation time, in the stream's time base; nil if unknown.
    let time: Int64?
    /// Whether the demuxer already knew that the data is damaged.
    let isCorrupt: Bool
    /// Whether no other picture is predicted from it.
    let isDisposable: Bool
  }

  /// Most packets that are kept; no decoder holds back so many.
  private static let limit = 1024

  private var pending: [Entry] = []
  /// Packets that were refused and whose place is not found yet.
  private var refusals = 0
  /// Whether every packet so far gave one picture, or none with an error.
  private(set) var isOneToOne = true

  /// A packet goes to the decoder.
  mutating func send(_ entry: Entry) {
    if entry.time == nil { isOneToOne = false }
    if pending.count == Self.limit {
      pending.removeFirst()
      isOneToOne = false
    }
    pending.append(entry)
  }

  /// The decoder refused a packet that it has.
  mutating func refuse() { refusals = min(refusals + 1, pending.count) }

  /// A picture came out.
  ///
  /// - Returns: the packet that it was made from, and those before it whose pictures are lost, in the order of time.
  mutating func receive(ordinal: Int, time: Int64?) -> (source: Entry?, lost: [Entry]) {
    var source: Entry?
    if let index = pending.firstIndex(where: { $0.ordinal == ordinal }) {
      source = pending.remove(at: index)
    } else {
      isOneToOne = false
    }
    guard let time else { return (source, []) }
    return (source, settle { $0 < time })
  }

  /// No more pictures come.
  ///
  /// - Returns: the packets whose pictures are lost, in the order of time.
  mutating func end() -> [Entry] {
    defer { pending = [] }
    return settle { _ in true } + pending.filter { $0.time == nil }.prefix(refusals)
  }

  /// Forgets what is pending, to begin at another place.
  mutating func reset() {
    pending = []
    refusals = 0
  }

  /// Packets whose time `isOver`: lost as far as packets were refused; the others were never meant to be shown.
  private mutating func settle(_ isOver: (Int64) -> Bool) -> [Entry] {
    let over = pending.filter { $0.time.map(isOver) == true }.sorted { ($0.time ?? 0, $0.ordinal) < ($1.time ?? 0, $1.ordinal) }
    guard !over.isEmpty else { return [] }
    pending.removeAll { over.contains($0) }
    let lost = over.prefix(refusals)
    if lost.count < over.count { isOneToOne = false }
    refusals -= lost.count
    return Array(lost)
  }
}
