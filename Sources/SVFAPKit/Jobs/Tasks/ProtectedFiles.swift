import Base

/// What a job reads and must not destroy by writing its results.
struct ProtectedFiles {
  private var names: [FileIdentity: String] = [:]

  /// - Parameter files: paths, and what each is to the user: "input", "model" ...
  init(_ files: [(name: String, path: String)]) {
    for file in files {
      if let identity = FileIdentity(of: file.path) { names[identity] = file.name }
    }
  }

  /// Refuses an output that is one of the files, under whatever name.
  ///
  /// - Parameter key: the option that decides where the output lies.
  /// - Throws: `config`.
  func check(_ output: String, at key: String) throws(SVFAPError) {
    guard let identity = FileIdentity(of: output), let name = names[identity] else { return }
    throw SVFAPError(
      .config, "/\(key): \(output) is the \(name), which the result would replace; choose another name or folder",
      detail: ["where": "/\(key)", "path": output])
  }
}
