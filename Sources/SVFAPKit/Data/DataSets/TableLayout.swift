import Base

/// A table of the user's own: any data set that can be written as `path label [label ...]`, Werewolf-XL among them.
package struct TableLayout: DataSetLayout {
  package let name = "table"
  package let title = "a table of your own with named columns, such as Werewolf-XL as \"path valence arousal dominance\""
  package let expects = """
      a list, or a folder with one (list.csv, manifest.csv, labels.csv or list.txt) whose first line names the columns:
      path valence arousal dominance subject
    "path", "group", "subject", "split" and "fold" have a meaning, all others are labels. A column "split" (train, val, test) or
    "fold" decides the lists; otherwise --folds N makes N folds without common subjects.
    """
  package let labelColumns: [String] = []
  package let acceptsList = true

  private static let names = ["list.csv", "manifest.csv", "labels.csv", "list.txt"]

  package init() {}

  package func fill(_ build: DataSetBuild) throws(SVFAPError) {
    let list = try build.folder.require(build.options.variant.map { [$0] } ?? Self.names, for: self)
    let source = try Manifest(file: list)
    guard !source.isEmpty else { throw SVFAPError(.format, "\(list) has no entries", detail: ["path": list]) }
    let parts = try parts(of: source, build)
    for (name, indices) in parts {
      let draft = try build.manifest(name, labels: source.labelNames, hasSubject: source.hasSubjects, hasGroup: source.hasGroups)
      for index in indices {
        let entry = source[index]
        try build.add([entry.path], to: draft, labels: entry.labels, subject: entry.subject ?? "", group: entry.group ?? "")
      }
    }
  }

  /// Names of the lists and the entries of each.
  private func parts(of source: Manifest, _ build: DataSetBuild) throws(SVFAPError) -> [(String, [Int])] {
    if source.hasSplits {
      let splits = Dictionary(grouping: source.indices) { source[$0].split ?? "" }
      if let unnamed = splits[""]?.first {
        throw SVFAPError(.format, "\(source.place(of: unnamed)): the split is empty", detail: ["path": source.name])
      }
      for split in splits.keys where !isPlainName(split) {
        throw SVFAPError(
          .format, "\(source.name): \"\(split)\" cannot be the name of a list; use letters, digits, '-' and '_'", detail: ["found": split])
      }
      return splits.sorted { naturallyPrecedes($0.key, $1.key) }.map { ($0.key, $0.value) }
    }
    let folds: [[Int]]
    if source.hasFolds {
      let named = Dictionary(grouping: source.indices) { source[$0].fold ?? "" }
      if let unnamed = named[""]?.first {
        throw SVFAPError(.format, "\(source.place(of: unnamed)): the fold is empty", detail: ["path": source.name])
      }
      folds = named.sorted { naturallyPrecedes($0.key, $1.key) }.map(\.value)
    } else if let count = build.options.folds {
      folds = try subjectFolds(source, count)
    } else {
      return [("all", Array(source.indices))]
    }
    guard folds.count > 1 else {
      throw SVFAPError(.format, "\(source.name): one fold leaves nothing to train on", detail: ["path": source.name])
    }
    var parts: [(String, [Int])] = []
    for (fold, test) in folds.enumerated() {
      let tested = Set(test)
      parts.append(("fold\(fold + 1)_train", source.indices.filter { !tested.contains($0) }))
      parts.append(("fold\(fold + 1)_test", test))
    }
    return parts
  }

  /// Folds of about one size without common subjects: the largest subject goes where the fewest clips are. Without a column
  /// for subjects every clip counts as one of its own.
  private func subjectFolds(_ source: Manifest, _ count: Int) throws(SVFAPError) -> [[Int]] {
    let subjects = Dictionary(grouping: source.indices) { source.subject(at: $0) ?? source.path(at: $0) }
    guard subjects.count >= count else {
      throw SVFAPError(
        .config, "\(source.name) has \(subjects.count) subjects, which is too few for \(count) folds",
        detail: ["found": "\(subjects.count)"])
    }
    var folds = [[Int]](repeating: [], count: count)
    for (_, clips) in subjects.sorted(by: {
      $0.value.count != $1.value.count ? $0.value.count > $1.value.count : naturallyPrecedes($0.key, $1.key)
    }) {
      let smallest = folds.indices.min { folds[$0].count < folds[$1].count } ?? 0
      folds[smallest] += clips
    }
    return folds.map { $0.sorted() }
  }
}

/// Whether a text can be part of a file name anywhere: letters, digits, '-' and '_'.
func isPlainName(_ text: String) -> Bool {
  !text.isEmpty
    && text.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "-")
        || $0 == UInt8(ascii: "_")
    }
}
