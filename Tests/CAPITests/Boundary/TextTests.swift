import Base
import CAPI
import CSVFAP
import TestSupport
import Testing

/// Bytes as C text.
private func withBytes<Result>(_ bytes: [UInt8], _ body: (UnsafePointer<CChar>?, UInt64) throws -> Result) rethrows -> Result {
  try bytes.map { CChar(bitPattern: $0) }.withUnsafeBufferPointer { try body($0.baseAddress, UInt64($0.count)) }
}

@Suite("C ABI: text that callers give")
struct TextTests {
  @Test(
    "bytes that are not UTF-8", arguments: [[0xFF], [0x61, 0xC3], [0xED, 0xA0, 0x80], [0xC0, 0xAF], [0xF8, 0x88, 0x80, 0x80, 0x80]])
  func notUTF8(bytes: [UInt8]) throws {
    let world = try World()
    var place: OpaquePointer?
    withBytes(bytes) { text, size in
      let path = refusal { svfap_model_open(world.runtime.handle, text, size, nil, 0, &place, $0) }
      #expect(path?.status == SVFAP_E_INVALID_ARGUMENT)
      #expect(path?.message.contains("UTF-8") == true)
      #expect(path?.place == "path")
      #expect(refusal { svfap_job_create(world.runtime.handle, text, size, nil, 0, &place, $0) }?.place == "kind")
      #expect(refusal { svfap_runtime_create(text, size, &place, $0) }?.place == "options")
      #expect(refusal { svfap_runtime_load_plugin(world.runtime.handle, text, size, $0) }?.status == SVFAP_E_INVALID_ARGUMENT)
    }
  }

  @Test("a NUL inside a text that has a length")
  func embeddedNUL() throws {
    let world = try World()
    var place: OpaquePointer?
    withBytes(Array("/tmp/a\0b".utf8)) { text, size in
      let refused = refusal { svfap_model_open(world.runtime.handle, text, size, nil, 0, &place, $0) }
      #expect(refused?.status == SVFAP_E_INVALID_ARGUMENT)
      #expect(refused?.message.contains("NUL") == true)
    }
    withBytes(Array("{\"threads\": 1}\0".utf8)) { text, size in
      #expect(refusal { svfap_runtime_create(text, size, &place, $0) }?.status == SVFAP_E_INVALID_ARGUMENT)
    }
  }

  @Test("a length that is too large, and text that is too long")
  func tooLong() throws {
    var place: OpaquePointer?
    for size: UInt64 in [.max - 1, 1 << 40, (64 << 20) + 1] {
      #expect(refusal { svfap_runtime_create("{}", size, &place, $0) }?.status == SVFAP_E_LIMIT)
    }
    // Found by looking for the NUL, which stands too far away.
    let long = [UInt8](repeating: UInt8(ascii: " "), count: (64 << 20) + 1) + [0]
    withBytes(long) { text, _ in
      #expect(refusal { svfap_runtime_create(text, untilNUL, &place, $0) }?.status == SVFAP_E_LIMIT)
    }
  }

  @Test("NULL is the empty text only with length 0")
  func null() throws {
    let world = try World()
    var place: OpaquePointer?
    #expect(refusal { svfap_runtime_create(nil, 1, &place, $0) }?.place == "options")
    #expect(refusal { svfap_runtime_create(nil, untilNUL, &place, $0) }?.status == SVFAP_E_INVALID_ARGUMENT)
    #expect(refusal { svfap_model_open(world.runtime.handle, nil, 0, nil, 0, &place, $0) }?.message.contains("empty") == true)
    #expect(refusal { svfap_model_open(world.runtime.handle, "", untilNUL, nil, 0, &place, $0) }?.status == SVFAP_E_INVALID_ARGUMENT)
  }

  @Test("text that is handed out ends with a NUL that its length does not count")
  func handedOut() throws {
    let world = try World()
    let model = try world.golden("finetune_tiny")
    var text: UnsafePointer<CChar>?
    var size: UInt64 = 0
    try check { svfap_model_config(model.handle, &text, &size, $0) }
    let config = try #require(text)
    #expect(config[Int(size)] == 0)
    #expect(String(cString: config).utf8.count == Int(size))
    // Either place may be missing.
    try check { svfap_model_config(model.handle, nil, nil, $0) }
    var name = svfap_text()
    try check { svfap_model_parameter(model.handle, 0, &name, nil, $0) }
    #expect(try #require(name.data)[Int(name.size)] == 0)
  }
}

@Suite("C ABI: options are checked strictly")
struct OptionTests {
  /// What a runtime with these options is refused for.
  private func refused(_ options: String) -> Refusal? {
    var place: OpaquePointer?
    defer { _ = svfap_runtime_release(place, nil) }
    return refusal { svfap_runtime_create(options, untilNUL, &place, $0) }
  }

