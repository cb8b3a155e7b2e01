import Base

/// Which column of a manifest means what.
struct ManifestColumns: Sendable {
  /// Columns with a meaning of their own; every other one is a label.
  enum Role: String, CaseIterable {
    case path
    case group
    case subject
    case split
    case fold
  }

  let path: Int
  let labels: [Int]
  let labelNames: [String]
  private let places: [Role: Int]

  func place(_ role: Role) -> Int? { places[role] }

  /// The columns of a manifest without a header: path, label, label ...
  init(count: Int) {
    path = 0
    places = [.path: 0]
    labels = Array(1..<max(count, 1))
    labelNames = labels.count == 1 ? ["label"] : labels.map { "label\($0)" }
  }

  /// The columns that a header names: one of them is `path`.
  ///
  /// - Throws: a text that says what is wrong with which column.
  init(header: [String]) throws(HeaderFault) {
    var places: [Role: Int] = [:]
    var labels: [Int] = []
    for (column, name) in header.enumerated() {
      guard !name.isEmpty else { throw HeaderFault(column: column, what: "this column of the header has no name") }
      if let earlier = header[..<column].firstIndex(where: { $0 == name }) {
        throw HeaderFault(column: column, what: "the header names \"\(name)\" twice, as columns \(earlier + 1) and \(column + 1)")
      }
      guard let role = Role(rawValue: name.lowercasedASCII) else {
        labels.append(column)
        continue
      }
      guard places[role] == nil else { throw HeaderFault(column: column, what: "the header has two columns for \"\(role.rawValue)\"") }
      places[role] = column
    }
    guard let path = places[.path] else { throw HeaderFault(column: 0, what: "the header names no column \"path\"") }
    self.path = path
    self.places = places
    self.labels = labels
    labelNames = labels.map { header[$0] }
  }

  struct HeaderFault: Error {
    let column: Int
    let what: String
  }

  /// Whether a first line is a header: one of its fields is "path".
  static func isHeader(_ fields: [String]) -> Bool { fields.contains { $0.lowercasedASCII == Role.path.rawValue } }

  /// The same columns with only the named ones as labels, in the order of `names`.
  ///
  /// - Throws: `config` with the nearest name.
  func choosing(_ names: [String], of manifest: String) throws(SVFAPError) -> ManifestColumns {
    var chosen: [Int] = []
    for name in names {
      guard let index = labelNames.firstIndex(of: name) else {
        let hint = nearestText(to: name, among: labelNames).map { "; did you mean \"\($0)\"?" } ?? ""
        let known = labelNames.isEmpty ? "there are none" : "there are \(labelNames.joined(separator: ", "))"
        throw SVFAPError(
          .config, "\(manifest) has no label column \"\(name)\"\(hint) (\(known))",
          detail: ["path": manifest, "expected": labelNames.joined(separator: ", "), "found": name])
      }
      chosen.append(labels[index])
    }
    return ManifestColumns(path: path, labels: chosen, labelNames: names, places: places)
  }

  private init(path: Int, labels: [Int], labelNames: [String], places: [Role: Int]) {
    self.path = path
    self.labels = labels
    self.labelNames = labelNames
    self.places = places
  }
}

extension StringProtocol {
  /// A-Z made small; everything else as it is, whatever the locale.
  var lowercasedASCII: String {
    String(decoding: utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }, as: UTF8.self)
  }
}
