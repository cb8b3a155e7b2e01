import Base
import CAPI
import CSVFAP
import TestSupport
import Testing

@Suite("C ABI: errors say what, where, and what to do")
struct ErrorTests {
  @Test("status, message and detail of an error object agree")
  func object() throws {
    let world = try World()
    var error: OpaquePointer?
    var model = OpaquePointer(bitPattern: 7)
    let status = svfap_model_open(world.runtime.handle, "/no/such/file", untilNUL, nil, 0, &model, &error)
    #expect(status == svfap_status(SVFAP_E_NOT_FOUND))
    #expect(model == nil)
    #expect(svfap_error_status(error) == status)
    var text: UnsafePointer<CChar>?
    var size: UInt64 = 0
    #expect(svfap_error_message(error, &text, &size) == svfap_status(SVFAP_OK))
    let message = try #require(text.map { String(cString: $0) })
    #expect(UInt64(message.utf8.count) == size)
    #expect(message.contains("/no/such/file"))
    #expect(svfap_error_detail(error, &text, &size) == svfap_status(SVFAP_OK))
    let detail = try JSONValue(parsing: try #require(text.map { String(cString: $0) }))
    #expect(detail["status"] == .integer(Int64(status)))
    #expect(detail["message"]?.stringValue == message)
    #expect(detail["path"]?.stringValue == "/no/such/file")
    #expect(detail["errno"]?.stringValue == "2")
    #expect(svfap_error_release(error) == svfap_status(SVFAP_OK))
    #expect(svfap_error_status(error) == svfap_status(SVFAP_E_BAD_HANDLE))
  }

  @Test("nobody need take the error, and a success leaves none")
  func optional() throws {
    #expect(svfap_model_open(nil, nil, 0, nil, 0, nil, nil) == svfap_status(SVFAP_E_INVALID_ARGUMENT))
    var error = OpaquePointer(bitPattern: 7)
    var cancel: OpaquePointer?
    #expect(svfap_cancel_create(&cancel, &error) == svfap_status(SVFAP_OK))
    #expect(error == nil)
    #expect(svfap_cancel_release(cancel, &error) == svfap_status(SVFAP_OK))
  }

  @Test("out-parameters that are needed and NULL are named")
  func missingPlaces() throws {
    let world = try World()
    let model = try world.golden("finetune_tiny")
    let predictor = try world.predictor(model)
    let refusals: [(String, Refusal?)] = [
      ("cancel", refusal { svfap_cancel_create(nil, $0) }), ("runtime", refusal { svfap_runtime_create(nil, 0, nil, $0) }),
      ("model", refusal { svfap_model_create(world.runtime.handle, nil, 0, 0, nil, $0) }),
      ("predictor", refusal { svfap_predictor_create(model.handle, nil, 0, nil, $0) }),
      ("source", refusal { svfap_source_open(world.runtime.handle, "counting:", untilNUL, nil, 0, nil, nil, $0) }),
      ("job", refusal { svfap_job_create(world.runtime.handle, "info", untilNUL, nil, 0, nil, $0) }),
      ("result", refusal { svfap_predictor_forward(predictor.handle, nil, nil, $0) }),
      ("count", refusal { svfap_model_parameter_count(model.handle, nil, $0) }),
      ("on_window", refusal { svfap_predictor_begin(predictor.handle, nil, nil, nil, $0) }),
      ("stream", refusal { svfap_predictor_begin(predictor.handle, nil, Windows.callback, nil, $0) }),
      ("frame", refusal { svfap_predictor_push(predictor.handle, nil, $0) }),
    ]
    for (name, refusal) in refusals {
      #expect(refusal?.status == SVFAP_E_INVALID_ARGUMENT, "\(name)")
      #expect(refusal?.place == name)
    }
  }

  @Test("the version is told with any or no place for it")
  func version() throws {
    var (major, minor) = (UInt32(7), UInt32(7))
    #expect(svfap_version(nil, nil, nil, nil, nil) == svfap_status(SVFAP_OK))
    try check { svfap_version(nil, nil, &major, &minor, $0) }
    #expect(major == UInt32(SVFAP_ABI_MAJOR))
    #expect(minor == UInt32(SVFAP_ABI_MINOR))
    #expect(try text { svfap_version($0, $1, nil, nil, $2) } == "0.1.0")
  }
}
