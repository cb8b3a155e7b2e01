import TestSupport
import Testing

@testable import Base

@Suite("JSON is read strictly")
struct JSONScannerTests {
  /// One of everything that JSON has.
  static let document = """
    {"text": "a\\u00e9\\ud83d\\ude00\\n\\"\\\\\\/", "numbers": [0, -0, 12, -7.5, 1e3, 2.5E-3, 9223372036854775807],
     "words": [true, false, null], "empty": {"list": [], "object": {}}, "deep": [[[[1]]]], "ünï": "cödé"}
    """

  @Test("a document with everything in it")
  func everything() throws {
    let value = try JSONValue(parsing: Self.document)
    #expect(value["text"] == "aé😀\n\"\\/")
    #expect(value["numbers"] == [0, 0, 12, -7.5, 1000.0, 0.0025, .integer(.max)])
    #expect(value["words"] == [true, false, .null])
    #expect(value["empty"] == ["list": [], "object": [:]])
    #expect(value["deep"] == [[[[1]]]])
    #expect(value["ünï"] == "cödé")
    #expect(value.objectValue?.keys == ["text", "numbers", "words", "empty", "deep", "ünï"], "keys keep their order")
  }

  @Test(
    "bare values are documents",
    arguments: [("7", 7), (" \"x\" ", "x"), ("true", true), ("null", .null), ("-1.5e1", -15.0)] as [(String, JSONValue)])
  func bare(text: String, expected: JSONValue) throws {
    #expect(try JSONValue(parsing: text) == expected)
  }

  @Test(
    "what RFC 8259 does not allow",
    arguments: [
      ("", "ends"), ("   ", "ends"), ("{", "key"), ("}", "value"), ("{]", "key"), ("[1,]", "value"), ("[,1]", "value"), ("[1 2]", "','"),
      ("{\"a\" 1}", "':'"), ("{\"a\": 1,}", "key"), ("{\"a\": 1 \"b\": 2}", "','"), ("{a: 1}", "key"), ("{'a': 1}", "key"),
      ("'a'", "value"),
      ("NaN", "value"), ("Infinity", "value"), ("-Infinity", "number"), ("nan", "null"), ("True", "value"), ("nul", "null"),
      ("truex", "after"),
      ("01", "number"), ("-", "number"), ("+1", "value"), (".5", "value"), ("5.", "number"), ("1e", "number"), ("1e+", "number"),
      ("0x10", "after"),
      ("1_000", "after"), ("{} {}", "after"), ("1 // one", "after"), ("/* */ 1", "value"), ("\"a", "closing quote"), ("\"a\\", "ends"),
      ("\"\\x41\"", "escape"), ("\"\\u12\"", "hexadecimal"), ("\"\\u12g4\"", "hexadecimal"), ("\"a\nb\"", "control"),
      ("\"a\tb\"", "control"),
      ("\u{FEFF}1", "value"), ("\"a\" \"b\"", "after"), ("[1}", "','"), ("1,", "after"),
    ])
  func malformed(text: String, reason: String) throws {
    let error = try #require(failure { try JSONValue(parsing: text) }, "\(text) was accepted")
    #expect(error.code == .format)
    #expect(error.message.contains(reason), "\(error.message)")
    #expect(error.message.contains("at byte"), "\(error.message)")
  }

