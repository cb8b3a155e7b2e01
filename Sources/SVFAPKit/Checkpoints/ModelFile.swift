import Base

/// A model file: a safetensors file whose metadata say what model it is.
///
/// `svfap.config` is the model's configuration; `svfap.recipe` how frames must be prepared; `svfap.card` licence, data
/// and metrics; `svfap.crc32c` a checksum for every tensor and for each of these texts. All but the first may be absent;
/// checksums that are there must be those of everything in the file, and of nothing else.
package struct ModelFile: Sendable {
  /// Metadata keys.
  package enum Key {
    package static let config = "svfap.config"
    package static let recipe = "svfap.recipe"
    package static let card = "svfap.card"
    package static let checksums = "svfap.crc32c"
  }

  package let path: String
  package let config: JSONValue
  package let recipe: JSONValue?
  package let card: JSONValue?
  private let tensors: SafetensorsFile
  private let checksums: [String: JSONValue]?

  /// - Throws: `notFound`, `io`, `format`, `limit`.
  package init(_ path: String) throws(SVFAPError) {
    let file = try SafetensorsFile(path)
    func document(_ key: String) throws(SVFAPError) -> JSONValue? {
      guard let text = file.metadata[key] else { return nil }
      let value: JSONValue
      do throws(SVFAPError) {
        value = try JSONValue(parsing: text)
      } catch {
        throw error.within("\(path): metadata \(key)").with("path", path)
      }
      guard value.objectValue != nil else {
        throw SVFAPError(.format, "\(path): metadata \(key) is no JSON object", detail: ["path": path, "where": key])
      }
      return value
    }
    guard let config = try document(Key.config) else {
      let isState = file.metadata[TrainingState.Key.training] != nil
      throw SVFAPError(
        .format,
        isState
          ? "\(path) is the state of a training run, not a model; the model lies beside the run's checkpoints folder as model.safetensors"
          : "\(path) is a safetensors file without the metadata \"\(Key.config)\": it is not a model of libsvfap",
        detail: ["path": path, "expected": Key.config])
    }
    self.path = path
    self.config = config
    recipe = try document(Key.recipe)
    card = try document(Key.card)
    let sums = try document(Key.checksums)?.objectValue
    checksums = sums.map { Dictionary($0.members.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first }) }
    tensors = file
    if let checksums { try checkTexts(checksums) }
  }

  /// Checks that checksums are those of this file, and compares the texts with theirs.
  private func checkTexts(_ checksums: [String: JSONValue]) throws(SVFAPError) {
    if let name = tensors.tensors.first(where: { checksums[$0.name] == nil })?.name {
      throw damaged(name, "\(Key.checksums) has no checksum for it")
    }
    for (name, expected) in checksums where tensors[name] == nil {
      // Files of other writers may have checksums for tensors only.
      guard let text = tensors.metadata[name] else {
        throw damaged(name, "\(Key.checksums) has a checksum for it, the file does not hold it")
      }
      try compare(CRC32C.of(text), expected, name)
    }
  }

  private func damaged(_ name: String, _ what: String) -> SVFAPError {
    SVFAPError(.format, "\(path): \"\(name)\" is damaged: \(what)", detail: ["path": path, "where": name])
  }

  private func compare(_ found: UInt32, _ expected: JSONValue, _ name: String) throws(SVFAPError) {
    guard expected.stringValue == CRC32C.text(found) else {
      throw damaged(name, "its checksum is \(CRC32C.text(found)), the file says \(expected.text())")
        .with("expected", expected.text()).with("found", CRC32C.text(found))
    }
  }

  package var tensorNames: [String] { tensors.tensors.map(\.name) }

  /// Shape of a tensor, nil if the file does not hold it.
  package func shape(of name: String) -> [Int]? { tensors[name]?.shape }

  /// Reads a tensor into its final place and verifies its checksum, if the file has one.
  ///
  /// - Throws: `notFound` if the file does not hold it, `shape`, `format` if it is damaged.
  package func read(_ name: String, shape: [Int], into target: UnsafeMutablePointer<Float>) throws(SVFAPError) {
    guard let tensor = tensors[name] else {
      throw SVFAPError(.notFound, "\(path): the tensor \"\(name)\" is missing", detail: ["path": path, "where": name])
    }
    guard tensor.shape == shape else {
      throw SVFAPError(
        .shape, "\(path): the tensor \"\(name)\" has shape \(tensor.shape); \(shape) is needed by the file's configuration",
        detail: ["path": path, "where": name, "expected": "\(shape)", "found": "\(tensor.shape)"])
    }
    let found: UInt32
    do throws(SVFAPError) {
      found = try tensors.readFloats(tensor, into: target, count: tensor.count)
    } catch {
      throw error.within(path).with("path", path)
    }
    if let expected = checksums?[name] { try compare(found, expected, name) }
  }

  /// Writes a model file durably.
  ///
  /// - Throws: `io`, `noSpace`, `notFound`; the old file stands then.
  package static func write(
    to path: String, config: JSONValue, recipe: JSONValue?, card: JSONValue?, tensors: [TensorSource]
  ) throws(SVFAPError) {
    var metadata: JSONObject = [Key.config: .string(config.text())]
    if let recipe { metadata[Key.recipe] = .string(recipe.text()) }
    if let card { metadata[Key.card] = .string(card.text()) }
    var checksums = metadata.members.map { (key: $0.key, value: JSONValue.string(CRC32C.text(CRC32C.of($0.value.stringValue ?? "")))) }
    // The writer refuses names that stand twice.
    checksums += tensors.map { ($0.name, .string(CRC32C.text(CRC32C.of($0.bytes)))) }
    metadata[Key.checksums] = .string(JSONValue.object(JSONObject(uniqueMembers: checksums)).text())
    try SafetensorsWriter.write(tensors, metadata: metadata, to: path)
  }
}
