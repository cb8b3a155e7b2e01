import CSVFAP
import Glibc

/// What a call did: its status, and whether its out-parameters were left empty.
struct Outcome {
  let status: Int
  let isCleared: Bool
}

/// A function that takes a handle, with everything else as it should be.
struct HandleCall: CustomStringConvertible {
  let function: String
  let kind: String
  let call: (OpaquePointer?) -> Outcome

  var description: String { "\(function)(\(kind))" }
  var isRelease: Bool { function.hasSuffix("_release") }

  init(_ function: String, _ kind: String, _ call: @escaping (OpaquePointer?) -> Outcome) {
    self.function = function
    self.kind = kind
    self.call = call
  }
}

private func plain(_ status: svfap_status) -> Outcome { Outcome(status: Int(status), isCleared: true) }

/// A call with a place for a handle; before the call something else stands there.
private func made(_ call: (Place) -> svfap_status) -> Outcome {
  var place = OpaquePointer(bitPattern: 0x77)
  let status = call(&place)
  return Outcome(status: Int(status), isCleared: place == nil)
}

private func text(_ call: (UnsafeMutablePointer<UnsafePointer<CChar>?>, UnsafeMutablePointer<UInt64>) -> svfap_status) -> Outcome {
  var place = UnsafePointer<CChar>(bitPattern: 0x77)
  var size: UInt64 = 77
  let status = call(&place, &size)
  return Outcome(status: Int(status), isCleared: place == nil && size == 0)
}

private func number<Number: Numeric>(_ start: Number, _ call: (UnsafeMutablePointer<Number>) -> svfap_status) -> Outcome {
  var place = start
  let status = call(&place)
  return Outcome(status: Int(status), isCleared: place == 0)
}

/// A call that fills in a struct; before the call it is full of something else.
private func filled<Value>(_ empty: Value, _ call: (UnsafeMutablePointer<Value>) -> svfap_status) -> Outcome {
  var value = empty
  let size = MemoryLayout<Value>.size
  withUnsafeMutableBytes(of: &value) { bytes in
    for index in bytes.indices { bytes[index] = 0xAB }
    bytes.storeBytes(of: UInt64(size), as: UInt64.self)
  }
  let status = call(&value)
  let isCleared = withUnsafeBytes(of: value) { $0.load(as: UInt64.self) == UInt64(size) && $0.dropFirst(8).allSatisfy { $0 == 0 } }
  return Outcome(status: Int(status), isCleared: isCleared)
}

/// Calls `body` with a frame of one black pixel.
private func withFrame(_ body: (UnsafePointer<svfap_frame>) -> svfap_status) -> svfap_status {
  let pixel: [UInt8] = [0, 0, 0]
  return pixel.withUnsafeBufferPointer { rgb in
    var frame = svfap_frame()
    frame.struct_size = UInt64(MemoryLayout<svfap_frame>.size)
    (frame.width, frame.height, frame.row_bytes, frame.rgb) = (1, 1, 3, rgb.baseAddress)
    return body(&frame)
  }
}

