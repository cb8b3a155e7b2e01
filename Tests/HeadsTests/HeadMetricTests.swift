import Base
import CSVFAPPlugin
import TestSupport
import Testing

@Suite("Labels and metrics of heads")
struct HeadMetricTests {
  private let golden: JSONValue

  init() throws {
    golden = try JSONValue(parsing: String(decoding: Fixtures.bytes(Fixtures.path("goldens/metrics.json")), as: UTF8.self))
  }

  private func numbers(_ section: String, _ key: String) throws -> [Double] {
    try #require(golden[section]?[key]?.arrayValue).compactMap(\.doubleValue)
  }

  @Test("labels by index and by name")
  func classLabels() throws {
    let head = try HeadUnderTest("classification", "{\"labels\": [\"joy\", \"2\", \"rage\"]}")
    #expect(try head.target(["joy"]) == [1, 0, 0])
    #expect(try head.target(["rage"]) == [0, 0, 1])
    #expect(try head.target(["0"]) == [1, 0, 0])
    #expect(try head.target(["2"]) == [0, 1, 0], "a name comes before an index")
    for (fields, reason) in [
      (["fear"], "unknown class \"fear\"; the classes are joy, 2, rage"), (["3"], "no class 3; the classes are 0 to 2"),
      (["-1"], "no class -1"),
      ([""], "unknown class"), (["joy", "rage"], "expected one label field"), ([], "expected one label field"), (["0.5"], "unknown class"),
      (["99999999999999999999"], "unknown class"),
    ] {
      let error = try #require(headFailure { try head.target(fields) }, "\(fields) were accepted")
      #expect(error.status == SVFAP_E_FORMAT && error.message.contains(reason), "\(error.message)")
    }
  }

  @Test("labels of dimensions and traits")
  func numberLabels() throws {
    let dimensional = try HeadUnderTest("dimensional")
    #expect(try dimensional.target(["0.5", "-3", "1e2"]) == [0.5, -3, 100])
    let personality = try HeadUnderTest("personality", "{\"outputs\": [\"a\", \"b\"]}")
    #expect(try personality.target(["0", "1"]) == [0, 1])
    for (head, fields, reason) in [
      (dimensional, ["1", "2"], "expected 3 label fields (valence, arousal, dominance), found 2"),
      (dimensional, ["1", "x", "2"], "arousal: expected a number"),
      (dimensional, ["1", "2", "nan"], "dominance: expected a number"), (dimensional, ["inf", "2", "3"], "valence: expected a number"),
      (personality, ["0.5", "1.5"], "b: 1.5 lies outside 0.0 to 1.0"), (personality, ["-0.1", "0"], "a: -0.1 lies outside"),
      (personality, [], "expected 2"),
    ] {
      let error = try #require(headFailure { try head.target(fields) }, "\(fields) were accepted")
      #expect(error.status == SVFAP_E_FORMAT && error.message.contains(reason), "\(error.message)")
    }
  }

  /// Readings and targets of the golden classification.
  private func classes(_ head: HeadUnderTest, _ range: Range<Int>) throws -> (readings: Numbers, targets: Numbers) {
    let truth = try numbers("classification", "truth")
    let predicted = try numbers("classification", "predicted")
    func rows(_ labels: [Double], _ high: Float, _ low: Float) throws -> Numbers {
      try Numbers([range.count, 7], range.flatMap { index in (0..<7).map { $0 == Int(labels[index]) ? high : low } })
    }
    return (try rows(predicted, 0.4, 0.1), try rows(truth, 1, 0))
  }

