import Base
import Data
import TestSupport
import Testing

/// A case of the fixture: an operation at a level.
private struct Case {
  let operation: PictureOperation
  let description: String
  let index: Int

  init(_ index: Int, _ json: JSONValue) throws {
    let name = try #require(json["operation"]?.stringValue)
    let level = try #require(json["level"]?.doubleValue)
    let sign = try #require(json["sign"]?.intValue)
    let isIncreasing = name.hasSuffix("Increasing")
    let kind = try #require(RandAugmentKind(rawValue: isIncreasing ? String(name.dropLast("Increasing".count)) : name))
    operation = kind.operation(level: level, isNegative: sign < 0, isIncreasing: isIncreasing)
    description = "\(name) at level \(level), sign \(sign) (\(operation))"
    self.index = index
  }
}

@Suite("Picture operations equal Pillow's, bit for bit")
struct PictureOperationTests {
  private static let clips = ["noise", "smooth", "narrow", "pixel", "flat"]

  @Test("every operation at several levels and both signs, on small clips of odd sizes", arguments: clips)
  func small(clip name: String) throws {
    let fixture = try AugmentationFixture("pillow")
    let source = try fixture.clip("input.\(name)")
    let target = try PictureClip(frames: source.frames, height: source.height, width: source.width)
    let cases = try fixture.list("cases")
    #expect(cases.count > 80)
    for (index, json) in cases.enumerated() {
      let item = try Case(index, json)
      item.operation.apply(source, into: target)
      #expect(try target.bytes == fixture.bytes("output.\(index).\(name)"), "\(item.description)")
    }
  }

  @Test("and on a frame of 160 x 120, by fingerprint")
  func large() throws {
    let fixture = try AugmentationFixture("pillow")
    let source = try PictureClip(frames: 1, height: 120, width: 160) { _, y, x, c in x * (3 + c) + y * (5 - c) + (x * y) / (7 + c) }
    let target = try PictureClip(frames: 1, height: 120, width: 160)
    let fingerprints = try fixture.list("large")
    for (index, json) in try fixture.list("cases").enumerated() {
      let item = try Case(index, json)
      item.operation.apply(source, into: target)
      var hash: UInt64 = 0xCBF2_9CE4_8422_2325
      for byte in target.bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
      let text = String(hash, radix: 16)
      #expect(String(repeating: "0", count: 16 - text.count) + text == fingerprints[index].stringValue, "\(item.description)")
    }
  }

  @Test("every kind of operation and both of its readings are among the cases")
  func coverage() throws {
    let names = Set(try AugmentationFixture("pillow").list("cases").compactMap { $0["operation"]?.stringValue })
    for kind in RandAugmentKind.allCases {
      #expect(names.contains(kind.rawValue) || names.contains(kind.rawValue + "Increasing"), "\(kind)")
    }
  }

  @Test("an operation leaves its source as it was, and frames do not touch each other")
  func isolation() throws {
    let both = try PictureClip(frames: 2, height: 9, width: 11) { t, y, x, c in t == 0 ? 40 + x + y : x * 23 + y * 7 + c }
    let one = try PictureClip(Array(both.bytes.suffix(both.frameBytes)), frames: 1, height: 9, width: 11)
    let before = both.bytes
    for kind in RandAugmentKind.allCases {
      let operation = kind.operation(level: 7, isNegative: false, isIncreasing: true)
      let result = try PictureClip(frames: 2, height: 9, width: 11)
      let alone = try PictureClip(frames: 1, height: 9, width: 11)
      operation.apply(both, into: result)
      operation.apply(one, into: alone)
      #expect(both.bytes == before, "\(kind)")
      #expect(Array(result.bytes.suffix(one.frameBytes)) == alone.bytes, "\(kind)")
    }
  }

  @Test("arguments beyond the levels are bounded, not fatal")
  func extremes() throws {
    let source = try PictureClip(frames: 1, height: 5, width: 6) { _, y, x, c in 50 * y + 9 * x + c }
    let target = try PictureClip(frames: 1, height: 5, width: 6)
    PictureOperation.posterize(bits: 0).apply(source, into: target)
    #expect(target.bytes.allSatisfy { $0 == 0 })
    PictureOperation.posterize(bits: 99).apply(source, into: target)
    #expect(target.bytes == source.bytes)
    PictureOperation.solarizeAdd(amount: .max).apply(source, into: target)
    #expect(target.bytes == source.bytes.map { $0 < 128 ? 255 : $0 })
    for fraction in [1e300, -.infinity, .nan] {
      PictureOperation.translateX(fraction: fraction).apply(source, into: target)
      #expect(target.bytes.allSatisfy { $0 == 128 })
    }
  }
}
