import Base

/// A training run as a checkpoint holds it: a sealed safetensors file with the tensors of `StatePart`, a checksum for
/// each, and in the metadata `svfap.training` everything that is no tensor.
///
/// Opening verifies every byte of the file, so that what `CheckpointStore` hands out is whole.
package struct TrainingState: Sendable {
  enum Key {
    static let training = "svfap.training"
    static let checksums = "svfap.crc32c"
  }

  /// Of the layout of `svfap.training`; a file with a higher number was written by a newer version.
  private static let format = 1

  package let path: String
  package let step: Int
  package let counters: JSONObject
  package let configuration: JSONValue
  /// `RunConfiguration.digest` of the run that wrote it.
  package let configurationDigest: String
  private let file: SafetensorsFile
  private let checksums: JSONObject

  /// - Throws: `notFound`, `io`, `limit`; `format` that says what is damaged.
  package init(_ path: String) throws(SVFAPError) {
    let input = try InputFile(path)
    guard try SafetensorsSeal.holds(input) else { throw Self.damage(of: input) }
    file = try SafetensorsFile(input)
    self.path = path
    do throws(SVFAPError) {
      guard let text = file.metadata[Key.training] else {
        throw SVFAPError(.format, "no training state: the metadata \"\(Key.training)\" is missing", detail: ["expected": Key.training])
      }
      let reader = try ObjectReader(JSONValue(parsing: text), at: "")
      let format = try reader.integer("format", in: 1...Int.max)
      guard let format, format <= Self.format else {
        throw SVFAPError(.unsupported, "its layout is number \(format ?? 0); this version reads up to \(Self.format)")
      }
      guard let step = try reader.integer("step", in: 0...Int.max), let counters = try reader.member("counters")?.objectValue,
        let configuration = try reader.member("configuration"), let digest = try reader.text("configuration_crc32c")
      else { throw SVFAPError(.format, "\(Key.training) lacks one of step, counters, configuration, configuration_crc32c") }
      self.step = step
      self.counters = counters
      self.configuration = configuration
      configurationDigest = digest
      checksums = try Self.checksums(of: file)
    } catch {
      throw error.within(path).with("path", path)
    }
  }

  /// Names of the tensors, in the order of the file.
  package var tensorNames: [String] { file.tensors.map(\.name).filter { $0 != SafetensorsSeal.name } }

  /// Shape of a tensor, nil if the file does not hold it.
  package func shape(of name: String) -> [Int]? { file[name]?.shape }

  /// Reads float32 numbers into their final place, verified once more on the way.
  ///
  /// - Throws: `notFound` if the file does not hold the tensor, `shape` if it is not of this shape, `format`, `io`.
  package func read(_ name: String, shape: [Int], into target: UnsafeMutablePointer<Float>) throws(SVFAPError) {
    guard let tensor = file[name] else {
      throw SVFAPError(.notFound, "\(path): the tensor \"\(name)\" is missing", detail: ["path": path, "where": name])
    }
    guard tensor.shape == shape else {
      throw SVFAPError(
        .shape, "\(path): the tensor \"\(name)\" has shape \(tensor.shape); the run needs \(shape)",
        detail: ["path": path, "where": name, "expected": "\(shape)", "found": "\(tensor.shape)"])
    }
    let found = try file.readFloats(tensor, into: target, count: tensor.count)
    guard checksums[name]?.stringValue == CRC32C.text(found) else {
      throw SVFAPError(.format, "\(path): the tensor \"\(name)\" is damaged", detail: ["path": path, "where": name])
    }
  }

  /// Writes a snapshot durably.
  ///
  /// - Throws: `invalidArgument`, `io`, `noSpace`, `notFound`; the old file stands then.
  static func write(_ snapshot: TrainingSnapshot, to path: String) throws(SVFAPError) {
    try snapshot.check()
    let training: JSONObject = [
      "format": .integer(Int64(format)), "step": .integer(Int64(snapshot.step)), "counters": .object(snapshot.counters),
      "configuration_crc32c": .string(snapshot.configuration.digest), "configuration": snapshot.configuration.value,
    ]
    let checksums = snapshot.tensors.map { (key: $0.name, value: JSONValue.string(CRC32C.text(CRC32C.of($0.bytes)))) }
    let metadata: JSONObject = [
      Key.training: .string(JSONValue.object(training).text()),
      Key.checksums: .string(JSONValue.object(JSONObject(uniqueMembers: checksums)).text()),
    ]
    try SafetensorsWriter.write(snapshot.tensors, metadata: metadata, to: path, sealed: true)
  }

  private static func checksums(of file: SafetensorsFile) throws(SVFAPError) -> JSONObject {
    guard let text = file.metadata[Key.checksums], let checksums = try JSONValue(parsing: text).objectValue else {
      throw SVFAPError(.format, "the metadata \"\(Key.checksums)\" is missing", detail: ["expected": Key.checksums])
    }
    return checksums
  }

  /// What is wrong with a file whose seal does not hold, as closely as can be told.
  private static func damage(of input: InputFile) -> SVFAPError {
    func damaged(_ what: String, at place: String) -> SVFAPError {
      SVFAPError(.format, "\(input.path) is damaged: \(what)", detail: ["path": input.path, "where": place])
    }
    do throws(SVFAPError) {
      let file = try SafetensorsFile(input)
      guard file.tensors.last?.name == SafetensorsSeal.name else { return damaged("it is not sealed", at: "the end") }
      let checksums = try checksums(of: file)
      for tensor in file.tensors.dropLast() {
        let found = try SafetensorsSeal.checksum(of: input, in: tensor.range)
        if checksums[tensor.name]?.stringValue != CRC32C.text(found) {
          return damaged("the tensor \"\(tensor.name)\" is not what was written", at: tensor.name)
        }
      }
      return damaged("its header or its seal is not what was written", at: "the header")
    } catch {
      return error
    }
  }
}
