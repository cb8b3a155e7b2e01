import Base
import CAPI
import CSVFAP
import TestSupport
import Testing

@Suite("C ABI: models")
struct CModelTests {
  private let world: World

  init() throws { world = try World() }

  @Test("outputs are told one by one as the JSON tells them")
  func outputs() throws {
    let model = try world.model(
      "{\"size\": \"tiny\", \"head\": {\"name\": \"classification\", \"config\": {\"labels\": [\"calm\", \"not calm\"]}}}")
    let list = try json { svfap_model_outputs(model.handle, $0, $1, $2) }.arrayValue ?? []
    var count: UInt64 = 0
    try check { svfap_model_output_count(model.handle, &count, $0) }
    #expect(count == 2 && list.count == 2)
    for (index, expected) in list.enumerated() {
      var (name, unit) = (svfap_text(), svfap_text())
      var (minimum, maximum) = (7.0, 7.0)
      try check { svfap_model_output(model.handle, UInt64(index), &name, &unit, &minimum, &maximum, $0) }
      #expect(String(cString: try #require(name.data)) == expected["name"]?.stringValue)
      #expect(String(cString: try #require(unit.data)) == expected["unit"]?.stringValue)
      #expect(minimum == expected["minimum"]?.doubleValue)
      #expect(maximum == expected["maximum"]?.doubleValue)
    }
    #expect(refusal { svfap_model_output(model.handle, 2, nil, nil, nil, nil, $0) }?.status == SVFAP_E_NOT_FOUND)
    let pretraining = try world.golden("pretrain_tiny_paper")
    try check { svfap_model_output_count(pretraining.handle, &count, $0) }
    #expect(count == 0)
  }

  @Test("parameters have names, shapes and strides")
  func parameters() throws {
    let model = try world.golden("finetune_tiny")
    var count: UInt64 = 0
    try check { svfap_model_parameter_count(model.handle, &count, $0) }
    var total = 0
    for index in 0..<count {
      var name = svfap_text()
      var view = svfap_view()
      view.struct_size = UInt64(MemoryLayout<svfap_view>.size)
      try check { svfap_model_parameter(model.handle, index, &name, &view, $0) }
      #expect(name.size > 0)
      #expect(view.byte_count == UInt64(4 * view.extents.reduce(1, *)))
      #expect(view.steps == view.extents.indices.map { view.extents[($0 + 1)...].reduce(1, *) })
      total += view.extents.reduce(1, *)
    }
    #expect(total > 10_000)
    var name = svfap_text(data: nil, size: 9)
    #expect(refusal { svfap_model_parameter(model.handle, count, &name, nil, $0) }?.status == SVFAP_E_NOT_FOUND)
    #expect(name.size == 0)
  }

  @Test("a model that is saved and opened again computes the same, bit for bit; its card says that it is untrained")
  func roundTrip() throws {
    let folder = Fixtures.temporaryFolder()
    defer { _ = Command.run(["rm", "-rf", folder]) }
    let path = "\(folder)/model.safetensors"
    let model = try world.model(seed: 11)
    try check { svfap_model_save(model.handle, path, untilNUL, $0) }
    let opened = try world.open(path)
    let clip = Memory(stream("video", seed: 2, count: 3 * 16 * 64 * 64)).view([1, 3, 16, 64, 64])
    #expect(try forward(try world.predictor(model), clip) == forward(try world.predictor(opened), clip))
    for document in [svfap_model_config, svfap_model_recipe, svfap_model_card, svfap_model_outputs] {
      let (before, after) = (try json { document(model.handle, $0, $1, $2) }, try json { document(opened.handle, $0, $1, $2) })
      #expect(before == after)
    }
    let card = try json { svfap_model_card(opened.handle, $0, $1, $2) }
    #expect(card["trained"] == false)
    #expect(try forward(try world.predictor(try world.model(seed: 12)), clip) != forward(try world.predictor(model), clip))
    #expect(try forward(try world.predictor(try world.model(seed: 11)), clip) == forward(try world.predictor(model), clip))
  }

  @Test("a whole configuration makes the model that it came from")
  func wholeConfiguration() throws {
    let model = try world.golden("finetune_layerscale")
    let config = try text { svfap_model_config(model.handle, $0, $1, $2) }
    let again = try world.model(config)
    #expect(try text { svfap_model_config(again.handle, $0, $1, $2) } == config)
  }

  @Test("saving where nothing can be saved leaves nothing behind")
  func savingFails() throws {
    let model = try world.golden("finetune_tiny")
    #expect(refusal { svfap_model_save(model.handle, "/no/such/folder/model.safetensors", untilNUL, $0) }?.status == SVFAP_E_NOT_FOUND)
    #expect(refusal { svfap_model_save(model.handle, "/proc/model.safetensors", untilNUL, $0) } != nil)
  }

  @Test("files that are no models are told apart")
  func notModels() throws {
    var place: OpaquePointer?
    for (path, status) in [
      ("/no/such/file", SVFAP_E_NOT_FOUND), (Fixtures.path("goldens"), SVFAP_E_FORMAT),
      (Fixtures.path("goldens/stream.json"), SVFAP_E_FORMAT),
      (Fixtures.path("goldens/finetune_tiny.case.safetensors"), SVFAP_E_FORMAT), ("/dev/null", SVFAP_E_FORMAT),
    ] {
      let refused = refusal { svfap_model_open(world.runtime.handle, path, untilNUL, nil, 0, &place, $0) }
      #expect(refused?.status == status, "\(path): \(refused?.message ?? "opened")")
      #expect(refused?.message.contains(path) == true)
    }
  }

  @Test("a head whose plugin is not loaded")
  func missingPlugin() throws {
    let bare = try Owned(svfap_runtime_release) { svfap_runtime_create(nil, 0, $0, $1) }
    var place: OpaquePointer?
    let refused = refusal {
      svfap_model_open(bare.handle, Fixtures.path("goldens/finetune_tiny.safetensors"), untilNUL, nil, 0, &place, $0)
    }
    #expect(refused?.status == SVFAP_E_NOT_FOUND)
    #expect(refused?.message.contains("svfap_runtime_load_plugin") == true)
    #expect(refused?.message.contains("plugin_directory") == true)
  }
}
