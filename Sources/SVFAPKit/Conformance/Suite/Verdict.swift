import Base

/// Why a test of a plugin did not pass.
package struct Verdict: Error, Sendable {
  package enum Kind: Sendable {
    /// The plugin broke its contract.
    case failed
    /// The test has nothing to look at.
    case skipped
  }

  package let kind: Kind
  /// What was called, what was found and what was expected.
  package let message: String

  static func failed(_ message: String) -> Verdict { Verdict(kind: .failed, message: message) }
  static func skipped(_ message: String) -> Verdict { Verdict(kind: .skipped, message: message) }
}

/// Fails the test unless the condition holds.
func expect(_ condition: Bool, _ message: @autoclosure () throws(Verdict) -> String) throws(Verdict) {
  if !condition { throw .failed(try message()) }
}

/// Does what the library may refuse; a refusal fails the test.
func attempt<Result>(_ body: () throws(SVFAPError) -> Result) throws(Verdict) -> Result {
  do throws(SVFAPError) { return try body() } catch { throw .failed(error.message) }
}
