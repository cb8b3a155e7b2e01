import TestSupport
import Testing

/// What `make install` leaves under a prefix, once for all tests.
enum Installed {
  /// The prefix; empty if it fails.
  static let prefix: String = {
    let prefix = "\(Built.folder)/prefix"
    // What is built is taken as it is: these tests run in the middle of a build's lock.
    let install = ["env", "-u", "MAKEFLAGS", "-u", "MAKELEVEL", "make", "-C", Built.root, "install", "-o", "build", "PREFIX=\(prefix)"]
    let outcome = Command.run(install)
    if outcome.status != 0 { Issue.record("make install: \(outcome.stderr)") }
    return outcome.status == 0 ? prefix : ""
  }()
}
