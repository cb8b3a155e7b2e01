import Base
import Checkpoints
import Glibc
import TestSupport
import Testing

/// A small model file, and how to read all of it.
private struct Sample {
  let tensors: [(name: String, shape: [Int], values: [Float])] = [
    ("norm.weight", [3], [1, -2, 0.5]), ("head.weight", [2, 3], [0.25, 1e-30, -3, .infinity, 7, 1]), ("empty", [0], []),
  ]
  let config: JSONValue = ["architecture": "tpsbt", "layer_norm_eps": 1e-06, "stage_depths": [1, 2]]
  let recipe: JSONValue = ["sampling_rate": 4]
  let card: JSONValue = ["trained": true, "license": "naïve \"quoted\"\n"]

  func write(to path: String) throws(SVFAPError) {
    var sources: [TensorSource] = []
    var memory: [FloatBuffer] = []
    for tensor in tensors {
      let buffer = try FloatBuffer(count: tensor.values.count)
      for (index, value) in tensor.values.enumerated() { buffer[index] = value }
      sources.append(TensorSource(tensor.name, shape: tensor.shape, buffer.pointer))
      memory.append(buffer)
    }
    try withExtendedLifetime(memory) { () throws(SVFAPError) in
      try ModelFile.write(to: path, config: config, recipe: recipe, card: card, tensors: sources)
    }
  }

  /// Everything in a model file.
  struct Contents: Equatable {
    var config: JSONValue
    var recipe: JSONValue?
    var card: JSONValue?
    var tensors: [String: [UInt32]]
  }

  /// Opens a model file and reads every tensor.
  static func read(_ path: String) throws(SVFAPError) -> Contents {
    let file = try ModelFile(path)
    var tensors: [String: [UInt32]] = [:]
    for name in file.tensorNames {
      let shape = file.shape(of: name) ?? []
      let buffer = try FloatBuffer(count: shape.reduce(1, *))
      try file.read(name, shape: shape, into: buffer.pointer)
      tensors[name] = (0..<buffer.count).map { buffer[$0].bitPattern }
    }
    return Contents(config: file.config, recipe: file.recipe, card: file.card, tensors: tensors)
  }
}

@Suite("Model files")
struct ModelFileTests {
  private let workshop = Workshop()
  private let sample = Sample()

  private func written() throws -> String {
    let path = "\(workshop.folder)/model.safetensors"
    try sample.write(to: path)
    return path
  }

  @Test("what is written is read again, and written again is the same file")
  func roundTrip() throws {
    let path = try written()
    let contents = try Sample.read(path)
    #expect(contents.config == sample.config)
    #expect(contents.recipe == sample.recipe)
    #expect(contents.card == sample.card)
    for tensor in sample.tensors { #expect(contents.tensors[tensor.name] == tensor.values.map(\.bitPattern)) }
    let bytes = Fixtures.bytes(path)
    try sample.write(to: path)
    #expect(Fixtures.bytes(path) == bytes)
    // The data begin at a multiple of 64 bytes.
    #expect((bytes.count - 4 * 9) % 64 == 0)
  }

  @Test("a file cut at any length is refused")
  func truncation() throws {
    let whole = Fixtures.bytes(try written())
    for length in 0..<whole.count {
      let error = try #require(
        failure { try Sample.read(workshop.file("cut", Array(whole[..<length]))) }, "\(length) of \(whole.count) bytes")
      #expect(error.code == .format)
    }
  }

