import Base

/// How a public data set lies on the disk, and how it becomes manifests.
///
/// One type a data set. What a layout does not find it says by name; what it leaves out it accounts for.
package protocol DataSetLayout: Sendable {
  /// Name on the command line: small letters, digits and '-'.
  var name: String { get }
  /// The data set's own name, and what it is.
  var title: String { get }
  /// What must be on the disk, for people: folders, lists, variants, traps.
  var expects: String { get }
  /// Classes in the order of their numbers; empty where labels are measurements or there are none.
  var classes: [String] { get }
  /// Names of the label columns that the manifests get.
  var labelColumns: [String] { get }
  /// Rows that the published lists have, by the name of the manifest.
  var publishedCounts: [String: Int] { get }
  /// Whether a list may be given in place of a folder.
  var acceptsList: Bool { get }

  /// Reads the lists and folders and fills `build`.
  ///
  /// - Throws: `notFound` with what is missing, `format` with file and line for lists that make no sense.
  func fill(_ build: DataSetBuild) throws(SVFAPError)
}

extension DataSetLayout {
  package var classes: [String] { [] }
  package var labelColumns: [String] { ["label"] }
  package var publishedCounts: [String: Int] { [:] }
  package var acceptsList: Bool { false }
}

/// All data sets that are known.
package enum DataSetCatalog {
  package static let all: [any DataSetLayout] = [
    DFEWLayout(), FERV39kLayout(), MAFWLayout(), CREMADLayout(), RAVDESSLayout(), ENTERFACELayout(), AVCAffeLayout(),
    FirstImpressionsLayout(),
    VoxCeleb2Layout(), TableLayout(), VideosLayout(),
  ]

  /// - Throws: `notFound` with the nearest name and all known ones.
  package static func layout(_ name: String) throws(SVFAPError) -> any DataSetLayout {
    if let layout = all.first(where: { $0.name == name.lowercasedASCII }) { return layout }
    let names = all.map(\.name)
    let hint = nearestText(to: name.lowercasedASCII, among: names).map { "; did you mean \"\($0)\"?" } ?? ""
    throw SVFAPError(
      .notFound, "no data set is called \"\(name)\"\(hint) (known: \(names.joined(separator: ", ")))",
      detail: ["expected": names.joined(separator: ", "), "found": name])
  }
}

/// What a user may choose about the manifests of a data set.
package struct DataSetOptions: Sendable {
  /// Which of several copies of the videos to take, where there are several; nil takes the one that the published results used.
  package var variant: String?
  /// Keep entries whose video is not there.
  package var keepsMissing = false
  /// Keep files that are known to be broken or wrongly cut.
  package var keepsBroken = false
  /// Write the numbers of classes instead of their names.
  package var writesIndices = false
  /// Number of folds for data sets that bring none.
  package var folds: Int?

  package init() {}
}
