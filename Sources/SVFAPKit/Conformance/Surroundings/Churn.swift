import Base

/// Does something many times and looks whether anything is left of it.
struct Churn {
  private static let parts = 5
  private let context: CheckContext

  init(_ context: CheckContext) { self.context = context }

  /// - Parameter what: what is done, for the message.
  /// - Throws: `failed` if descriptors, threads or memory grow with the rounds.
  func run(_ rounds: Int, _ what: String, _ body: () throws(Verdict) -> Void) throws(Verdict) {
    // Whatever is made once is made by then.
    let warmUp = max(rounds / 4, 3)
    for round in 0..<warmUp {
      context.course = "round \(round)"
      try body()
    }
    let (descriptors, threads, blocks) = (descriptors, Surroundings.threads, context.host.memory.blocks)
    // What leaks does so in every part of the rounds; a cache that grows once does not.
    var heaps = [Surroundings.heap]
    for part in 0..<Self.parts {
      // What malloc keeps for a thread counts as taken, and goes with the thread.
      try OnThreads.runOne { () throws(Verdict) in
        for round in 0..<rounds / Self.parts {
          context.course = "round \(warmUp + part * rounds / Self.parts + round)"
          try body()
        }
      }
      heaps.append(Surroundings.heap)
    }
    try expect(
      context.host.memory.blocks <= blocks,
      "\(rounds) rounds of \(what) left \(context.host.memory.blocks - blocks) blocks of host->allocate (\(context.host.memory.byteCount) bytes) that were not given back"
    )
    let left = self.descriptors.filter { !descriptors.contains($0) }
    try expect(
      left.count < max(rounds / 4, 2), "\(rounds) rounds of \(what) left \(left.count) descriptors open, such as \(left.first ?? "")")
    try expect(
      Surroundings.settles { Surroundings.threads < threads + max(rounds / 4, 2) },
      "\(rounds) rounds of \(what) took the number of threads from \(threads) to \(Surroundings.threads)")
    // A block a round is at least 16 bytes.
    let least = zip(heaps, heaps.dropFirst()).map { $1 - $0 }.min() ?? 0
    try expect(
      least < 12 * rounds / Self.parts,
      "\(rounds) rounds of \(what) made the heap \(heaps[Self.parts] - heaps[0]) bytes larger, and every \(rounds / Self.parts) rounds by \(least) bytes or more"
    )
  }

  private var descriptors: [String] { Surroundings.descriptors(but: context.options.path) }
}
