import Base
import Glibc

/// Names of result files: the input's name without its ending, numbered where two inputs share it.
struct OutputNames {
  private let folder: String
  private var taken: Set<String> = []

  /// Makes the folder if it is not there.
  init(folder: String) throws(SVFAPError) {
    self.folder = folder
    try makeFolder(folder)
  }

  /// Path of the results of an input, without ending.
  mutating func stem(for input: String) -> String {
    let trimmed = input.hasSuffix("/") && input.count > 1 ? String(input.dropLast()) : input
    var name = trimmed.split(separator: "/").last.map(String.init) ?? "input"
    // "." and "..": the name that the folder has.
    if name == "." || name == "..", let real = realpath(input, nil) {
      name = String(cString: real).split(separator: "/").last.map(String.init) ?? "input"
      free(real)
    }
    // "synthetic:expression=happiness" and the like: nothing that a file name should not hold.
    if let colon = name.firstIndex(of: ":") { name = String(name[..<colon]) }
    if let dot = name.lastIndex(of: "."), dot != name.startIndex { name = String(name[..<dot]) }
    if name.isEmpty { name = "input" }
    var unique = name
    var number = 2
    while !taken.insert(unique).inserted {
      unique = "\(name)-\(number)"
      number += 1
    }
    return folder == "/" ? "/\(unique)" : "\(folder)/\(unique)"
  }
}
