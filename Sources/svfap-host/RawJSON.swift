import ArgumentParser

/// A JSON object typed on the command line, passed on as it is.
struct RawJSON: ExpressibleByArgument, Encodable {
  let value: JSONTree

  init?(argument: String) {
    guard let value = JSONTree(parsing: argument), case .object = value else { return nil }
    self.value = value
  }

  func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
}
