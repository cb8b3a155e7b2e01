import Base

/// The order in which an epoch shows its samples.
package enum SampleOrder {
  /// Every sample once, shuffled.
  package static func shuffled(_ count: Int, seed: UInt64, epoch: Int) -> [Int] {
    CounterRandom(seed: seed, stream: "order of epoch \(epoch)").permutation(count)
  }

  /// As many draws as there are samples, each class as likely as any other: rare classes are shown more often than once,
  /// frequent ones not whole.
  ///
  /// - Parameter classes: the class of every sample.
  package static func balanced(_ classes: [Int], seed: UInt64, epoch: Int) -> [Int] {
    var members: [Int: [Int]] = [:]
    for (sample, name) in classes.enumerated() { members[name, default: []].append(sample) }
    let names = members.keys.sorted()
    let random = CounterRandom(seed: seed, stream: "balanced draws of epoch \(epoch)")
    return classes.indices.map { draw in
      let list = members[names[random.integer(UInt64(2 * draw), below: names.count)]] ?? []
      return list[random.integer(UInt64(2 * draw + 1), below: list.count)]
    }
  }
}
