import Base
import Glibc

/// The folder of a training run, opened for training: locked, with its configuration and its checkpoints.
package final class RunDirectory {
  package let files: RunFiles
  package let configuration: RunConfiguration
  package let checkpoints: CheckpointStore
  /// Whether a run that was there is continued.
  package let isContinued: Bool
  private let lock: RunLock

  /// What the user should know about the folder.
  package var warnings: [String] { lock.warning.map { [$0] } ?? [] }

  /// A new run in a folder that does not exist or is empty. `config.json` is written.
  ///
  /// - Throws: `config` if the folder holds a run or anything else; `busy` if another trainer is at work in it; `io`,
  ///   `noSpace`.
  package static func create(_ path: String, _ configuration: RunConfiguration) throws(SVFAPError) -> RunDirectory {
    // Looked at before anything is written, so that a wrong name leaves no trace.
    try checkEmpty(RunFiles(path))
    try makeFolder(path)
    let lock = try RunLock(path)
    try checkEmpty(RunFiles(path))
    return try begin(RunFiles(path), configuration, lock)
  }

  /// Continues the run in a folder. A run that was killed before it had written its configuration is begun.
  ///
  /// - Parameter configuration: must be the one that the run began with, but for the members that are free; nil takes
  ///   the stored one.
  /// - Throws: `notFound` if there is no run; `config` that names the first member that differs; `busy`, `io`, `format`.
  package static func resume(_ path: String, _ configuration: RunConfiguration?) throws(SVFAPError) -> RunDirectory {
    let files = RunFiles(path)
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw SVFAPError(.notFound, "there is no run to continue: no folder \(path)", detail: ["path": path])
    }
    let contents = try contents(files)
    guard contents.hasRun || contents.others.isEmpty && configuration != nil else {
      throw SVFAPError(
        .notFound, "there is no run to continue in \(path): it holds no config.json", detail: ["path": path, "expected": "config.json"])
    }
    let lock = try RunLock(path)
    guard contents.hasRun else {
      try checkEmpty(files)
      return try begin(files, configuration ?? RunConfiguration([:]), lock)
    }
    let stored = try storedConfiguration(files)
    let resolved = configuration ?? RunConfiguration(stored)
    if let difference = resolved.difference(from: stored) { throw changed(difference, files) }
    if resolved.value != stored { try write(resolved.value, to: files.configuration) }
    return try RunDirectory(files, resolved, lock, isContinued: true)
  }

  private init(_ files: RunFiles, _ configuration: RunConfiguration, _ lock: RunLock, isContinued: Bool) throws(SVFAPError) {
    try makeFolder(files.checkpoints)
    checkpoints = try CheckpointStore(files.checkpoints)
    try checkpoints.removeLeftovers()
    self.files = files
    self.configuration = configuration
    self.lock = lock
    self.isContinued = isContinued
  }

  private static func begin(
    _ files: RunFiles, _ configuration: RunConfiguration, _ lock: RunLock
  ) throws(SVFAPError) -> RunDirectory {
    try write(configuration.value, to: files.configuration)
    return try RunDirectory(files, configuration, lock, isContinued: false)
  }

  /// Whether there is a run, and what else is there that no killed beginning of a run has left.
  private static func contents(_ files: RunFiles) throws(SVFAPError) -> (hasRun: Bool, others: [String]) {
    let names = try Folder(files.folder).names()
    return (names.contains("config.json"), names.filter { $0 != RunLock.name && !DurableFile.isLeftover($0) })
  }

  private static func checkEmpty(_ files: RunFiles) throws(SVFAPError) {
    var status = stat()
    guard stat(files.folder, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw SVFAPError(
        .config, "\(files.folder) is there and is not a folder; choose another name", detail: ["path": files.folder])
    }
    let found = try contents(files)
    guard !found.hasRun else {
      throw SVFAPError(
        .config, "\(files.folder) holds a training run; continue it with --resume, or choose another folder",
        detail: ["path": files.folder, "found": "config.json"])
    }
    guard let other = found.others.first else { return }
    throw SVFAPError(
      .config, "\(files.folder) is not empty (there is \(other)); choose an empty folder or a new name",
      detail: ["path": files.folder, "found": other])
  }

  private static func storedConfiguration(_ files: RunFiles) throws(SVFAPError) -> JSONValue {
    let file = try InputFile(files.configuration)
    do throws(SVFAPError) {
      guard file.size <= 16 << 20 else { throw SVFAPError(.limit, "\(file.size) bytes are too many for a configuration") }
      return try JSONValue(parsing: try file.bytes(at: 0, count: file.size))
    } catch {
      throw error.within(files.configuration).with("path", files.configuration)
    }
  }

  private static func write(_ configuration: JSONValue, to path: String) throws(SVFAPError) {
    let file = try DurableFile(writing: path)
    try file.write(configuration.text(pretty: true) + "\n")
    try file.commit()
  }

  private static func changed(_ difference: RunConfiguration.Difference, _ files: RunFiles) -> SVFAPError {
    let stored = difference.other?.text() ?? "absent"
    let given = difference.own?.text() ?? "absent"
    return SVFAPError(
      .config,
      "\(difference.pointer) is \(given), but the run in \(files.folder) began with \(stored): a run is continued as it began; "
        + "leave it as it was, or begin a new run in another folder",
      detail: ["path": files.configuration, "where": difference.pointer, "expected": stored, "found": given])
  }
}
