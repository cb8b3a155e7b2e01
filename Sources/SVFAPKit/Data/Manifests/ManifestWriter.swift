import Base

extension Manifest {
  /// Writes the manifest durably: a header, then a line an entry, separated by commas.
  ///
  /// - Parameters:
  ///   - relativeTo: paths below this folder are written relative to it; nil writes them as they are.
  ///   - comment: lines that stand above, each behind "# ".
  /// - Throws: `io`, `noSpace`, `notFound`; `format` for a name that no line can hold. The old file stands then.
  package func write(to path: String, relativeTo folder: String? = nil, comment: [String] = []) throws(SVFAPError) {
    let file = try DurableFile(writing: path)
    var header = ["path"] + labelNames
    if hasGroups { header.append("group") }
    if hasSubjects { header.append("subject") }
    if hasSplits { header.append("split") }
    if hasFolds { header.append("fold") }
    var block = comment.map { "# \($0)\n" }.joined() + (try Self.line(header, path))
    for entry in self {
      var fields = [folder.flatMap { entry.path.afterFolder($0)?.drop { $0 == "/" } }.map(String.init) ?? entry.path] + entry.labels
      if hasGroups { fields.append(entry.group ?? "") }
      if hasSubjects { fields.append(entry.subject ?? "") }
      if hasSplits { fields.append(entry.split ?? "") }
      if hasFolds { fields.append(entry.fold ?? "") }
      block += try Self.line(fields, path)
      if block.utf8.count >= 1 << 18 {
        try file.write(block)
        block.removeAll(keepingCapacity: true)
      }
    }
    try file.write(block)
    try file.commit()
  }

  private static func line(_ fields: [String], _ file: String) throws(SVFAPError) -> String {
    var line = ""
    for (index, field) in fields.enumerated() {
      guard field.utf8.allSatisfy({ $0 != 0x0A && $0 != 0x0D && $0 != 0 }) else {
        throw SVFAPError(
          .format, "\(file): no line can hold the line break in \"\(field)\"; rename the file", detail: ["path": file, "found": field])
      }
      if index > 0 { line += "," }
      line += quoted(field, isFirst: index == 0)
    }
    return line + "\n"
  }

  /// A field as a line of a manifest holds it, in quotes where it would read as something else.
  static func quoted(_ field: String, isFirst: Bool) -> String {
    let bytes = field.utf8
    let needsQuotes =
      bytes.contains { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\t") } || bytes.first == UInt8(ascii: " ")
      || bytes.last == UInt8(ascii: " ") || isFirst && (bytes.first == UInt8(ascii: "#") || bytes.isEmpty)
    guard needsQuotes else { return field }
    return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
