import ArgumentParser

/// A JSON object typed on the command line, passed on as it is.
struct RawJSON: Encodable {
  let value: JSONTree

  init(typed text: String) throws {
    do { value = try JSONTree(object: text) } catch { throw ValidationError("\(error); expected a JSON object such as '{\"key\": 1}'") }
  }

  func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
}
