/// What went wrong, in a form that a person can act on and a program can branch on.
///
/// `message` says what, where and what to do. `detail` carries the same facts as data: keys are `where`
/// (a JSON pointer, a tensor's name, a byte offset ...), `expected`, `found`, `path`, `errno`.
package struct SVFAPError: Error, Sendable, CustomStringConvertible {
  /// Classes of errors; the raw values are those of `svfap_status` and are never renumbered.
  package enum Code: Int32, Sendable, CaseIterable {
    case invalidArgument = 1
    case badHandle = 2
    case busy = 3
    case noMemory = 4
    case io = 5
    case noSpace = 6
    case notFound = 7
    case format = 8
    case limit = 9
    case config = 10
    case shape = 11
    case unsupported = 12
    case abi = 13
    case plugin = 14
    case policy = 15
    case cancelled = 16
    case end = 17
    case numeric = 18
    case `internal` = 19
  }

  package var code: Code
  package var message: String
  package var detail: [String: String]

  package init(_ code: Code, _ message: String, detail: [String: String] = [:]) {
    self.code = code
    self.message = message
    self.detail = detail
  }

  package var description: String { message }

  /// The same error with `prefix: ` before its message, for callers that know more about the place.
  package func within(_ prefix: String) -> SVFAPError {
    SVFAPError(code, "\(prefix): \(message)", detail: detail)
  }

  /// The same error with one more fact.
  package func with(_ key: String, _ value: String) -> SVFAPError {
    var copy = self
    copy.detail[key] = value
    return copy
  }
}
