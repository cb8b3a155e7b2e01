import Base
import Checkpoints
import Data
import TestSupport
import Testing

/// A file of Tests/Fixtures/augmentation, made by make_augmentations.py.
struct AugmentationFixture {
  private let file: SafetensorsFile

  init(_ name: String) throws { file = try SafetensorsFile(Fixtures.path("augmentation/\(name).safetensors")) }

  /// A list that the metadata hold.
  func list(_ key: String) throws -> [JSONValue] {
    let text = try #require(file.metadata[key])
    return try #require(JSONValue(parsing: text).arrayValue)
  }

  func shape(_ name: String) throws -> [Int] { try #require(file[name], "\(name) is missing").shape }

  func floats(_ name: String) throws -> [Float] {
    let tensor = try #require(file[name], "\(name) is missing")
    var values = [Float](repeating: 0, count: tensor.count)
    try values.withUnsafeMutableBufferPointer { _ = try file.readFloats(tensor, into: #require($0.baseAddress), count: tensor.count) }
    return values
  }

  func bytes(_ name: String) throws -> [UInt8] {
    let tensor = try #require(file[name], "\(name) is missing")
    var bytes = [UInt8](repeating: 0, count: tensor.count)
    try bytes.withUnsafeMutableBytes { try file.read(tensor, into: $0) }
    return bytes
  }

  /// A clip (t, h, w, 3).
  func clip(_ name: String) throws -> PictureClip {
    let shape = try shape(name)
    return try PictureClip(bytes(name), frames: shape[0], height: shape[1], width: shape[2])
  }
}
