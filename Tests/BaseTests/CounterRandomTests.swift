import Base
import Testing

@Suite("Random numbers by stream and index")
struct CounterRandomTests {
  @Test("a number depends on seed, stream and index only, and is the same for ever")
  func fixed() {
    // splitmix64 from mix(fnv1a64("stream") + mix(7 + gamma)), computed by hand in Python.
    let random = CounterRandom(seed: 7, stream: "stream")
    #expect((0..<3).map { random.bits($0) } == [0x2E77CE2067B91472, 0x09CE0E5CB49C4AA1, 0x74552F20E3FD6CC2] as [UInt64])
    #expect(random.bits(2) == CounterRandom(seed: 7, stream: "stream").bits(2))
    #expect(random.bits(1_000_000) == CounterRandom(seed: 7, stream: "stream").bits(1_000_000))
    #expect(random.bits(0) != CounterRandom(seed: 8, stream: "stream").bits(0))
    #expect(random.bits(0) != CounterRandom(seed: 7, stream: "Stream").bits(0))
  }

  @Test("streams of neighbouring seeds are no shifted copies of each other")
  func neighbours() {
    let first = Set((0..<1000).map { CounterRandom(seed: 1, stream: "x").bits($0) })
    let second = Set((0..<1000).map { CounterRandom(seed: 2, stream: "x").bits($0) })
    #expect(first.count == 1000)
    #expect(first.isDisjoint(with: second))
  }

  @Test("uniform numbers fill [0, 1) evenly")
  func uniform() {
    let random = CounterRandom(seed: 11, stream: "uniform")
    let count = 100_000
    var bins = [Int](repeating: 0, count: 20)
    var sum = 0.0
    for index in 0..<count {
      let value = random.uniform(UInt64(index))
      #expect(value >= 0 && value < 1)
      bins[Int(value * 20)] += 1
      sum += value
    }
    // Chi-squared with 19 degrees of freedom: above 50 once in ten thousand seeds.
    let expected = Double(count) / 20
    #expect(bins.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected } < 50)
    #expect(abs(sum / Double(count) - 0.5) < 0.005)
  }

  @Test("normal numbers have mean 0, deviation 1 and the right tails")
  func normal() {
    let random = CounterRandom(seed: 12, stream: "normal")
    let values = (0..<100_000).map { random.normal(UInt64($0)) }
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    #expect(values.allSatisfy { $0.isFinite })
    #expect(abs(mean) < 0.015)
    #expect(abs(variance - 1) < 0.02)
    #expect(abs(Double(values.filter { abs($0) < 1 }.count) / count - 0.6827) < 0.006)
    #expect(abs(Double(values.filter { abs($0) > 2 }.count) / count - 0.0455) < 0.003)
  }

  @Test("integers reach every value below the bound and none above", arguments: [1, 2, 3, 7, 100])
  func integers(bound: Int) {
    let random = CounterRandom(seed: 13, stream: "integers")
    var seen = [Int](repeating: 0, count: bound)
    for index in 0..<bound * 400 { seen[random.integer(UInt64(index), below: bound)] += 1 }
    #expect(seen.allSatisfy { $0 > 300 && $0 < 500 })
    #expect(random.integer(0, below: 0) == 0, "a bound of nothing counts as 1")
  }

  @Test("permutations hold every number once, and every place is as likely")
  func permutations() {
    var counts = [[Int]](repeating: [Int](repeating: 0, count: 5), count: 5)
    for seed in 0..<5000 {
      let order = CounterRandom(seed: UInt64(seed), stream: "order").permutation(5)
      #expect(order.sorted() == [0, 1, 2, 3, 4])
      for (place, value) in order.enumerated() { counts[place][value] += 1 }
    }
    #expect(counts.joined().allSatisfy { $0 > 850 && $0 < 1150 })
    #expect(CounterRandom(seed: 0, stream: "order").permutation(0).isEmpty)
    #expect(CounterRandom(seed: 0, stream: "order").permutation(1) == [0])
  }
}