  @Test(
    "one key twice in an object, however it is spelled",
    arguments: ["{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":1}", "[{\"x\":{\"b\":1,\"c\":2,\"b\":1}}]"])
  func duplicates(text: String) throws {
    let error = try #require(failure { try JSONValue(parsing: text) })
    #expect(error.code == .format)
    #expect(error.message.contains("twice"))
  }

  @Test("the same key in different objects is fine")
  func sameKeyElsewhere() throws {
    #expect(try JSONValue(parsing: "{\"a\":{\"a\":1},\"b\":{\"a\":2}}")["b"]?["a"] == 2)
  }

  @Test(
    "halves of surrogate pairs and NUL",
    arguments: ["\\ud800", "\\ud800x", "\\ud800\\n", "\\ud800\\u0041", "\\udc00", "\\ud800\\ud800", "\\u0000"])
  func surrogates(escape: String) throws {
    let error = try #require(failure { try JSONValue(parsing: "[\"\(escape)\"]") })
    #expect(error.code == .format)
    #expect(error.message.contains("byte 2"), "\(error.message)")
  }

  @Test(
    "bytes that are not UTF-8",
    arguments: [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82]] as [[UInt8]])
  func notUTF8(bytes: [UInt8]) throws {
    let error = try #require(failure { try JSONValue(parsing: [0x22] + bytes + [0x22]) })
    #expect(error.code == .format)
    #expect(error.message.contains("UTF-8"))
  }

  @Test(
    "numbers that no Int64 or Double holds",
    arguments: ["9223372036854775808", "-9223372036854775809", "1e999", "-1e400", "123456789012345678901234567890"])
  func outOfRange(text: String) throws {
    let error = try #require(failure { try JSONValue(parsing: text) })
    #expect(error.message.contains("out of range"))
  }

  @Test("numbers at the edge of what they can hold")
  func edges() throws {
    #expect(try JSONValue(parsing: "-9223372036854775808") == .integer(.min))
    #expect(try JSONValue(parsing: "1.7976931348623157e308") == .number(.greatestFiniteMagnitude))
    #expect(try JSONValue(parsing: "5e-324") == .number(.leastNonzeroMagnitude))
    #expect(try JSONValue(parsing: "1e-999").doubleValue == 0)
  }

  @Test("nesting up to 64 levels, not more")
  func depth() throws {
    func nested(_ levels: Int) -> String { String(repeating: "[", count: levels) + String(repeating: "]", count: levels) }
    _ = try JSONValue(parsing: nested(64))
    #expect(failure { try JSONValue(parsing: nested(65)) }?.code == .limit)
    #expect(failure { try JSONValue(parsing: String(repeating: "[", count: 1_000_000)) }?.code == .limit)
    #expect(failure { try JSONValue(parsing: String(repeating: "{\"a\":", count: 100_000)) }?.code == .limit)
  }

  @Test("texts and numbers of values beyond the limits are refused before they are read")
  func sizes() throws {
    let long = [UInt8](repeating: UInt8(ascii: " "), count: JSONScanner.sizeLimit + 1)
    #expect(failure { try JSONValue(parsing: long) }?.code == .limit)
    let many = "[" + String(repeating: "0,", count: JSONScanner.valueLimit) + "0]"
    #expect(failure { try JSONValue(parsing: many) }?.code == .limit)
  }

  @Test("an object with very many keys is read in a moment")
  func manyKeys() throws {
    let count = 100_000
    let text = "{" + (0..<count).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}"
    let value = try JSONValue(parsing: text)
    #expect(value.objectValue?.members.count == count)
    #expect(value["k99999"] == 99999)
  }

  @Test("every truncation of a document is an error that names a byte")
  func truncations() throws {
    let bytes = Array(Self.document.utf8)
    for count in 0..<bytes.count {
      let error = try #require(failure { try JSONValue(parsing: Array(bytes[..<count])) }, "the first \(count) bytes were accepted")
      #expect(error.code == .format)
    }
  }

  @Test("every document with one byte changed is refused, or means what its own text says")
  func mutations() throws {
    let bytes = Array(Self.document.utf8)
    let random = CounterRandom(seed: 1, stream: "mutations")
    for round in 0..<4000 {
      var changed = bytes
      changed[random.integer(UInt64(2 * round), below: bytes.count)] = UInt8(truncatingIfNeeded: random.bits(UInt64(2 * round + 1)))
      guard let value = try? JSONValue(parsing: changed) else { continue }
      #expect(try JSONValue(parsing: value.text()) == value)
      #expect(try JSONValue(parsing: value.text(pretty: true)) == value)
    }
  }
}
