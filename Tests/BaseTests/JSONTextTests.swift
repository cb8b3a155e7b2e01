import Base
import TestSupport
import Testing

@Suite("JSON is written so that it reads back the same")
struct JSONTextTests {
  @Test("one line and indented")
  func layouts() {
    let value: JSONValue = ["name": "x", "row": [1, 2.5, .null], "inner": ["on": true], "none": [:], "rows": [[1], [2]]]
    #expect(value.text() == "{\"name\": \"x\", \"row\": [1,2.5,null], \"inner\": {\"on\": true}, \"none\": {}, \"rows\": [[1],[2]]}")
    #expect(
      value.text(pretty: true) == """
        {
          "name": "x",
          "row": [1, 2.5, null],
          "inner": {
            "on": true
          },
          "none": {},
          "rows": [
            [1],
            [2]
          ]
        }
        """)
  }

  @Test(
    "text of every kind", arguments: ["", "plain", "\"quoted\" \\back\\", "a\nb\tc\rd\u{01}\u{1F}\u{7F}", "é 漢 😀 \u{2028}", "</script>"])
  func texts(text: String) throws {
    let written = JSONValue.string(text).text()
    #expect(try JSONValue(parsing: written) == .string(text))
    #expect(written.unicodeScalars.allSatisfy { $0.value >= 0x20 })
  }

  @Test("numbers keep their last bit")
  func numbers() throws {
    let random = CounterRandom(seed: 3, stream: "numbers")
    for index in 0..<2000 {
      let value = Double(bitPattern: random.bits(UInt64(index)))
      guard value.isFinite else { continue }
      #expect(try JSONValue(parsing: JSONValue.number(value).text()).doubleValue?.bitPattern == value.bitPattern)
    }
    for value: Int64 in [0, -1, .max, .min] { #expect(try JSONValue(parsing: JSONValue.integer(value).text()) == .integer(value)) }
  }

  @Test("what JSON cannot say is null", arguments: [Double.nan, .infinity, -.infinity])
  func notFinite(value: Double) { #expect(JSONValue.array([.number(value)]).text() == "[null]") }

  @Test("objects are equal whatever the order of their keys, and keep the order they were made in")
  func objects() {
    var object: JSONObject = ["b": 1, "a": 2]
    #expect(JSONValue.object(object) == ["a": 2, "b": 1])
    #expect(JSONValue.object(object) != ["a": 2])
    object["c"] = 3
    object["b"] = nil
    object["a"] = 4
    #expect(object.keys == ["a", "c"])
    #expect(object["a"] == 4)
  }

  @Test("integers are integers however they were written")
  func integers() {
    #expect(JSONValue.number(16).intValue == 16)
    #expect(JSONValue.number(16.5).intValue == nil)
    #expect(JSONValue.number(1e300).intValue == nil)
    #expect(JSONValue.integer(3).doubleValue == 3)
    #expect(JSONValue.string("3").intValue == nil)
  }
}