/// Every function of the header that takes a handle, once for each handle.
///
/// - Parameters:
///   - source: a live video, for the functions that need two handles.
///   - predictor: a live predictor, likewise.
func handleCalls(source: OpaquePointer?, predictor: OpaquePointer?) -> [HandleCall] {
  nonisolated(unsafe) let video = svfap_view()
  var stream = svfap_stream_info(rate: 25)
  let compute: [(String, (OpaquePointer?, UnsafePointer<svfap_view>?, Place?, Place?) -> svfap_status)] = [
    ("svfap_predictor_forward", svfap_predictor_forward), ("svfap_predictor_readings", svfap_predictor_readings),
    ("svfap_predictor_features", svfap_predictor_features),
  ]
  let texts:
    [(
      String, String, (OpaquePointer?, UnsafeMutablePointer<UnsafePointer<CChar>?>?, UnsafeMutablePointer<UInt64>?, Place?) -> svfap_status
    )] = [
      ("svfap_model_config", "model", svfap_model_config), ("svfap_model_recipe", "model", svfap_model_recipe),
      ("svfap_model_card", "model", svfap_model_card), ("svfap_model_outputs", "model", svfap_model_outputs),
      ("svfap_predictor_summary", "predictor", svfap_predictor_summary), ("svfap_job_result", "job", svfap_job_result),
    ]
  let releases: [(String, (OpaquePointer?, Place?) -> svfap_status)] = [
    ("cancel", svfap_cancel_release), ("runtime", svfap_runtime_release), ("model", svfap_model_release), ("tensor", svfap_tensor_release),
    ("source", svfap_source_release), ("predictor", svfap_predictor_release), ("trainer", svfap_trainer_release),
    ("job", svfap_job_release),
  ]
  var calls: [HandleCall] = [
    HandleCall("svfap_error_status", "error") { plain(svfap_error_status($0)) },
    HandleCall("svfap_error_message", "error") { handle in text { svfap_error_message(handle, $0, $1) } },
    HandleCall("svfap_error_detail", "error") { handle in text { svfap_error_detail(handle, $0, $1) } },
    HandleCall("svfap_error_release", "error") { plain(svfap_error_release($0)) },
    HandleCall("svfap_cancel_request", "cancel") { plain(svfap_cancel_request($0)) },
    HandleCall("svfap_runtime_set_log", "runtime") { plain(svfap_runtime_set_log($0, nil, nil, nil, nil)) },
    HandleCall("svfap_runtime_load_plugin", "runtime") { plain(svfap_runtime_load_plugin($0, "/nothing", untilNUL, nil)) },
    HandleCall("svfap_model_open", "runtime") { handle in made { svfap_model_open(handle, "/nothing", untilNUL, nil, 0, $0, nil) } },
    HandleCall("svfap_model_create", "runtime") { handle in made { svfap_model_create(handle, nil, 0, 0, $0, nil) } },
    HandleCall("svfap_model_save", "model") { plain(svfap_model_save($0, "/nothing/at/all", untilNUL, nil)) },
    HandleCall("svfap_model_output_count", "model") { handle in number(UInt64(77)) { svfap_model_output_count(handle, $0, nil) } },
    HandleCall("svfap_model_output", "model") { handle in
      var name = svfap_text(data: nil, size: 77)
      let outcome = number(77.0) { svfap_model_output(handle, 0, &name, nil, $0, nil, nil) }
      return Outcome(status: outcome.status, isCleared: outcome.isCleared && name.size == 0)
    },
    HandleCall("svfap_model_parameter_count", "model") { handle in number(UInt64(77)) { svfap_model_parameter_count(handle, $0, nil) } },
    HandleCall("svfap_model_parameter", "model") { handle in
      var name = svfap_text(data: nil, size: 77)
      let outcome = filled(svfap_view()) { svfap_model_parameter(handle, 0, &name, $0, nil) }
      return Outcome(status: outcome.status, isCleared: outcome.isCleared && name.size == 0)
    },
    HandleCall("svfap_tensor_view", "tensor") { handle in filled(svfap_view()) { svfap_tensor_view(handle, $0, nil) } },
    HandleCall("svfap_source_open", "runtime") { handle in made { svfap_source_open(handle, "counting:", untilNUL, nil, 0, nil, $0, nil) }
    },
    HandleCall("svfap_source_info", "source") { handle in filled(svfap_stream_info()) { svfap_source_info(handle, $0, nil) } },
    HandleCall("svfap_source_next", "source") { handle in filled(svfap_frame()) { svfap_source_next(handle, $0, nil) } },
    HandleCall("svfap_source_seek", "source") { plain(svfap_source_seek($0, 0, nil)) },
    HandleCall("svfap_predictor_create", "model") { handle in made { svfap_predictor_create(handle, nil, 0, $0, nil) } },
    HandleCall("svfap_predictor_set_cancel", "predictor") { plain(svfap_predictor_set_cancel($0, nil, nil)) },
    HandleCall("svfap_predictor_encode", "predictor") { handle in made { svfap_predictor_encode(handle, [video], [video], $0, nil) } },
    HandleCall("svfap_predictor_reconstruct", "predictor") { handle in
      made { svfap_predictor_reconstruct(handle, [video], [video], $0, nil) }
    },
    HandleCall("svfap_predictor_run", "predictor") { plain(svfap_predictor_run($0, source, Windows.callback, nil, nil, nil)) },
    HandleCall("svfap_predictor_run", "source") { plain(svfap_predictor_run(predictor, $0, Windows.callback, nil, nil, nil)) },
    HandleCall("svfap_predictor_begin", "predictor") { plain(svfap_predictor_begin($0, &stream, Windows.callback, nil, nil)) },
    HandleCall("svfap_predictor_push", "predictor") { handle in plain(withFrame { svfap_predictor_push(handle, $0, nil) }) },
    HandleCall("svfap_predictor_end", "predictor") { plain(svfap_predictor_end($0, nil)) },
    HandleCall("svfap_trainer_create", "model") { handle in
      made { svfap_trainer_create(handle, "finetune", untilNUL, nil, 0, $0, nil) }
    },
    HandleCall("svfap_trainer_forward_backward", "trainer") { handle in
      number(77.0) { svfap_trainer_forward_backward(handle, [video], [video], $0, nil) }
    },
    HandleCall("svfap_trainer_step", "trainer") { handle in filled(svfap_step()) { svfap_trainer_step(handle, $0, nil) } },
    HandleCall("svfap_trainer_drop_gradients", "trainer") { plain(svfap_trainer_drop_gradients($0, nil)) },
    HandleCall("svfap_trainer_parameter_count", "trainer") { handle in
      number(UInt64(77)) { svfap_trainer_parameter_count(handle, $0, nil) }
    },
    HandleCall("svfap_trainer_parameter", "trainer") { handle in
      filled(svfap_view()) { svfap_trainer_parameter(handle, 0, nil, nil, $0, nil) }
    },
    HandleCall("svfap_trainer_snapshot", "trainer") { handle in made { svfap_trainer_snapshot(handle, 0, $0, nil) } },
    HandleCall("svfap_job_create", "runtime") { handle in made { svfap_job_create(handle, "plugins", untilNUL, nil, 0, $0, nil) } },
    HandleCall("svfap_job_run", "job") { plain(svfap_job_run($0, nil, nil)) },
  ]
  for (name, function) in compute {
    calls.append(HandleCall(name, "predictor") { handle in made { function(handle, [video], $0, nil) } })
  }
  for (name, kind, function) in texts {
    calls.append(HandleCall(name, kind) { handle in text { function(handle, $0, $1, nil) } })
  }
  for (kind, function) in releases { calls.append(HandleCall("svfap_\(kind)_release", kind) { plain(function($0, nil)) }) }
  return calls
}
