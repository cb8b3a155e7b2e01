import Glibc
import TestSupport
import Testing

/// The driver and its plugins, as `make build` leaves them.
enum Driver {
  static let path = Fixtures.path("../../.build/release/svfap-host")
  static let isBuilt = access(path, X_OK) == 0 && access(Fixtures.path("../../.build/release/svfap/plugins-1"), R_OK) == 0

  /// Exit status and all that it wrote.
  static func run(_ arguments: String...) -> (status: Int32, output: String) { run(arguments) }

  static func run(_ arguments: [String]) -> (status: Int32, output: String) { outcome([path] + arguments) }

  /// Runs it from a shell, where it is called `$0` and its arguments are the words behind it: for streams and limits.
  static func shell(_ script: String) -> (status: Int32, output: String) { outcome(["bash", "-c", script, path]) }

  private static func outcome(_ arguments: [String]) -> (status: Int32, output: String) {
    guard let outcome = ChildProcess.run(arguments) else { return (-1, "\(path) does not start: make build comes first") }
    return (outcome.status, outcome.output)
  }
}

/// A folder with a short video, a model of each kind and their names.
final class Workbench {
  let folder = MadeFolder()
  var video: String { folder("drawn/00000.mp4") }
  var model: String { folder("model.safetensors") }
  var autoencoder: String { folder("mae.safetensors") }

  init() {
    let made = [
      Driver.run("synthesize", "--out", folder("drawn"), "--config", #"{"frames": 40, "width": 64, "height": 64}"#),
      Driver.run("create", "--size", "tiny", "--out", model),
      Driver.run("create", "--size", "tiny", "--pretraining", "--out", autoencoder),
    ]
    for outcome in made where outcome.status != 0 { Issue.record("\(outcome.output)") }
  }
}
