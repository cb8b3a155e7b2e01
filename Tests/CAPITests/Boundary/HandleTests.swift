import Base
import CAPI
import CSVFAP
import TestSupport
import Testing

/// One live object of every kind.
private struct Zoo {
  let world: World
  let handles: [String: OpaquePointer]
  private let owned: [Owned]

  init() throws {
    world = try World()
    let model = try world.golden("finetune_tiny")
    let predictor = try world.predictor(model)
    let video = try world.video("frames=2")
    let job = try world.job("plugins", "{}")
    let trainer = try Owned(svfap_trainer_release) { svfap_trainer_create(model.handle, "finetune", untilNUL, nil, 0, $0, $1) }
    let cancel = try Owned(svfap_cancel_release) { svfap_cancel_create($0, $1) }
    let clip = Memory([Float](repeating: 0, count: 3 * 8 * 16 * 16 * 16))
    let golden = try json { svfap_model_config(model.handle, $0, $1, $2) }
    let frames = golden["num_frames"]?.intValue ?? 0
    let side = golden["image_size"]?.intValue ?? 0
    let tensor = try clip.view([1, 3, frames, side, side]).with { view in
      try Owned(svfap_tensor_release) { svfap_predictor_features(predictor.handle, view, $0, $1) }
    }
    let error = try Owned({ handle, _ in svfap_error_release(handle) }) { place, _ in
      _ = svfap_model_open(nil, "x", untilNUL, nil, 0, nil, place)
      return svfap_status(SVFAP_OK)
    }
    owned = [model, predictor, video, job, trainer, cancel, tensor, error]
    let named = [
      ("runtime", world.runtime), ("model", model), ("predictor", predictor), ("source", video), ("job", job), ("trainer", trainer),
      ("cancel", cancel), ("tensor", tensor), ("error", error),
    ]
    handles = Dictionary(uniqueKeysWithValues: named.compactMap { name, owned in owned.handle.map { (name, $0) } })
  }
}

/// Functions of the header, as the version script lists them.
func exportedNames() -> [String] {
  String(decoding: Fixtures.bytes("\(Built.root)/exports/svfap.map"), as: UTF8.self).split(separator: "\n")
    .map { $0.drop { $0 == " " } }.filter { $0.hasPrefix("svfap_") && $0.hasSuffix(";") }.map { String($0.dropLast()) }
}

@Suite("C ABI: handles are looked up, never believed")
struct HandleTests {
  private let badHandle = SVFAP_E_BAD_HANDLE

  @Test("the tests below cover every function that takes a handle")
  func complete() throws {
    let withoutHandle: Set = ["svfap_version", "svfap_cancel_create", "svfap_runtime_create", "svfap_job_schema"]
    let covered = Set(handleCalls(source: nil, predictor: nil).map(\.function))
    #expect(covered == Set(exportedNames()).subtracting(withoutHandle))
    #expect(covered.count > 50)
  }

  @Test("NULL and values that no handle has")
  func garbage() throws {
    let zoo = try Zoo()
    let word = UnsafeMutablePointer<UInt64>.allocate(capacity: 1)
    defer { word.deallocate() }
    let values: [UInt] = [
      1, 0x7F, UInt(bitPattern: word), UInt.max, UInt.max >> 1, 1 << 63, 0x01FF_FFFF_FFFF_FFFF, 0x0400_0000_01FF_FFFF,
      0x0A00_0000_0100_0000,
    ]
    for call in handleCalls(source: zoo.handles["source"], predictor: zoo.handles["predictor"]) {
      let none = call.call(nil)
      #expect(none.status == (call.isRelease ? SVFAP_OK : badHandle), "\(call) with NULL")
      #expect(none.isCleared, "\(call) with NULL")
      for value in values {
        let outcome = call.call(OpaquePointer(bitPattern: value))
        #expect(outcome.status == badHandle, "\(call) with \(value)")
        #expect(outcome.isCleared, "\(call) with \(value)")
      }
    }
  }