  @Test("classification equals the golden figures, whole and in shards")
  func classification() throws {
    let head = try HeadUnderTest("classification")
    var whole = try head.emptySums()
    let all = try classes(head, 0..<200)
    try head.accumulate(all.readings, all.targets, into: &whole)
    let found = try head.measure(whole)
    for name in ["uar", "war", "macro_f1", "weighted_f1"] {
      #expect(abs(try #require(found[name]) - (try #require(golden["classification"]?[name]?.doubleValue))) < 1e-12, "\(name)")
    }
    #expect(found["micro_f1"] == found["war"])
    let report = try head.report(whole)
    #expect(report["confusion"] == golden["classification"]?["confusion"])
    #expect(report["labels"]?.arrayValue?.count == 7 && report["recall"]?.arrayValue?.count == 7)

    var merged = try head.emptySums()
    for range in [0..<1, 1..<77, 77..<200] {
      var sums = try head.emptySums()
      let shard = try classes(head, range)
      try head.accumulate(shard.readings, shard.targets, into: &sums)
      merged = zip(merged, sums).map { $0 + $1 }
    }
    for (name, value) in try head.measure(merged) { #expect(abs(value - (found[name] ?? .nan)) < 1e-12, "\(name)") }
  }

  @Test("regression equals the golden figures, whole and in shards")
  func regression() throws {
    let head = try HeadUnderTest("dimensional", "{\"outputs\": [\"x\"]}")
    let personality = try HeadUnderTest("personality", "{\"outputs\": [\"x\"], \"activation\": \"identity\"}")
    let truth = try numbers("regression", "truth").map { Float($0) }
    let predicted = try numbers("regression", "predicted").map { Float($0) }
    for head in [head, personality] {
      var merged = try head.emptySums()
      for range in [0..<300] + [0..<10, 10..<11, 11..<300] {
        var sums = try head.emptySums()
        try head.accumulate(
          Numbers([range.count, 1], Array(predicted[range])), Numbers([range.count, 1], Array(truth[range])), into: &sums)
        if range.count == 300 { try compare(head.measure(sums)) } else { merged = zip(merged, sums).map { $0 + $1 } }
      }
      try compare(head.measure(merged))
      #expect(try head.report(merged) == ["clips": 300])
    }
  }

  private func compare(_ found: [String: Double]) throws {
    for (name, key) in [("pcc", "pcc"), ("ccc", "ccc"), ("rmse", "rmse"), ("mae", "mae"), ("acc", "one_minus_mae"), ("r2", "r2")] {
      guard let value = found["\(name)_x"] else { continue }
      #expect(abs(value - (try #require(golden["regression"]?[key]?.doubleValue))) < 1e-6, "\(name)")
      #expect(found["mean_\(name)"] == value)
    }
  }

  @Test("classes without clips count in no mean; nothing at all is NaN")
  func absent() throws {
    let head = try HeadUnderTest("classification", "{\"num_outputs\": 4, \"top_k\": 2}")
    let nothing = try head.measure(head.emptySums())
    #expect(nothing.values.allSatisfy { $0.isNaN })
    #expect(try head.report(head.emptySums())["recall"] == [.null, .null, .null, .null])
    var sums = try head.emptySums()
    // Truth 0, 0, 1; predicted 0, 1, 1; classes 2 and 3 never occur.
    try head.accumulate(
      Numbers([3, 4], [0.7, 0.2, 0.1, 0, 0.3, 0.4, 0.2, 0.1, 0.1, 0.8, 0.1, 0]), Numbers([3, 4], [1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0]),
      into: &sums)
    let found = try head.measure(sums)
    #expect(found["uar"] == 0.75 && abs((found["war"] ?? 0) - 2 / 3.0) < 1e-12 && found["top2"] == 1)
    #expect(abs((found["macro_f1"] ?? 0) - 2 / 3.0) < 1e-12)
  }

  @Test("agreement with something constant is undefined, the error is not")
  func constant() throws {
    let head = try HeadUnderTest("dimensional", "{\"outputs\": [\"x\"]}")
    var sums = try head.emptySums()
    try head.accumulate(Numbers([3, 1], [1, 2, 3]), Numbers([3, 1], [2, 2, 2]), into: &sums)
    let found = try head.measure(sums)
    #expect(found["pcc_x"]?.isNaN == true && found["ccc_x"] == 0)
    #expect(abs((found["mae_x"] ?? 0) - 2 / 3.0) < 1e-12)
  }

  @Test(
    "numbers that are none are refused, and nothing of their batch is counted", arguments: ["classification", "dimensional", "personality"])
  func notFinite(id: String) throws {
    let head = try HeadUnderTest(id)
    let width = Int(try head.info().output_count)
    let good = try Numbers([2, width], [Float](repeating: 0.2, count: 2 * width))
    for bad in [Float.nan, .infinity] {
      for spoilsReadings in [true, false] {
        var values = good.values
        values[width + 1] = bad
        let spoiled = try Numbers([2, width], values)
        var sums = try head.emptySums()
        let error = headFailure { try head.accumulate(spoilsReadings ? spoiled : good, spoilsReadings ? good : spoiled, into: &sums) }
        #expect(error?.status == SVFAP_E_NUMERIC && error?.message.contains("number 1 of clip 1") == true, "\(error?.message ?? "")")
        #expect(try sums == head.emptySums())
      }
    }
  }

  @Test(
    "sums that somebody spoiled make no head stumble", arguments: ["classification", "dimensional", "personality"],
    [Double.nan, .infinity, -1e300, 1e300])
  func spoiledSums(id: String, value: Double) throws {
    let head = try HeadUnderTest(id)
    let sums = [Double](repeating: value, count: try head.emptySums().count)
    #expect(try head.measure(sums).count == head.metricNames().count)
    _ = try head.report(sums)
  }
}
