import Base

/// A single file that a job writes.
enum OutputFile {
  /// Refuses an output that is one of the job's inputs, under whatever name: writing it would destroy what is read.
  ///
  /// - Parameters:
  ///   - key: the option that names the output.
  ///   - inputs: what is read, by the option that names it.
  /// - Throws: `config`.
  static func check(_ path: String, at key: String, isNot inputs: [(key: String, path: String)]) throws(SVFAPError) {
    guard let identity = FileIdentity(of: path) else { return }
    for input in inputs where FileIdentity(of: input.path) == identity {
      throw ObjectReader.wrong("/\(key)", expected: "another file than the \(input.key)", found: path)
    }
  }
}
