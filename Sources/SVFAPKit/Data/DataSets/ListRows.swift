import Base

/// The rows of a list that ships with a data set.
struct ListRows {
  private let text: TableText
  private let table: FieldTable
  private let first: Int

  /// - Parameter header: the fields of the first line, where the list has one that is known.
  /// - Throws: as `TableText`; `format` if the header or the number of columns is another one.
  init(_ path: String, separator: FieldSeparator, columns: Int, header: [String]? = nil) throws(SVFAPError) {
    text = try TableText(file: path, separator: separator)
    table = try text.rows()
    guard table.rows == 0 || table.columns == columns else {
      throw text.fault(
        inRow: 0, column: 0, of: table, "\(columns) fields a line expected, \(table.columns) found; is this the list that ships?")
    }
    first = header == nil ? 0 : 1
    guard let header else { return }
    let found = table.rows > 0 ? (0..<columns).map { table.field(0, $0) } : []
    guard found == header else {
      throw text.fault(
        inRow: 0, column: 0, of: table,
        "the header \"\(header.joined(separator: ","))\" expected, \"\(found.joined(separator: ","))\" found")
    }
  }

  var indices: Range<Int> { min(first, table.rows)..<table.rows }

  subscript(row: Int, column: Int) -> String { table.field(row, column) }

  /// An error in a field.
  func fault(_ row: Int, _ column: Int, _ what: String) -> SVFAPError { text.fault(inRow: row, column: column, of: table, what) }
}