  /// The only flips that go unseen are those in the name of the checksums themselves: they make a file without checksums,
  /// which says the same as before.
  @Test("every flip of one bit in the whole file is found, but for those that leave what it says as it was")
  func everyBit() throws {
    let path = try written()
    let original = try Sample.read(path)
    var bytes = Fixtures.bytes(path)
    let key = Array("\"svfap.crc32c\"".utf8)
    let place = try #require((0..<bytes.count - key.count).first { Array(bytes[$0..<$0 + key.count]) == key })
    let keyLetters = place + 1..<place + key.count - 1
    let target = workshop.file("flipped", bytes)
    let file = open(target, O_WRONLY)
    defer { close(file) }
    func put(_ index: Int) { _ = bytes.withUnsafeBytes { pwrite(file, $0.baseAddress.map { $0 + index }, 1, off_t(index)) } }
    var unseen = 0
    for index in bytes.indices {
      for bit in 0..<8 {
        bytes[index] ^= 1 << UInt8(bit)
        put(index)
        do throws(SVFAPError) {
          let contents = try Sample.read(target)
          unseen += 1
          #expect(keyLetters.contains(index) && contents == original, "bit \(bit) of byte \(index)")
        } catch {
          #expect([.format, .limit].contains(error.code), "bit \(bit) of byte \(index): \(error)")
        }
        bytes[index] ^= 1 << UInt8(bit)
      }
      put(index)
    }
    // A flip to a control character or out of ASCII is no JSON any more.
    #expect(unseen > 0 && unseen <= 8 * keyLetters.count)
    #expect(try Sample.read(target) == original)
  }

  @Test("checksums must be those of everything in the file and of nothing else")
  func checksumCover() throws {
    let config = #""svfap.config":"{}""#
    func message(_ metadata: String) throws -> String? {
      failure {
        try ModelFile(workshop.safetensors(#"{"__metadata__":{\#(metadata)},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#))
      }?.message
    }
    #expect(try message(config) == nil)
    #expect(try message(#"\#(config),"svfap.crc32c":"{\"a\":\"00000000\"}""#) == nil)
    #expect(try message(#"\#(config),"svfap.crc32c":"{}""#)?.contains("no checksum for it") == true)
    #expect(try message(#"\#(config),"svfap.crc32c":"{\"a\":\"00000000\",\"b\":\"00000000\"}""#)?.contains("does not hold it") == true)
    #expect(try message(#"\#(config),"svfap.crc32c":"{\"a\":\"00000000\",\"svfap.config\":\"00000000\"}""#)?.contains("checksum") == true)
    #expect(try message(#"\#(config),"svfap.crc32c":"[]""#)?.contains("no JSON object") == true)
    #expect(try message(#""svfap.config":"{\"a\":NaN}""#)?.contains("metadata svfap.config") == true)
    #expect(try message(#""other":"""#)?.contains("not a model of libsvfap") == true)
  }

  @Test("a tensor of another shape, or none, is refused by name")
  func wrongShape() throws {
    let file = try ModelFile(try written())
    let buffer = try FloatBuffer(count: 8)
    let error = try #require(failure { try file.read("norm.weight", shape: [4], into: buffer.pointer) })
    #expect(error.code == .shape)
    #expect(error.message.contains("[3]") && error.message.contains("[4]"))
    #expect(failure { try file.read("none", shape: [1], into: buffer.pointer) }?.code == .notFound)
    #expect(file.shape(of: "none") == nil)
  }

  @Test("what a reader would refuse is not written")
  func writerRefuses() throws {
    let buffer = try FloatBuffer(count: 4)
    let bytes = UnsafeRawBufferPointer(start: buffer.pointer, count: 16)
    let path = "\(workshop.folder)/refused"
    let wrong: [[TensorSource]] = [
      [TensorSource("a", shape: [1], buffer.pointer), TensorSource("a", shape: [1], buffer.pointer)],
      [TensorSource("", shape: [1], buffer.pointer)], [TensorSource("__metadata__", shape: [1], buffer.pointer)],
      [TensorSource("a", type: .float32, shape: [5], bytes: bytes)], [TensorSource("a", type: .float64, shape: [4], bytes: bytes)],
      [TensorSource("a", type: .float32, shape: [-1, -4], bytes: bytes)],
      [TensorSource("a", type: .float32, shape: [1 << 62, 4], bytes: bytes)],
    ]
    for tensors in wrong {
      #expect(failure { try SafetensorsWriter.write(tensors, metadata: [:], to: path) }?.code == .invalidArgument)
      #expect(access(path, F_OK) != 0)
    }
  }
}
