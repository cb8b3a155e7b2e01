import Base
import Networks
import Plugins
import TestSupport
import Testing

@Suite("Heads that break their contract are told so")
struct OddHeadTests {
  private let workshop = PluginWorkshop()

  private func plugin(_ defines: [String] = []) throws -> LoadedPlugin {
    try PluginRegistry(directory: nil).load(path: workshop.build("odd_head", as: "odd.so", defines))
  }

  private func head(_ odd: String) throws -> PluginHead {
    try PluginHead(plugin(), config: ["odd": .string(odd)], embedDim: 3)
  }

  @Test("a head that keeps its contract")
  func good() throws {
    let head = try head("")
    #expect(
      head.config == ["odd": ""] && head.input == .features && head.rawWidth == 1 && head.targetWidth == 1 && head.accumulatorWidth == 1)
    #expect(head.declarations == [ParameterDeclaration("head.weight", [1], .constant(2), decays: false)])
    #expect(head.outputs == [OutputDescription(name: "x", unit: "1", minimum: -.infinity, maximum: .infinity)])
    #expect(head.metrics.map(\.name) == ["error"] && head.targetsMix && !head.isExclusive)
    let weight: [Float] = [2]
    var raw: [Float] = [0, 0]
    try weight.withUnsafeBufferPointer { weight in
      try head.forward(parameters: [#require(weight.baseAddress)], input: [1, 2, 3, 4, 5, 6], shape: [2, 3], raw: &raw)
    }
    #expect(raw == [12, 30])
    var readings: [Float] = [0, 0]
    try head.readings(raw: raw, clips: 2, readings: &readings)
    #expect(readings == raw)
    #expect(try head.target(["2.5"]) == [2.5])
    var sums = [0.0]
    try head.accumulate(readings: readings, targets: [2, 0], clips: 2, into: &sums)
    #expect(sums == [40])
    #expect(try head.measure(sums) == [40])
    #expect(try head.report(sums) == ["fine": true])
  }

  @Test(
    "what it declares makes no sense",
    arguments: [
      ("no head", "made no head and reported no error"), ("unknown status", "unknown status 4711"), ("input", "unknown input 7"),
      ("negative parameters", "parameter_count is -1"), ("many parameters", "parameter_count is 70000"), ("no raw", "raw_width is 0"),
      ("huge outputs", "output_count is 9223372036854775807"), ("target width", "target_width is -9223372036854775808"),
      ("negative metrics", "metric_count is -3"), ("accumulator", "accumulator_width is"), ("twice", "the name \"weight\" stands twice"),
      ("null name", "a name of 0 bytes"), ("empty name", "a name of 0 bytes"), ("long name", "a name of 1073741824 bytes"),
      ("path name", "\"a/b\" is not made of"), ("dimensions", "has 9 dimensions"), ("negative dimensions", "has -1 dimensions"),
      ("huge shape", "has the shape"), ("empty shape", "has the shape"), ("negative shape", "has the shape [-5]"),
      ("initializer", "unknown initializer 99"),
      ("initial value", "starts at nan"), ("output name", "output 0 has a name"), ("control name", "cannot be printed"),
      ("not text", "cannot be printed"),
      ("two outputs", "the name \"x\" stands twice"), ("range", "the range of output \"x\" is empty"), ("nan range", "is empty"),
      ("metric name", "metric 0 has a name"),
    ])
  func declarations(odd: String, reason: String) throws {
    let error = try #require(failure { try head(odd) }, "\(odd) was accepted")
    #expect(error.code == .plugin)
    #expect(error.message.contains("\"odd\"") && error.message.contains(reason), "\(error.message)")
  }

  @Test("it fails, with a reason or without")
  func failures() throws {
    let failed = try #require(failure { try head("failure") })
    #expect(failed.code == .limit && failed.message == "it is too much" && failed.detail["plugin"] == "odd")
    for odd in ["silent failure", "empty failure"] {
      let error = try #require(failure { try head(odd) })
      #expect(error.code == .limit && error.message == "the plugin \"odd\" could not make its head and gave no reason")
    }
    #expect(failure { try head("info fails") }?.message == "no info")
    #expect(try head("no unit").outputs.first?.unit == "")
  }

  @Test("it computes nonsense")
  func nonsense() throws {
    var raw: [Float] = [0]
    let weight: [Float] = [1]
    try weight.withUnsafeBufferPointer { weight in
      let base = try #require(weight.baseAddress)
      let error = failure { try head("forward fails").forward(parameters: [base], input: [1, 2, 3], shape: [1, 3], raw: &raw) }
      #expect(error?.code == .numeric)
      try head("nan").forward(parameters: [base], input: [1, 2, 3], shape: [1, 3], raw: &raw)
      #expect(raw[0].isNaN, "what is no number is passed on for the caller to see")
    }
    #expect(failure { try head("nan target").target(["1"]) }?.message.contains("not finite") == true)
    #expect(failure { try head("").target(["1", "2"]) }?.code == .format)
    var sums = [3.0]
    #expect(failure { try head("accumulate fails").accumulate(readings: [1], targets: [0], clips: 1, into: &sums) }?.code == .numeric)
    #expect(sums == [3], "sums stay as they were")
    #expect(failure { try head("report").report([0]) }?.message.contains("its report is no JSON") == true)
    #expect(try head("no report").report([0]) == [:])
  }

  @Test(
    "its description is no JSON, or no schema",
    arguments: [
      ("{broken", "text that is no JSON"), ("", "text that is no JSON"), ("[]", "describes no \\\"config_schema\\\""),
      ("{}", "describes no"),
      ("{\\\"config_schema\\\": 3}", "is no JSON object"), ("{\\\"a\\\": 1, \\\"a\\\": 2}", "text that is no JSON"),
    ])
  func descriptions(text: String, reason: String) throws {
    let plugin = try plugin(["DESCRIPTION=\"\(text)\""])
    let error = try #require(failure { try PluginHead(plugin, config: [:], embedDim: 3) })
    #expect(error.code == .plugin)
    #expect(error.message.contains(reason.replacing("\\", with: "")), "\(error.message)")
  }

  @Test("options are checked before the plugin sees them")
  func options() throws {
    let plugin = try plugin()
    let unknown = try #require(failure { try PluginHead(plugin, config: ["od": ""], embedDim: 3) })
    #expect(unknown.code == .config && unknown.detail["where"] == "/head/config/od" && unknown.message.contains("did you mean \"odd\"?"))
    #expect(failure { try PluginHead(plugin, config: ["odd": 3], embedDim: 3) }?.detail["where"] == "/head/config/odd")
    let source = try PluginRegistry(directory: nil).load(path: workshop.build("odd_source", as: "source.so"))
    #expect(failure { try PluginHead(source, config: [:], embedDim: 3) }?.code == .unsupported)
  }
}
