import Base
import TestSupport
import Testing

@Suite("Options are checked against a schema")
struct JSONSchemaTests {
  static let schema = JSONSchema([
    "type": "object", "required": ["input"],
    "properties": [
      "input": ["type": "string", "minLength": 1], "views": ["type": "integer", "minimum": 0, "maximum": 100, "default": 2],
      "rate": ["type": "number", "exclusiveMinimum": 0], "filter": ["enum": ["bilinear", "bicubic"], "default": "bilinear"],
      "labels": ["type": "array", "items": ["type": "string", "minLength": 1], "minItems": 2, "maxItems": 3, "uniqueItems": true],
      "inner": ["type": "object", "properties": ["depth": ["type": "integer"], "a/b~c": ["type": "boolean"]]],
      "free": ["type": "object", "additionalProperties": true], "closed": ["type": "object", "additionalProperties": false],
      "either": ["type": ["string", "integer"]],
    ],
  ])

  @Test("defaults are filled in, in the order of the schema")
  func defaults() throws {
    let resolved = try Self.schema.resolve(["rate": 2, "input": "x"])
    #expect(resolved == ["input": "x", "views": 2, "rate": 2, "filter": "bilinear"])
    #expect(resolved.objectValue?.keys == ["input", "views", "rate", "filter"])
  }

  @Test("null stands for absent")
  func null() throws {
    #expect(try Self.schema.resolve(["input": "x", "views": .null])["views"] == 2)
    #expect(failure { try Self.schema.resolve(["input": .null]) }?.message == "/input: is needed and missing")
  }

  @Test("an integer written with a point becomes one")
  func wholeNumbers() throws {
    #expect(try Self.schema.resolve(["input": "x", "views": 7.0])["views"] == .integer(7))
    #expect(try Self.schema.resolve(["input": "x", "rate": 7.0])["rate"] == .number(7))
  }

  @Test("objects take unknown keys only where the schema says so")
  func additional() throws {
    #expect(try Self.schema.resolve(["input": "x", "free": ["any": [1, "thing"]]])["free"] == ["any": [1, "thing"]])
    #expect(failure { try Self.schema.resolve(["input": "x", "closed": ["any": 1]]) }?.code == .config)
    #expect(try Self.schema.resolve(["input": "x", "closed": [:]])["closed"] == [:])
  }

  @Test(
    "what is wrong is named by its place, what was expected and what was found",
    arguments: [
      (["input": 3], "/input", "expected string, found 3 (integer)"),
      (["input": ""], "/input", "expected at least 1 characters, found \"\""),
      (["input": "x", "views": 2.5], "/views", "expected integer, found 2.5 (number)"),
      (["input": "x", "views": -1], "/views", "expected 0 to 100, found -1"),
      (["input": "x", "views": 101], "/views", "expected 0 to 100, found 101"),
      (["input": "x", "rate": 0], "/rate", "expected more than 0, found 0"),
      (["input": "x", "rate": "fast"], "/rate", "expected number, found \"fast\" (string)"),
      (["input": "x", "filter": "cubic"], "/filter", "expected one of \"bilinear\", \"bicubic\", found \"cubic\""),
      (["input": "x", "labels": ["a"]], "/labels", "expected at least 2 elements, found 1"),
      (["input": "x", "labels": ["a", "b", "c", "d"]], "/labels", "expected at most 3 elements, found 4"),
      (["input": "x", "labels": ["a", "b", "a"]], "/labels/2", "expected elements that differ, found \"a\" again"),
      (["input": "x", "labels": ["a", ""]], "/labels/1", "expected at least 1 characters, found \"\""),
      (["input": "x", "labels": "a"], "/labels", "expected array, found \"a\" (string)"),
      (["input": "x", "inner": ["depth": true]], "/inner/depth", "expected integer, found true (boolean)"),
      (["input": "x", "inner": ["a/b~c": 1]], "/inner/a~1b~0c", "expected boolean, found 1 (integer)"),
      (["input": "x", "either": true], "/either", "expected string or integer, found true (boolean)"),
    ] as [(JSONValue, String, String)])
  func faults(options: JSONValue, place: String, message: String) throws {
    let error = try #require(failure { try Self.schema.resolve(options) })
    #expect(error.code == .config)
    #expect(error.message == "\(place): \(message)")
    #expect(error.detail["where"] == place)
  }

  @Test("the document itself can be of the wrong type")
  func document() {
    #expect(failure { try Self.schema.resolve([1]) }?.message == "the document: expected object, found [1] (array)")
    #expect(failure { try Self.schema.resolve("x", at: "/head/config") }?.detail["where"] == "/head/config")
  }

  @Test(
    "an unknown key gets the nearest known one",
    arguments: [("veiws", "views"), ("Input", "input"), ("filters", "filter"), ("label", "labels"), ("zzzzzz", nil)] as [(String, String?)])
  func suggestions(key: String, nearest: String?) throws {
    let error = try #require(failure { try Self.schema.resolve(.object(["input": "x", key: 1] as JSONObject)) })
    #expect(error.detail["found"] == key)
    if let nearest {
      #expect(error.message.contains("did you mean \"\(nearest)\"?"), "\(error.message)")
      #expect(error.detail["expected"] == nearest)
    } else {
      #expect(!error.message.contains("did you mean"))
    }
    #expect(error.message.contains("known: input, views, rate"))
  }

  @Test("a schema that makes no sense is the plugin's fault")
  func brokenSchema() {
    #expect(failure { try JSONSchema("anything").resolve([:]) }?.code == .plugin)
    #expect(failure { try JSONSchema(["properties": ["a": 3]]).resolve(["a": 1]) }?.code == .plugin)
  }

  @Test("messages stay short however long the fault is")
  func longFaults() throws {
    let long = String(repeating: "x", count: 1_000_000)
    let faults: [JSONValue] = [
      ["input": .array([.string(long)])], .object(JSONObject(dictionaryLiteral: (long, 1))), ["input": "x", "filter": .string(long)],
    ]
    for options in faults {
      let error = try #require(failure { try Self.schema.resolve(options) })
      #expect(error.message.utf8.count < 1000)
      #expect(error.detail.values.allSatisfy { $0.utf8.count < 1000 })
    }
  }
}