  @Test("an unknown key is named, with the nearest one that is known")
  func unknownKey() throws {
    let refusal = try #require(refused("{\"thread\": 2}"))
    #expect(refusal.status == SVFAP_E_CONFIG)
    #expect(refusal.place == "/thread")
    #expect(refusal.message.contains("did you mean \"threads\"?"))
    let world = try World()
    var place: OpaquePointer?
    let config = "{\"size\": \"tiny\", \"head\": {\"name\": \"classification\", \"config\": {\"label\": []}}}"
    let model = CAPITests.refusal { svfap_model_create(world.runtime.handle, config, untilNUL, 0, &place, $0) }
    #expect(model?.place == "/head/config/label")
    #expect(model?.message.contains("\"labels\"") == true)
  }

  @Test(
    "what is no JSON object",
    arguments: [
      "{", "[1]", "3", "null", "\"text\"", "{} {}", "{\"threads\": 2,}", "{\"threads\": NaN}", "{\"threads\": 01}", "{'threads': 2}",
      "{\"threads\": 1, \"threads\": 2}", "{\"threads\": 1, \"\\u0074hreads\": 2}", "{\"a\": \"\\ud800\"}", "{\"threads\": 1e999}", "// {}",
      "{\"threads\": 99999999999999999999}",
    ])
  func malformed(options: String) throws {
    let refusal = try #require(refused(options))
    #expect(refusal.status == SVFAP_E_CONFIG)
    #expect(refusal.message.hasPrefix("options: "))
  }

  @Test(
    "a wrong type and a value out of range",
    arguments: [
      ("{\"threads\": \"2\"}", "/threads"), ("{\"threads\": -1}", "/threads"), ("{\"threads\": 257}", "/threads"),
      ("{\"threads\": 1.5}", "/threads"),
      ("{\"plugin_directory\": 1}", "/plugin_directory"), ("{\"log_level\": \"loud\"}", "/log_level"), ("{\"threads\": true}", "/threads"),
    ])
  func wrongValue(options: String, place: String) throws {
    let refusal = try #require(refused(options))
    #expect(refusal.status == SVFAP_E_CONFIG)
    #expect(refusal.place == place)
  }

  @Test("nesting without end")
  func deep() throws {
    let refusal = try #require(refused("{\"a\": " + String(repeating: "[", count: 100_000)))
    #expect(refusal.status == SVFAP_E_LIMIT)
  }

  @Test("no options, empty options and default values are the same", arguments: [nil, "", "{}", "{\"threads\": 0, \"log_level\": null}"])
  func defaults(options: String?) throws {
    var runtime: OpaquePointer?
    let size = options == nil ? 0 : untilNUL
    try check { svfap_runtime_create(options, size, &runtime, $0) }
    #expect(svfap_runtime_release(runtime, nil) == svfap_status(SVFAP_OK))
  }

  @Test("predictors, sources and jobs check theirs as well")
  func everywhere() throws {
    let world = try World()
    let model = try world.golden("finetune_tiny")
    var place: OpaquePointer?
    let runtime = world.runtime.handle
    #expect(refusal { svfap_predictor_create(model.handle, "{\"view\": 2}", untilNUL, &place, $0) }?.place == "/view")
    #expect(refusal { svfap_predictor_create(model.handle, "{\"views\": 1001}", untilNUL, &place, $0) }?.place == "/views")
    #expect(refusal { svfap_predictor_create(model.handle, "{\"sampling_rate\": 0}", untilNUL, &place, $0) }?.place == "/sampling_rate")
    #expect(refusal { svfap_source_open(runtime, "counting:", untilNUL, "{\"sauce\": 1}", untilNUL, nil, &place, $0) }?.place == "/sauce")
    let config = "{\"config\": {\"quiet\": true}}"
    #expect(refusal { svfap_source_open(runtime, "counting:", untilNUL, config, untilNUL, nil, &place, $0) }?.place == "/config/quiet")
    #expect(
      refusal { svfap_job_create(runtime, "create", untilNUL, "{\"seed\": -1, \"out\": \"x\"}", untilNUL, &place, $0) }?.place == "/seed")
    #expect(refusal { svfap_job_create(runtime, "create", untilNUL, "{}", untilNUL, &place, $0) }?.place == "/out")
    let unknown = refusal { svfap_job_create(runtime, "creat", untilNUL, "{}", untilNUL, &place, $0) }
    #expect(unknown?.status == SVFAP_E_NOT_FOUND)
    #expect(unknown?.message.contains("create") == true)
  }
}
