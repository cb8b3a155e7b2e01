import Glibc
import Synchronization
import TestSupport

/// Files that `make build` leaves, and what tests compile for themselves.
enum Built {
  static let root = String(Fixtures.path("").dropLast("/Tests/Fixtures/".count))
  static let library = "\(root)/.build/release/libsvfap.so"
  static let host = "\(root)/.build/release/svfap-host"
  static let pluginDirectory = "\(root)/.build/release/svfap/plugins-1"
  static let include = "\(root)/include"

  static func plugin(_ name: String) -> String { "\(pluginDirectory)/svfap_\(name).so" }

  /// A folder for what is compiled here; it stays until the tests end.
  static let folder: String = {
    let folder = Fixtures.temporaryFolder()
    atexit { _ = Command.run(["rm", "-rf", Built.folder]) }
    return folder
  }()

  static let warnings = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]

  /// The video source of Tests/Fixtures/plugins/counting.c, compiled once; the path is empty if that fails.
  static let countingPlugin: String = {
    let file = "\(folder)/svfap_video_counting.so"
    let command =
      ["cc", "-std=c99", "-shared", "-fPIC", "-fvisibility=hidden", "-Wl,-z,nodelete"] + warnings
      + ["-I\(include)", Fixtures.path("plugins/counting.c"), "-o", file]
    return Command.run(command).status == 0 ? file : ""
  }()

  private static let programs = Mutex<[String: String]>([:])

  /// Compiles a C program against libsvfap.so, once for each name.
  ///
  /// - Returns: the path of the program, and what the compiler says.
  static func program(_ source: String, named name: String, libraryFolder: String? = nil) -> (path: String, diagnostics: String) {
    let path = "\(folder)/\(name)"
    let libraries = libraryFolder ?? "\(root)/.build/release"
    let diagnostics = programs.withLock { programs in
      if let known = programs[name] { return known }
      let command =
        ["cc", "-std=c99", "-O2"] + warnings
        + ["-I\(include)", source, "-o", path, "-L\(libraries)", "-lsvfap", "-lm", "-Wl,-rpath,\(libraries)"]
      let outcome = Command.run(command)
      programs[name] = outcome.stdout + outcome.stderr
      return outcome.stdout + outcome.stderr
    }
    return (path, diagnostics)
  }
}
