import Base

/// Manifests of a data set while they are put together, with an account of everything that was left out.
package final class DataSetBuild {
  package let layout: any DataSetLayout
  package let folder: DataSetFolder
  package let options: DataSetOptions
  package let context: RunContext?
  private var drafts: [ManifestDraft] = []
  /// Entries of lists whose video is not there, by the name of the manifest.
  private var missing: [String: [String]] = [:]
  private var broken: [String: Int] = [:]
  package private(set) var skipped: [SkippedFile] = []
  private var skippedPaths: Set<String> = []
  package private(set) var findings: [DataFinding] = []

  package init(_ layout: any DataSetLayout, _ folder: DataSetFolder, _ options: DataSetOptions, _ context: RunContext? = nil) {
    self.layout = layout
    self.folder = folder
    self.options = options
    self.context = context
  }

  /// Starts a manifest.
  func manifest(_ name: String, labels: [String]? = nil, hasSubject: Bool = false, hasGroup: Bool = false) throws(SVFAPError)
    -> ManifestDraft
  {
    let draft = try ManifestDraft(name: name, labels: labels ?? layout.labelColumns, hasSubject: hasSubject, hasGroup: hasGroup)
    drafts.append(draft)
    return draft
  }

  /// A class as the manifest is to hold it: its name, or its number if the user wants numbers.
  func label(_ index: Int, of classes: [String]? = nil) -> String {
    options.writesIndices ? String(index) : (classes ?? layout.classes)[index]
  }

  /// Adds the first of `candidates` that is there; otherwise the entry counts as missing.
  func add(
    _ candidates: [String], to draft: ManifestDraft, labels: [String], subject: String = "", group: String = ""
  ) throws(SVFAPError) {
    guard let wanted = candidates.first else { return }
    try context?.check()
    let found = candidates.first(where: fileExists)
    if found == nil {
      missing[draft.name, default: []].append(wanted)
      if !options.keepsMissing { return }
    }
    try draft.add(found ?? wanted, labels: labels, subject: subject, group: group)
  }

  /// Accounts for a file that is left out.
  func skip(_ path: String, _ reason: String, from draft: String? = nil) {
    if let draft { broken[draft, default: 0] += 1 }
    // The folds of a data set hold the same files: each is told once.
    if skippedPaths.insert(path).inserted { skipped.append(SkippedFile(path: path, reason: reason)) }
  }

  func note(_ finding: DataFinding) { findings.append(finding) }

  /// The finished manifests.
  func finish() -> DataSetManifests {
    var findings = findings
    var all: [String] = []
    for draft in drafts { all += missing[draft.name] ?? [] }
    let distinct = Set(all)
    if !distinct.isEmpty {
      let fate = options.keepsMissing ? "they are kept" : "they are left out"
      findings.append(
        DataFinding(
          .missingFile, .warning, "\(distinct.count) videos that the lists name are not there; \(fate)", count: distinct.count,
          examples: distinct.sorted(by: naturallyPrecedes)))
    }
    for draft in drafts {
      guard let published = layout.publishedCounts[draft.name] else { continue }
      let absent = options.keepsMissing ? 0 : missing[draft.name]?.count ?? 0
      let listed = draft.count + absent + broken[draft.name, default: 0]
      if listed != published {
        findings.append(
          DataFinding(
            .countDiffers, .warning, "\(draft.name) lists \(listed) videos, the published list \(published)", count: abs(listed - published)
          ))
      }
    }
    let reasons = Dictionary(grouping: skipped, by: \.reason)
    for (reason, files) in reasons.sorted(by: { $0.key < $1.key }) {
      findings.append(
        DataFinding(.skippedFile, .note, "\(files.count) files left out: \(reason)", count: files.count, examples: files.lazy.map(\.path)))
    }
    return DataSetManifests(
      layout: layout, root: folder.root, manifests: drafts.map { $0.manifest() }, skipped: skipped, findings: findings)
  }
}

/// What a data set became.
package struct DataSetManifests: Sendable {
  package let layout: any DataSetLayout
  package let root: String
  /// Named "train", "fold1_test" ...
  package let manifests: [Manifest]
  package let skipped: [SkippedFile]
  package let findings: [DataFinding]

  /// Reads the data set that lies in `folder`, which may be a list where the layout accepts one.
  ///
  /// - Throws: `notFound` with what is missing, `format` with file and line, `cancelled`.
  package static func read(
    _ layout: any DataSetLayout, in folder: String, options: DataSetOptions = DataSetOptions(), _ context: RunContext? = nil
  ) throws(SVFAPError) -> DataSetManifests {
    var (folder, options) = (folder, options)
    if layout.acceptsList, !isFolder(folder), fileExists(folder) {
      options.variant = folder.split(separator: "/").last.map(String.init)
      folder = parentFolder(of: folder)
    }
    let build = DataSetBuild(layout, try DataSetFolder(folder), options, context)
    try layout.fill(build)
    return build.finish()
  }
}
