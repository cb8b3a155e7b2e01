import Base

/// How a manifest is to be read.
package struct ManifestOptions: Sendable {
  package var separator = FieldSeparator.automatic
  /// Folder that relative paths begin at; the manifest's own folder if nil.
  package var root: String?
  /// A beginning of paths and what it is replaced by: lists from elsewhere hold the absolute paths of their author.
  package var replacing: (old: String, new: String)?
  /// The label columns to take, by name and in this order; all if nil.
  package var labelColumns: [String]?

  package init() {}
}

/// A list of videos with their labels, what training and evaluation read.
///
///     path                label
///     clips/0001.mp4      happy
///     "clips/two words"   sad
///
/// One line a video: its path, then its labels, separated by spaces, commas or tabs. With a header (a first line that has
/// a column `path`) columns are named: `path`, `group`, `subject`, `split` and `fold` have a meaning, every other column is
/// a label. Without one the path comes first and all that follows are labels. Relative paths begin at the manifest's
/// folder. A name such as `synthetic:` before a colon is no file and stays as it is.
package struct Manifest: Sendable {
  /// Where the manifest comes from, for messages.
  package let name: String
  /// Names of the label columns.
  package var labelNames: [String] { columns.labelNames }

  private let table: FieldTable
  private let columns: ManifestColumns
  private let firstRow: Int
  private let root: String
  private let replacing: (old: String, new: String)?
  /// Rows that were chosen, nil for all.
  private let chosen: [Int32]?

  // MARK: Reading

  /// Reads a manifest.
  ///
  /// - Throws: `notFound`, `io`, `limit`, `noMemory`; `format` with "FILE:LINE:COLUMN" for text that makes no sense.
  package init(file path: String, options: ManifestOptions = ManifestOptions()) throws(SVFAPError) {
    try self.init(TableText(file: path, separator: options.separator), root: options.root ?? parentFolder(of: path), options: options)
  }

  /// Reads the text of a manifest.
  ///
  /// - Parameters:
  ///   - name: what messages call it.
  ///   - options: `root` is the current folder if nil.
  package init(text: String, name: String, options: ManifestOptions = ManifestOptions()) throws(SVFAPError) {
    let bytes = GrowingBuffer<UInt8>()
    try bytes.append(contentsOf: text.utf8)
    try self.init(TableText(bytes, name: name, separator: options.separator), root: options.root ?? ".", options: options)
  }

  private init(_ text: TableText, root: String, options: ManifestOptions) throws(SVFAPError) {
    let table = try text.rows()
    let first = table.rows > 0 ? (0..<table.columns).map { table.field(0, $0) } : []
    let hasHeader = ManifestColumns.isHeader(first)
    let columns: ManifestColumns
    do throws(ManifestColumns.HeaderFault) {
      columns = hasHeader ? try ManifestColumns(header: first) : ManifestColumns(count: table.columns)
    } catch {
      throw text.fault(inRow: 0, column: error.column, of: table, error.what)
    }
    firstRow = hasHeader ? 1 : 0
    for row in firstRow..<table.rows {
      for column in 0..<table.columns where table.bytes(row, column).isEmpty {
        if column == columns.path { throw text.fault(inRow: row, column: column, of: table, "the path is empty") }
        if let label = columns.labels.firstIndex(of: column), options.labelColumns?.contains(columns.labelNames[label]) != false {
          throw text.fault(
            inRow: row, column: column, of: table, "\"\(columns.labelNames[label])\" is empty: give a label, or take the line out")
        }
      }
    }
    self.columns = try options.labelColumns.map { (names) throws(SVFAPError) in try columns.choosing(names, of: text.name) } ?? columns
    self.table = table
    self.root = root
    name = text.name
    replacing = options.replacing
    chosen = nil
  }

  /// A manifest of rows that were put together.
  init(name: String, _ table: FieldTable, _ columns: ManifestColumns) {
    self.init(name: name, table: table, columns: columns, firstRow: 0, root: "", replacing: nil, chosen: nil)
  }

  private init(
    name: String, table: FieldTable, columns: ManifestColumns, firstRow: Int, root: String, replacing: (old: String, new: String)?,
    chosen: [Int32]?
  ) {
    self.name = name
    self.table = table
    self.columns = columns
    self.firstRow = firstRow
    self.root = root
    self.replacing = replacing
    self.chosen = chosen
  }

  // MARK: What a manifest says

  package var hasLabels: Bool { !columns.labels.isEmpty }
  package var hasGroups: Bool { columns.place(.group) != nil }
  package var hasSubjects: Bool { columns.place(.subject) != nil }
  package var hasSplits: Bool { columns.place(.split) != nil }
  package var hasFolds: Bool { columns.place(.fold) != nil }

  /// Path of an entry, as it can be opened.
  package func path(at index: Int) -> String { resolved(table.field(row(index), columns.path)) }

  /// Label fields of an entry.
  package func labels(at index: Int) -> [String] {
    let row = row(index)
    return columns.labels.map { table.field(row, $0) }
  }

  /// CRC-32C of all paths and labels in order: tells whether a list is still the one that it was.
  package var checksum: String {
    var crc = CRC32C()
    func add(_ text: String) {
      var text = text
      text.withUTF8 { crc.add(UnsafeRawBufferPointer($0)) }
    }
    for index in indices {
      // NUL stands in no field: fields cannot run into each other.
      add(path(at: index) + "\0")
      for label in labels(at: index) { add(label + "\0") }
    }
    return CRC32C.text(crc.value)
  }

  /// Who is seen in an entry; nil if it does not say.
  package func subject(at index: Int) -> String? { text(.subject, row(index)) }

  /// "FILE:LINE" of an entry, for messages; its path if it stands in no file.
  package func place(of index: Int) -> String {
    let line = table.line(row(index))
    return line > 0 ? "\(name):\(line)" : path(at: index)
  }

  /// The entries that `isIncluded` is true for, in the same order.
  package func selecting(_ isIncluded: (Int) -> Bool) -> Manifest {
    let rows = indices.filter(isIncluded).map { Int32(truncatingIfNeeded: row($0)) }
    return Manifest(name: name, table: table, columns: columns, firstRow: firstRow, root: root, replacing: replacing, chosen: rows)
  }

  /// The entries whose column `split` is `split`.
  package func selecting(split: String) -> Manifest { selecting { text(.split, row($0)) == split } }

  private func row(_ index: Int) -> Int { chosen.map { Int($0[index]) } ?? index + firstRow }

  private func text(_ role: ManifestColumns.Role, _ row: Int) -> String? {
    guard let column = columns.place(role) else { return nil }
    let field = table.field(row, column)
    return field.isEmpty ? nil : field
  }

  private func resolved(_ path: String) -> String {
    if let replacing, let rest = path.afterFolder(replacing.old) { return replacing.new + rest }
    guard !root.isEmpty, root != ".", !path.hasPrefix("/"), !namesNoFile(path) else { return path }
    return root.hasSuffix("/") ? root + path : "\(root)/\(path)"
  }
}

