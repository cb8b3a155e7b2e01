import Base

/// A manifest that is being put together.
package final class ManifestDraft {
  package let name: String
  private let table: FieldTable
  private let columns: ManifestColumns
  private let hasSubject: Bool
  private let hasGroup: Bool

  /// - Parameters:
  ///   - name: what messages call it.
  ///   - labels: names of the label columns.
  package init(name: String, labels: [String] = [], hasSubject: Bool = false, hasGroup: Bool = false) throws(SVFAPError) {
    self.name = name
    self.hasSubject = hasSubject
    self.hasGroup = hasGroup
    var header = ["path"] + labels
    if hasGroup { header.append(ManifestColumns.Role.group.rawValue) }
    if hasSubject { header.append(ManifestColumns.Role.subject.rawValue) }
    do throws(ManifestColumns.HeaderFault) {
      columns = try ManifestColumns(header: header)
    } catch {
      throw SVFAPError(.config, "\(name): \(error.what)")
    }
    table = FieldTable(columns: header.count)
  }

  package var count: Int { table.rows }

  /// Adds an entry, with as many labels as there are label columns.
  ///
  /// - Throws: `invalidArgument`, `limit`, `noMemory`.
  package func add(_ path: String, labels: [String] = [], subject: String = "", group: String = "") throws(SVFAPError) {
    guard labels.count == columns.labels.count else {
      throw SVFAPError(.invalidArgument, "\(name): \(path) has \(labels.count) labels, the list has \(columns.labels.count) label columns")
    }
    var row = [path] + labels
    if hasGroup { row.append(group) }
    if hasSubject { row.append(subject) }
    try table.append(row)
  }

  /// What was put together so far.
  package func manifest() -> Manifest { Manifest(name: name, table, columns) }
}

extension Manifest {
  /// The videos below a folder, for pre-training: no labels, natural order.
  ///
  /// - Returns: the manifest and what the search met.
  package static func folder(_ root: String, _ context: RunContext? = nil) throws(SVFAPError) -> (
    manifest: Manifest, account: VideoFinder.Account
  ) {
    let root = root.count > 1 && root.hasSuffix("/") ? String(root.dropLast()) : root
    let draft = try ManifestDraft(name: root)
    let account = try VideoFinder.search(root, context) { (video) throws(SVFAPError) in try draft.add(video.path) }
    return (draft.manifest(), account)
  }

  /// A manifest from a file, or from a folder of videos.
  package static func open(_ path: String, options: ManifestOptions = ManifestOptions(), _ context: RunContext? = nil) throws(SVFAPError)
    -> Manifest
  {
    isFolder(path) ? try folder(path, context).manifest : try Manifest(file: path, options: options)
  }
}
