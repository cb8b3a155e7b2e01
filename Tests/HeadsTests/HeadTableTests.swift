import Base
import CSVFAPPlugin
import TestSupport
import Testing

private let ids = ["classification", "dimensional", "personality"]

@Suite("Heads through their C tables")
struct HeadTableTests {
  @Test("what a plugin says of itself and of its options", arguments: ids)
  func describe(id: String) throws {
    let plugin = try HeadHost.plugin(id)
    #expect(plugin.magic == SVFAP_PLUGIN_MAGIC && plugin.abi_major == SVFAP_ABI_MAJOR && plugin.abi_minor == SVFAP_ABI_MINOR)
    for text in [plugin.version, plugin.license, plugin.summary] {
      let text = try #require(text)
      #expect(!String(cString: text).isEmpty)
    }
    var text = svfap_text()
    let table = try HeadUnderTest.table(id)
    try HeadHost.check { table.describe?(HeadHost.table, &text) ?? -1 }
    let json = try JSONValue(parsing: String(text))
    #expect(json["summary"]?.stringValue?.isEmpty == false)
    #expect(json["label_fields"]?.arrayValue?.isEmpty == false)
    // The defaults of the schema make a head.
    let schema = JSONSchema(try #require(json["config_schema"]))
    let resolved = try schema.resolve([:])
    _ = try HeadUnderTest(id, resolved.text())
    #expect(failure { try schema.resolve(["no_such_option": 1]) }?.code == .config)
  }

  @Test("counts, names, parameters", arguments: ids)
  func declarations(id: String) throws {
    let head = try HeadUnderTest(id, embedDim: 6)
    let info = try head.info()
    let outputs = try head.outputNames()
    #expect(info.input == SVFAP_INPUT_FEATURES && info.targets_mix == 1)
    let isExclusive: Int32 = id == "classification" ? 1 : 0
    #expect(info.exclusive == isExclusive)
    #expect(info.raw_width == info.output_count && info.target_width == info.output_count)
    let metrics = try head.metricNames()
    #expect(Set(outputs).count == outputs.count && Set(metrics).count == Int(info.metric_count))
    #expect(info.parameter_count == 2)
    let weight = try head.parameter(0)
    let bias = try head.parameter(1)
    #expect(String(weight.name) == "weight" && weight.dimension_count == 2)
    #expect(weight.shape.0 == info.output_count && weight.shape.1 == 6)
    // As published: deviation 0.02 scaled by 0.001, a bias of 0, decay for the weight only.
    #expect(weight.initializer == SVFAP_INITIAL_NORMAL && weight.initial_value == 0.02 * 0.001 && weight.weight_decay == 1)
    #expect(String(bias.name) == "bias" && bias.dimension_count == 1)
    #expect(bias.shape.0 == info.output_count)
    #expect(bias.initializer == SVFAP_INITIAL_CONSTANT && bias.initial_value == 0 && bias.weight_decay == 0)
  }

  @Test("the outputs of the three heads")
  func outputs() throws {
    #expect(try HeadUnderTest("classification").outputNames() == ["happy", "sad", "neutral", "angry", "surprise", "disgust", "fear"])
    #expect(try HeadUnderTest("classification", "{\"num_outputs\": 3}").outputNames() == ["class_0", "class_1", "class_2"])
    #expect(try HeadUnderTest("classification", "{\"labels\": [\"a\", \"b\"], \"num_outputs\": 2}").outputNames() == ["a", "b"])
    #expect(try HeadUnderTest("dimensional").outputNames() == ["valence", "arousal", "dominance"])
    #expect(try HeadUnderTest("dimensional", "{\"outputs\": [\"pain\"]}").outputNames() == ["pain"])
    #expect(
      try HeadUnderTest("personality").outputNames() == ["extraversion", "neuroticism", "agreeableness", "conscientiousness", "openness"])
    #expect(try HeadUnderTest("classification").output(0).range == 0...1 && HeadUnderTest("classification").output(0).unit == "probability")
    #expect(try HeadUnderTest("dimensional").output(0).range == -Double.infinity...Double.infinity)
    #expect(try HeadUnderTest("dimensional", "{\"activation\": \"tanh\"}").output(0).range == -1...1)
    #expect(try HeadUnderTest("personality").output(4).range == 0...1)
  }