extension Manifest: RandomAccessCollection {
  package var startIndex: Int { 0 }
  package var endIndex: Int { chosen?.count ?? table.rows - firstRow }

  package subscript(index: Int) -> ManifestEntry {
    let row = row(index)
    var entry = ManifestEntry(
      path: path(at: index), labels: labels(at: index), group: text(.group, row), subject: text(.subject, row), split: text(.split, row),
      fold: text(.fold, row))
    entry.line = table.line(row)
    return entry
  }
}

/// Folder that a file lies in.
func parentFolder(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

extension String {
  /// What follows the folder `folder` in a path, with its slash; nil if the path does not lie in it.
  func afterFolder(_ folder: String) -> Substring? {
    guard hasPrefix(folder) else { return nil }
    let rest = dropFirst(folder.count)
    return folder.hasSuffix("/") || rest.isEmpty || rest.first == "/" ? rest : nil
  }
}

/// Whether a path begins with a name and a colon, as "synthetic:" does: something that is drawn or streamed.
package func namesNoFile(_ path: String) -> Bool {
  guard let colon = path.utf8.firstIndex(of: UInt8(ascii: ":")) else { return false }
  let scheme = path.utf8[..<colon]
  return scheme.count >= 2 && scheme.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
}

extension TableText {
  /// An error in a field of a row.
  func fault(inRow row: Int, column: Int, of table: FieldTable, _ what: String) -> SVFAPError {
    fault(at: table.offset(row, column), "field \(column + 1): \(what)")
  }
}
