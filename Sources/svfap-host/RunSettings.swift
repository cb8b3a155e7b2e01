import ArgumentParser
import FoundationEssentials

/// Options of a training run beyond its own: a configuration file, and single settings that replace what is in it.
struct RunSettings: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("Configuration: a JSON file, such as the config.json of another run.", valueName: "file"))
  var config: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Set one option, such as learning_rate=3e-4 or mask.ratio=0.85. May be repeated.", valueName: "key=value"))
  var set: [String] = []

  @Option(name: .shortAndLong, help: ArgumentHelp("Folder of the run; it must not exist, or be empty.", valueName: "dir"))
  var out: String

  @Flag(name: .long, help: "Continue the run in the folder where it was stopped; it ends as if it had not been.")
  var resume = false

  @Option(name: .long, parsing: .unconditional, help: ArgumentHelp("Passes over the data.", valueName: "n"))
  var epochs: Int?

  @Option(name: .long, parsing: .unconditional, help: ArgumentHelp("Videos in a batch.", valueName: "n"))
  var batch: Int?

  @Option(name: .long, help: ArgumentHelp("Size of an untrained model to begin with: base, small or tiny.", valueName: "size"))
  var size: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("Model file to begin with.", valueName: "file"))
  var model: String?

  @Option(name: .long, parsing: .unconditional, help: ArgumentHelp("Seed of weights, order and augmentation.", valueName: "n"))
  var seed: Int?

  static let names = OptionNames(own: [
    "out", "resume", "epochs", "batch", "size", "model", "seed", "validation", "test", "head_name",
  ])

  func validate() throws {
    for setting in set where !setting.contains("=") || setting.hasPrefix("=") {
      throw ValidationError("--set takes key=value, such as learning_rate=3e-4; \"\(setting)\" is not of this form.")
    }
  }

  /// All settings as one object: the file's, then the options', then those of `--set`.
  ///
  /// - Parameter own: options of the command; those that are nil are left out.
  func resolved(_ own: [String: JSONTree?]) throws -> JSONTree {
    var tree = JSONTree.object([:])
    if let path = config {
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
        throw ValidationError("Cannot read the configuration \(path).")
      }
      do { tree = try JSONTree(object: text) } catch { throw ValidationError("\(path): \(error)") }
    }
    var members = own
    members["out"] = .text(out)
    members["resume"] = .bool(resume)
    members["epochs"] = epochs.map { .integer(Int64($0)) }
    members["batch"] = batch.map { .integer(Int64($0)) }
    members["size"] = size.map { .text($0) }
    members["model"] = model.map { .text($0) }
    members["seed"] = seed.map { .integer(Int64($0)) }
    for (key, value) in members {
      if let value { tree.set([Substring(key)], to: value) }
    }
    for setting in set {
      let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value: JSONTree
      do { value = try JSONTree(typed: String(parts[1])) } catch { throw ValidationError("--set \(parts[0]): \(error)") }
      tree.set(parts[0].split(separator: ".")[...], to: value)
    }
    return tree
  }
}
