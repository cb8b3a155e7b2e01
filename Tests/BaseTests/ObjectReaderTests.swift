import TestSupport
import Testing

@testable import Base

@Suite("Members of a JSON object are read with their types checked")
struct ObjectReaderTests {
  private func reader(_ json: JSONValue) throws -> ObjectReader { try ObjectReader(json, at: "/model") }

  @Test("what is there is returned, what is absent or null is nil")
  func members() throws {
    let reader = try reader([
      "text": "t", "flag": false, "integer": 3, "number": 2.5, "integers": [1, 2.0], "numbers": [1, 2.5], "texts": ["a", "b"],
      "null": .null,
      "choice": "b", "any": ["x": 1],
    ])
    #expect(try reader.text("text") == "t")
    #expect(try reader.flag("flag") == false)
    #expect(try reader.integer("integer", in: 1...5) == 3)
    #expect(try reader.number("number", in: 0...5) == 2.5)
    #expect(try reader.number("integer", in: 0...5) == 3)
    #expect(try reader.integers("integers", in: 0...5) == [1, 2])
    #expect(try reader.numbers("numbers", count: 2) == [1, 2.5])
    #expect(try reader.texts("texts") == ["a", "b"])
    #expect(try reader.text("choice", oneOf: ["a", "b"]) == "b")
    #expect(try reader.member("any") == ["x": 1])
    #expect(try reader.text("null") == nil)
    #expect(try reader.integers("absent", in: 0...1) == nil)
    #expect(try reader.numbers("absent", count: 3) == nil)
    #expect(try reader.texts("absent") == nil)
    try reader.finish()
  }

  @Test("a member of the wrong kind is named with what was expected")
  func wrong() throws {
    let reader = try reader(["a": 1, "s": "x", "list": [1, "x"], "big": 9, "half": 1.5, "row": [1, 2, 3]])
    func message(_ body: () throws -> Any?) -> String? { failure(body)?.message }
    #expect(message { try reader.text("a") } == "/model/a: expected a text, found 1")
    #expect(message { try reader.text("s", oneOf: ["y", "z"]) } == "/model/s: expected one of \"y\", \"z\", found \"x\"")
    #expect(message { try reader.flag("a") } == "/model/a: expected true or false, found 1")
    #expect(message { try reader.integer("big", in: 1...8) } == "/model/big: expected an integer from 1 to 8, found 9")
    #expect(message { try reader.integer("half", in: 1...8) } == "/model/half: expected an integer from 1 to 8, found 1.5")
    #expect(message { try reader.integer("s", in: 1...8) } == "/model/s: expected an integer from 1 to 8, found \"x\"")
    #expect(message { try reader.number("s", in: 0...1) } == "/model/s: expected a number from 0.0 to 1.0, found \"x\"")
    #expect(message { try reader.integers("list", in: 0...9) } == "/model/list/1: expected an integer from 0 to 9, found \"x\"")
    #expect(message { try reader.integers("a", in: 0...9) } == "/model/a: expected a list of integers, found 1")
    #expect(message { try reader.numbers("row", count: 2) } == "/model/row: expected a list of 2 numbers, found [1,2,3]")
    #expect(message { try reader.numbers("list", count: 2) } == "/model/list: expected a list of 2 numbers, found [1,\"x\"]")
    #expect(message { try reader.texts("list") } == "/model/list: expected a list of texts, found [1,\"x\"]")
    #expect(message { try ObjectReader(3, at: "") } == "the document: expected an object, found integer")
  }

  @Test("members that nobody asked for are refused, with the nearest that somebody did")
  func unknown() throws {
    let reader = try reader(["embed_dim": 1, "num_head": 8])
    _ = try reader.member("embed_dim")
    _ = try reader.member("num_heads")
    let error = try #require(failure { try reader.finish() })
    #expect(error.code == .config)
    #expect(error.message == "/model/num_head: there is no such option; did you mean \"num_heads\"? (known: embed_dim, num_heads)")
    #expect(error.detail == ["where": "/model/num_head", "expected": "num_heads", "found": "num_head"])
  }

  @Test(
    "edit distance", arguments: [("", "", 0), ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("abc", "abc", 0), ("ab", "ba", 2)])
  func distances(a: String, b: String, distance: Int) { #expect(editDistance(Array(a.utf8), Array(b.utf8)) == distance) }

  @Test("only what is near is suggested")
  func nearest() {
    #expect(nearestText(to: "hpo", among: ["hop", "views"]) == "hop")
    #expect(nearestText(to: "samplingrate", among: ["sampling_rate", "hop"]) == "sampling_rate")
    #expect(nearestText(to: "completely", among: ["hop", "views"]) == nil)
    #expect(nearestText(to: "x", among: []) == nil)
    #expect(nearestText(to: String(repeating: "a", count: 65), among: [String(repeating: "a", count: 64)]) == nil)
  }
}
