import TestSupport

/// The C and C++ compilers of both families.
enum Compilers {
  /// Where clang and clang++ are: beside the Swift compiler, which comes with them, or in the search path.
  private static let swiftFolder: String = {
    let script = "dirname \"$(readlink -f \"$(command -v swiftc)\")\""
    return Command.run(["sh", "-c", script]).stdout.split(separator: "\n").first.map(String.init) ?? ""
  }()

  /// - Parameters:
  ///   - family: "gcc" or "clang".
  ///   - standard: of C or C++, such as "c++17".
  static func path(_ family: String, standard: String = "c99") -> String {
    let isCPlusPlus = standard.hasPrefix("c++")
    guard family == "clang" else { return isCPlusPlus ? "g++" : "gcc" }
    let name = isCPlusPlus ? "clang++" : "clang"
    return Command.exists("\(swiftFolder)/\(name)") ? "\(swiftFolder)/\(name)" : name
  }

  /// Every warning that a family knows and that says something of a header.
  static func warnings(_ family: String, standard: String) -> [String] {
    let isCPlusPlus = standard.hasPrefix("c++")
    if family == "clang" { return ["-Weverything", "-Werror"] + (isCPlusPlus ? ["-Wno-c++98-compat", "-Wno-c++98-compat-pedantic"] : []) }
    let common = [
      "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wsign-conversion", "-Wshadow", "-Wundef", "-Wcast-qual", "-Wcast-align",
      "-Wpadded",
      "-Wredundant-decls", "-Werror",
    ]
    return common
      + (isCPlusPlus
        ? ["-Wold-style-cast", "-Wuseless-cast", "-Wzero-as-null-pointer-constant"]
        : ["-Wc++-compat", "-Wstrict-prototypes", "-Wmissing-prototypes", "-Wold-style-definition"])
  }
}