  @Test("handles of other types")
  func wrongType() throws {
    let zoo = try Zoo()
    #expect(zoo.handles.count == 9)
    for call in handleCalls(source: zoo.handles["source"], predictor: zoo.handles["predictor"]) {
      for (kind, handle) in zoo.handles where kind != call.kind {
        let outcome = call.call(handle)
        #expect(outcome.status == badHandle, "\(call) with a \(kind)")
        #expect(outcome.isCleared, "\(call) with a \(kind)")
      }
    }
    let refused = refusal { svfap_model_config(zoo.handles["predictor"], nil, nil, $0) }
    #expect(refused?.message == "a predictor was given where a model is needed")
    #expect(refused?.detail["expected"]?.stringValue == "a model")
    #expect(refused?.detail["found"]?.stringValue == "a predictor")
  }

  @Test("handles that were released, also when their place is taken by a new object")
  func stale() throws {
    let live = try Zoo()
    var stale: [String: OpaquePointer] = [:]
    do {
      let zoo = try Zoo()
      stale = zoo.handles
    }
    for pass in 0..<2 {
      let successors = pass == 0 ? nil : try Zoo()
      for call in handleCalls(source: live.handles["source"], predictor: live.handles["predictor"]) {
        let outcome = call.call(stale[call.kind])
        #expect(outcome.status == badHandle, "\(call)")
        #expect(outcome.isCleared, "\(call)")
      }
      withExtendedLifetime(successors) {}
    }
  }

  @Test("a second release of the same handle")
  func doubleRelease() throws {
    var cancel: OpaquePointer?
    try check { svfap_cancel_create(&cancel, $0) }
    #expect(svfap_cancel_release(cancel, nil) == svfap_status(SVFAP_OK))
    #expect(svfap_cancel_release(cancel, nil) == svfap_status(badHandle))
    var runtime: OpaquePointer?
    try check { svfap_runtime_create(nil, 0, &runtime, $0) }
    #expect(svfap_runtime_release(runtime, nil) == svfap_status(SVFAP_OK))
    let refused = refusal { svfap_runtime_release(runtime, $0) }
    #expect(refused?.status == badHandle)
    #expect(refused?.message.contains("released before") == true)
  }

  @Test("objects are released in any order: whatever was made from another one keeps it alive", arguments: [false, true])
  func order(reversed: Bool) throws {
    var runtime: OpaquePointer?
    var model: OpaquePointer?
    var predictor: OpaquePointer?
    try check { svfap_runtime_create("{\"threads\": 2}", untilNUL, &runtime, $0) }
    try check { svfap_runtime_load_plugin(runtime, Built.plugin("head_classification"), untilNUL, $0) }
    try check { svfap_model_open(runtime, Fixtures.path("goldens/finetune_tiny.safetensors"), untilNUL, nil, 0, &model, $0) }
    try check { svfap_predictor_create(model, nil, 0, &predictor, $0) }
    let releases: [() -> svfap_status] = [
      { svfap_runtime_release(runtime, nil) }, { svfap_model_release(model, nil) }, { svfap_predictor_release(predictor, nil) },
    ]
    for (index, release) in (reversed ? releases.reversed() : releases).enumerated() {
      #expect(release() == svfap_status(SVFAP_OK))
      // The predictor works as long as it has not been released itself.
      let isThere = !reversed && index < 2
      #expect((refusal { svfap_predictor_summary(predictor, nil, nil, $0) } == nil) == isThere)
    }
  }

  @Test("parameters and texts stay where they are as long as the model lives")
  func lifetime() throws {
    let world = try World()
    let model = try world.golden("finetune_tiny")
    var first: UnsafePointer<CChar>?
    var again: UnsafePointer<CChar>?
    try check { svfap_model_config(model.handle, &first, nil, $0) }
    for _ in 0..<100 { _ = try json { svfap_model_recipe(model.handle, $0, $1, $2) } }
    try check { svfap_model_config(model.handle, &again, nil, $0) }
    #expect(first == again)
  }
}