  @Test("the metrics of the three heads, and which way they are better")
  func metrics() throws {
    #expect(
      try HeadUnderTest("classification").metricNames() == ["uar", "war", "macro_f1", "micro_f1", "weighted_f1", "top5", "cross_entropy"])
    #expect(try HeadUnderTest("classification", "{\"num_outputs\": 3}").metricNames().contains("top3"))
    let head = try HeadUnderTest("dimensional")
    let names = try head.metricNames()
    #expect(
      Array(names[..<8]) == ["mean_ccc", "mean_pcc", "mean_rmse", "mean_mae", "ccc_valence", "pcc_valence", "rmse_valence", "mae_valence"])
    for (index, name) in names.enumerated() {
      #expect(try head.metric(Int64(index)).largerIsBetter == !(name.contains("rmse") || name.contains("mae")), "\(name)")
    }
    #expect(try HeadUnderTest("personality").metricNames().first == "mean_acc")
  }

  @Test(
    "options that cannot be are refused with their name",
    arguments: [
      ("classification", "{\"num_outputs\": 1}", "num_outputs"), ("classification", "{\"num_outputs\": -1}", "num_outputs"),
      ("classification", "{\"num_outputs\": 1000000000000}", "num_outputs"), ("classification", "{\"num_outputs\": 2.5}", "num_outputs"),
      ("classification", "{\"labels\": [\"a\"]}", "labels"), ("classification", "{\"labels\": [\"a\", \"a\"]}", "labels"),
      ("classification", "{\"labels\": [\"a\", \"\"]}", "labels"), ("classification", "{\"labels\": \"a\"}", "labels"),
      ("classification", "{\"labels\": [\"a\", 3]}", "labels"),
      ("classification", "{\"labels\": [\"a\", \"b\"], \"num_outputs\": 3}", "num_outputs"),
      ("classification", "{\"num_outputs\": 3, \"class_weights\": [1, 2]}", "class_weights"),
      ("classification", "{\"num_outputs\": 2, \"class_weights\": [1, -2]}", "class_weights"),
      ("classification", "{\"label_smoothing\": 1}", "label_smoothing"),
      ("classification", "{\"label_smoothing\": -0.1}", "label_smoothing"),
      ("classification", "{\"label_smoothing\": \"much\"}", "label_smoothing"), ("classification", "{\"top_k\": 0}", "top_k"),
      ("dimensional", "{\"outputs\": []}", "outputs"), ("dimensional", "{\"outputs\": [\"a\", \"a\"]}", "outputs"),
      ("dimensional", "{\"activation\": \"relu\"}", "activation"), ("dimensional", "{\"loss\": \"hinge\"}", "loss"),
      ("dimensional", "{\"loss\": 3}", "loss"), ("personality", "{\"outputs\": [\"\"]}", "outputs"),
    ])
  func badOptions(id: String, config: String, reason: String) throws {
    let error = try #require(headFailure { try HeadUnderTest(id, config) }, "\(config) was accepted")
    #expect(error.status == SVFAP_E_CONFIG)
    #expect(error.message.contains(reason), "\(error.message)")
  }

  @Test("a configuration that changes in its place is read anew")
  func changedOptions() throws {
    let table = try HeadUnderTest.table("classification")
    var config = Array("{\"num_outputs\": 3}".utf8CString)
    for digit in ["3", "4", "3"] as [Unicode.Scalar] {
      config[config.count - 3] = CChar(digit.value)
      var head: OpaquePointer?
      try HeadHost.check { table.create?(HeadHost.table, config, UInt64(config.count - 1), 6, &head) ?? -1 }
      defer { table.destroy?(head) }
      var info = svfap_head_info()
      try HeadHost.check { table.info?(head, &info) ?? -1 }
      #expect(info.output_count == Int64(String(digit)))
    }
  }

  @Test("features of a width that cannot be", arguments: [0, -1, 65_537, Int64.max])
  func badWidth(width: Int64) throws {
    let error = try #require(headFailure { try HeadUnderTest("dimensional", embedDim: width) })
    #expect(error.status == SVFAP_E_SHAPE && error.message.contains("\(width)"))
  }

  @Test("indices and NULLs that cannot be")
  func badCalls() throws {
    let head = try HeadUnderTest("classification")
    for index in [-1, 99, Int64.max, .min] {
      #expect(headFailure { try head.parameter(index) }?.status == SVFAP_E_INVALID_ARGUMENT)
      #expect(headFailure { try head.output(index) }?.status == SVFAP_E_INVALID_ARGUMENT)
      #expect(headFailure { try head.metric(index) }?.status == SVFAP_E_INVALID_ARGUMENT)
    }
    let table = head.table
    #expect(headFailure { try HeadHost.check { table.info?(nil, nil) ?? -1 } }?.status == SVFAP_E_INVALID_ARGUMENT)
    #expect(headFailure { try HeadHost.check { table.info?(head.handle, nil) ?? -1 } }?.status == SVFAP_E_INVALID_ARGUMENT)
    #expect(headFailure { try HeadHost.check { table.forward?(head.handle, nil, nil, nil) ?? -1 } } != nil)
    #expect(headFailure { try HeadHost.check { table.measure?(head.handle, nil, nil) ?? -1 } }?.status == SVFAP_E_INVALID_ARGUMENT)
    #expect(headFailure { try HeadHost.check { table.target?(head.handle, nil, 3, nil) ?? -1 } }?.status == SVFAP_E_INVALID_ARGUMENT)
    #expect(headFailure { try HeadHost.check { table.create?(HeadHost.table, "{}", 2, 8, nil) ?? -1 } }?.status == SVFAP_E_INVALID_ARGUMENT)
    table.destroy?(nil)
  }

  @Test("views of the wrong shape are refused and name what was expected")
  func badViews() throws {
    let head = try HeadUnderTest("classification", "{\"num_outputs\": 3}", embedDim: 4)
    let parameters = try head.parameters()
    for shape in [[2, 5], [8], [2, 2, 2]] {
      let error = try #require(headFailure { try head.forward(parameters, Numbers(shape)) })
      #expect(error.status == SVFAP_E_SHAPE && error.message.contains("features: expected float32 (b, 4)"), "\(error.message)")
    }
    #expect(headFailure { try head.forward([Numbers([3, 2]), Numbers([3])], Numbers([1, 4])) }?.status == SVFAP_E_SHAPE)
    var lying = try Numbers([2, 4]).view
    lying.byte_count = 16
    var raw = try Numbers([2, 3]).view
    #expect(
      headFailure { try HeadHost.check { head.table.forward?(head.handle, parameters.map(\.view), &lying, &raw) ?? -1 } }?.status
        == SVFAP_E_SHAPE)
    lying = try Numbers([2, 4]).view
    lying.shape.0 = .max
    #expect(
      headFailure { try HeadHost.check { head.table.forward?(head.handle, parameters.map(\.view), &lying, &raw) ?? -1 } }?.status
        == SVFAP_E_SHAPE)
    let empty = try Numbers([0, 4])
    let error = headFailure {
      try head.loss(parameters, empty, raw: Numbers([0, 3]), targets: Numbers([0, 3]), gradients: parameters, inputGradient: empty)
    }
    #expect(error?.status == SVFAP_E_INVALID_ARGUMENT)
  }
}
