import Base
import Data
import Plugins

/// The lists of a run, read and looked at before anything is computed.
struct TrainingLists {
  let train: Manifest
  private let validation: Manifest?
  private let test: Manifest?

  init(_ options: JSONValue, _ run: RunOptions) throws(SVFAPError) {
    func list(_ key: String) throws(SVFAPError) -> Manifest? {
      guard let path = options[key]?.stringValue else { return nil }
      var reading = ManifestOptions()
      reading.labelColumns = options["label_columns"]?.arrayValue?.compactMap(\.stringValue)
      return try Manifest(file: path, options: reading)
    }
    guard let train = try list("train") else { throw ObjectReader.wrong("/train", expected: "a manifest", found: "nothing") }
    self.train = train
    validation = try list("validation")
    test = try list("test")
    try Self.checkCount(train.count, name: train.name, run)
  }

  /// The target rows of all lists.
  func withTargets(_ head: PluginHead, _ options: JSONValue, _ run: RunOptions) throws(SVFAPError) -> FineTuningTask.Lists {
    let policy = LabelTargets.BadLabelPolicy(rawValue: options["on_bad_label"]?.stringValue ?? "") ?? .error
    func targets(_ manifest: Manifest?, _ role: String) throws(SVFAPError) -> (manifest: Manifest, targets: LabelTargets)? {
      guard let manifest else { return nil }
      return (manifest, try LabelTargets(manifest, head, role: role, policy: policy))
    }
    let usable = try LabelTargets(train, head, role: "training list", policy: policy)
    try Self.checkCount(usable.entries.count, name: train.name, run)
    return FineTuningTask.Lists(
      train: (train, usable), validation: try targets(validation, "validation list"), test: try targets(test, "test list"))
  }

  /// What the lists share and must not, what is missing, and what is left out for its labels.
  func warnings(_ targets: LabelTargets) throws(SVFAPError) -> [String] {
    var parts: [SplitCheck.Part] = [("training list", train)]
    if let validation { parts.append(("validation list", validation)) }
    if let test { parts.append(("test list", test)) }
    var warnings = try SplitCheck.findings(parts, lookingAtFiles: true).map(\.text)
    if let first = targets.unusable.first {
      warnings.append(
        "\(targets.unusable.count) of the \(train.count) lines of \(train.name) are left out for their labels, first \(train.place(of: first.entry)): \(first.error.message)"
      )
    }
    return warnings
  }

  /// Videos for pre-training: a manifest, or all videos of a folder.
  static func videos(_ path: String, _ run: RunOptions) throws(SVFAPError) -> Manifest {
    let manifest = try Manifest.open(path)
    try checkCount(manifest.count, name: manifest.name, run)
    return manifest
  }

  private static func checkCount(_ count: Int, name: String, _ run: RunOptions) throws(SVFAPError) {
    guard count > 0 else { throw SVFAPError(.config, "\(name) lists no videos", detail: ["path": name]) }
    guard run.stepsPerEpoch(samples: count) >= 1 else {
      throw ObjectReader.wrong(
        "/batch", expected: "at most the \(count) videos of \(name) for a step (batch x accumulate)",
        found: "\(run.batch) x \(run.accumulate)")
    }
  }
}
