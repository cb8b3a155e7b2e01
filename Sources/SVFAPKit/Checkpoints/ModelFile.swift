import Base

/// A model file: a safetensors file whose metadata say what model it is.
///
/// `svfap.config` is the model's configuration; `svfap.recipe` how frames must be prepared; `svfap.card` licence, data
/// and metrics; `svfap.crc32c` a checksum for every tensor. All but the first may be absent.
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
  private let checksums: JSONObject?

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
      throw SVFAPError(
        .format,
        "\(path) is a safetensors file without the metadata \"\(Key.config)\": it is not a model of libsvfap",
        detail: ["path": path, "expected": Key.config])
    }
    self.path = path
    self.config = config
    recipe = try document(Key.recipe)
    card = try document(Key.card)
    checksums = try document(Key.checksums)?.objectValue
    tensors = file
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
    if let expected = checksums?[name] {
      guard expected.stringValue == CRC32C.text(found) else {
        throw SVFAPError(
          .format, "\(path): the tensor \"\(name)\" is damaged: its checksum is \(CRC32C.text(found)), the file says \(expected.text())",
          detail: ["path": path, "where": name, "expected": expected.text(), "found": CRC32C.text(found)])
      }
    }
  }

  /// Writes a model file durably.
  ///
  /// - Throws: `io`, `noSpace`, `notFound`; the old file stands then.
  package static func write(
    to path: String, config: JSONValue, recipe: JSONValue?, card: JSONValue?, tensors: [TensorSource]
  ) throws(SVFAPError) {
    var checksums = JSONObject()
    for tensor in tensors { checksums[tensor.name] = .string(CRC32C.text(CRC32C.of(tensor.bytes))) }
    var metadata: JSONObject = [Key.config: .string(config.text())]
    if let recipe { metadata[Key.recipe] = .string(recipe.text()) }
    if let card { metadata[Key.card] = .string(card.text()) }
    metadata[Key.checksums] = .string(JSONValue.object(checksums).text())
    try SafetensorsWriter.write(tensors, metadata: metadata, to: path)
  }
}
