import Base
import CSVFAPPlugin
import Testing

@Suite("Synthetic: what a video is and what it is labelled with")
struct SyntheticLabelTests {
  private func metadata(_ options: JSONObject, path: String = "synthetic:") throws -> JSONValue {
    try JSONValue(parsing: try synthetic(options, path: path).metadata())
  }

  @Test("size, rate, length and that it can be sought")
  func info() throws {
    let source = try synthetic(["width": 48, "height": 40, "frames": 50, "rate": 12.5])
    let info = try source.info()
    #expect([info.width, info.height, info.frame_count] == [48, 40, 50])
    #expect([info.rate_numerator, info.rate_denominator] == [25, 2])
    #expect(info.duration_s == 4)
    #expect(info.seekable == 1)
    #expect(try source.format() == "synthetic, drawn face")
    let frames = try synthetic(["frames": 5, "rate": 12.5], size: 32).rest()
    #expect(frames.map(\.time) == [0, 0.08, 0.16, 0.24, 0.32])
  }

  @Test("an hour of video opens at once and can be entered anywhere")
  func hour() throws {
    let source = try synthetic(["frames": 90_000, "seed": 1])
    #expect(try source.info().duration_s == 3600)
    try source.seek(89_999)
    let last = try #require(try source.next())
    #expect(last.index == 89_999 && abs(last.time - 3599.96) < 1e-9)
    #expect(try source.next() == nil)
  }

  @Test(
    "the expression and its affect, in proportion to its intensity",
    arguments: [("happiness", 1.0, 1.0), ("happiness", 0.5, 1), ("sadness", 1, -1), ("anger", 0.25, -1), ("neutral", 1, 0)])
  func affect(expression: String, intensity: Double, sign: Double) throws {
    let labels = try #require(try metadata(["expression": .string(expression), "intensity": .number(intensity)])["labels"])
    let full = try #require(try metadata(["expression": .string(expression)])["labels"])
    #expect(labels["expression"]?.stringValue == expression)
    for name in ["valence", "arousal", "dominance"] {
      let value = try #require(labels[name]?.doubleValue)
      #expect(abs(value - intensity * (full[name]?.doubleValue ?? 9)) < 5.1e-4)
      #expect((-1...1).contains(value))
    }
    #expect((labels["valence"]?.doubleValue ?? 9).sign == sign.sign || sign == 0)
  }

  @Test("the Big Five belong to the person and to nothing else")
  func manner() throws {
    let names = ["openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism"]
    func traits(_ options: JSONObject) throws -> [Double] {
      let labels = try #require(try metadata(options)["labels"])
      return try names.map { try #require(labels[$0]?.doubleValue) }
    }
    let one = try traits(["identity": 1, "seed": 5, "expression": "fear"])
    #expect(one == (try traits(["identity": 1, "seed": 6, "expression": "anger", "intensity": 0.3])))
    #expect(one != (try traits(["identity": 2, "seed": 5, "expression": "fear"])))
    // Spread evenly over 0...1.
    let many = try (0..<200).flatMap { try traits(["identity": .integer($0)]) }
    #expect(many.allSatisfy { (0...1).contains($0) })
    #expect(abs(many.reduce(0, +) / 1000 - 0.5) < 0.03)
    #expect((many.min() ?? 1) < 0.02 && (many.max() ?? 0) > 0.98)
  }

  @Test("all seven expressions come up when none is given")
  func drawnExpression() throws {
    let drawn = try (0..<60).map { try metadata([:], path: "synthetic:\($0)")["labels"]?["expression"]?.stringValue }
    #expect(Set(drawn).count == 7)
    #expect(try metadata([:], path: "synthetic:5") == metadata(["seed": 5]))
    #expect(try metadata(["seed": 5])["seed"]?.intValue == 5)
  }

  @Test("the schema refuses what cannot be drawn, and names what can")
  func schema() throws {
    var text = svfap_text()
    #expect(syntheticSource.describe(PluginHarness.host, &text) == 0)
    let schema = JSONSchema(try JSONValue(parsing: String(text)))
    let resolved = try schema.resolve([:])
    #expect(resolved["frames"] == 100 && resolved["rate"] == 25 && resolved["width"] == 256 && resolved["seed"] == nil)
    let wrong: [JSONValue] = [
      ["expression": "bored"], ["frames": 0], ["width": 31], ["height": 5000], ["rate": 0], ["intensity": 1.1], ["noise": -1], ["seed": -1],
      ["seeds": 1], ["seed": 1.5],
    ]
    for options in wrong { #expect(throws: SVFAPError.self, "\(options.text())") { try schema.resolve(options) } }
  }

  @Test(
    "and so does the plugin where a host does not check",
    arguments: [
      ["expression": "bored"], ["frames": 0], ["frames": 1_000_000_000], ["width": 31], ["height": 5000], ["rate": 0], ["intensity": 1.1],
      ["noise": -1], ["seed": -1], ["seed": "1"], ["identity": -3],
    ] as [JSONObject])
  func hardening(options: JSONObject) {
    let failure = #expect(throws: PluginFailure.self) { try synthetic(options) }
    #expect(failure?.status == svfap_status(SVFAP_E_CONFIG))
    #expect(failure?.message.contains(options.keys[0]) == true)
  }

  @Test(
    "paths that say nothing, or two things",
    arguments: ["synthetic:abc", "synthetic:-1", "synthetic:1.5", "synthetic:99999999999999999999"])
  func paths(path: String) throws {
    let failure = #expect(throws: PluginFailure.self) { try synthetic(path: path) }
    #expect(failure?.status == svfap_status(SVFAP_E_CONFIG))
    let both = #expect(throws: PluginFailure.self) { try synthetic(["seed": 4], path: "synthetic:5") }
    #expect(both?.message.contains("give one of them") == true)
    #expect(throws: PluginFailure.self) { try synthetic(path: "face.mp4") }
  }

  @Test("no memory for the picture is told")
  func noMemory() {
    PluginHarness.call.allocationLimit = 10_000
    defer { PluginHarness.call.allocationLimit = .max }
    let failure = #expect(throws: PluginFailure.self) { try synthetic() }
    #expect(failure?.status == svfap_status(SVFAP_E_NO_MEMORY))
  }

  @Test("probing goes by the beginning of the path")
  func probe() {
    func score(_ path: String, _ head: [UInt8] = []) -> Int32 {
      var score: Int32 = -1
      _ = PluginHarness.withText(path) { syntheticSource.probe(PluginHarness.host, $0, $1, head, UInt64(head.count), &score) }
      return score
    }
    #expect(score("synthetic:") == 100 && score("synthetic:5") == 100)
    #expect(score("synthetic") == 0 && score("a.mp4") == 0 && score("synthetic:", [1, 2]) == 0)
  }
}
