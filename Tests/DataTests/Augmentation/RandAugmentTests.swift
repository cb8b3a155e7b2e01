import Base
import Data
import Testing

@Suite("RandAugment")
struct RandAugmentTests {
  @Test("the published policy reads as what it says, and writes itself again")
  func published() throws {
    let policy = try RandAugmentPolicy(parsing: "rand-m7-n4-mstd0.5-inc1")
    #expect(policy.magnitude == 7)
    #expect(policy.operations == 4)
    #expect(policy.deviation == 0.5)
    #expect(policy.isIncreasing)
    #expect(policy == .published)
    #expect(policy.text == "rand-m7-n4-mstd0.5-inc1")
    #expect(try RandAugmentPolicy(parsing: "rand-inc1-mstd0.5-n4-m7") == policy)
  }

  @Test("pieces that are absent have timm's defaults, and inc0 means no")
  func defaults() throws {
    let policy = try RandAugmentPolicy(parsing: "rand-inc0")
    #expect(policy == RandAugmentPolicy(magnitude: 10, operations: 2, deviation: 0, isIncreasing: false))
    #expect(try RandAugmentPolicy(parsing: policy.text) == policy)
  }

  @Test(
    "a wrong piece is named, with what is possible",
    arguments: [
      ("rand-m7-x4", "\"x4\"", "mstd0.5 (deviation)"), ("rand-m11", "\"m11\"", "0 to 10"), ("rand-m7.5", "\"m7.5\"", "an integer"),
      ("rand-m", "\"m\"", "an integer"), ("rand-n-4", "\"n\"", "an integer from 0 to 32"),
      ("rand-mstd-1", "\"mstd\"", "a number from 0 to 10"),
      ("rand-mstdnan", "\"mstdnan\"", "m0 to m10"), ("rand-inc2", "\"inc2\"", "0 to 1"), ("rand-m7-m8", "\"m8\"", "once"),
      ("rand--m7", "\"\"", "m0 to m10"),
      ("augmix-m3", "augmix-m3", "rand-m7-n4-mstd0.5-inc1"), ("", "\"\"", "\"none\""), ("rand-mstd1e999", "\"mstd1e999\"", "0 to 10"),
    ])
  func wrong(text: String, piece: String, advice: String) {
    let found = message { _ = try RandAugmentPolicy(parsing: text) }
    #expect(found.contains(piece), "\(found)")
    #expect(found.contains(advice), "\(found)")
    #expect(found.contains("/auto_augment"), "\(found)")
  }

  @Test("each of the fifteen kinds is drawn as often as the others, and left out half of the time")
  func frequencies() {
    let augment = RandAugment(.published)
    var counts: [String: Int] = [:]
    var total = 0
    let clips = 30_000
    for sample in 0..<clips {
      var random = SampleKey(seed: 3, epoch: 0, sample: sample).sequence("RandAugment")
      for operation in augment.draw(&random) {
        counts[String("\(operation)".prefix { $0 != "(" }), default: 0] += 1
        total += 1
      }
    }
    // 4 operations a clip, each with probability 1/2: standard deviations are about 173 and 61.
    #expect(abs(total - clips * 2) < 800)
    #expect(counts.count == 15)
    for (kind, count) in counts { #expect(abs(count - clips * 2 / 15) < 300, "\(kind): \(count)") }
  }

  @Test("levels scatter about the magnitude by its deviation, signs are even")
  func levels() {
    let augment = RandAugment(.published)
    var shares: [Double] = []
    for sample in 0..<60_000 {
      var random = SampleKey(seed: 5, epoch: 1, sample: sample).sequence("RandAugment")
      for case .rotate(let degrees) in augment.draw(&random) { shares.append(degrees / 30) }
    }
    let count = Double(shares.count)
    let mean = shares.reduce(0) { $0 + abs($1) } / count
    let variance = shares.reduce(0) { $0 + (abs($1) - mean) * (abs($1) - mean) } / count
    #expect(abs(mean - 0.7) < 0.005)
    #expect(abs(variance.squareRoot() - 0.05) < 0.003)
    #expect(abs(Double(shares.count { $0 < 0 }) / count - 0.5) < 0.03)
    #expect(shares.allSatisfy { abs($0) <= 1 })
  }

  @Test("levels are cut to 0...10 however much they scatter")
  func bounds() {
    let augment = RandAugment(RandAugmentPolicy(magnitude: 10, operations: 32, deviation: 10, isIncreasing: true))
    var random = SampleKey(seed: 1, epoch: 0, sample: 0).sequence("RandAugment")
    for _ in 0..<2000 {
      for operation in augment.draw(&random) {
        switch operation {
        case .rotate(let degrees): #expect(abs(degrees) <= 30)
        case .posterize(let bits): #expect((0...4).contains(bits))
        case .solarize(let threshold): #expect((0...256).contains(threshold))
        case .solarizeAdd(let amount): #expect((0...110).contains(amount))
        case .color(let factor), .contrast(let factor), .brightness(let factor), .sharpness(let factor):
          #expect(factor > 0.099 && factor < 1.901)
        case .shearX(let slope), .shearY(let slope): #expect(abs(slope) <= 0.3)
        case .translateX(let fraction), .translateY(let fraction): #expect(abs(fraction) <= 0.45)
        case .autoContrast, .equalize, .invert: break
        }
      }
    }
  }

  @Test("without deviation every operation has the magnitude; n0 draws nothing")
  func fixed() throws {
    let augment = RandAugment(try RandAugmentPolicy(parsing: "rand-m5-n8"))
    let none = RandAugment(try RandAugmentPolicy(parsing: "rand-m5-n0"))
    for sample in 0..<200 {
      var random = SampleKey(seed: 0, epoch: 0, sample: sample).sequence("RandAugment")
      for operation in augment.draw(&random) {
        if case .rotate(let degrees) = operation { #expect(abs(degrees) == 15) }
        if case .color(let factor) = operation { #expect(factor == 1.0) }
      }
      #expect(none.draw(&random).isEmpty)
    }
  }
}
