import Base
import Checkpoints
import Networks
import TestSupport
import Testing

/// A golden case: its tensors as float32 numbers.
struct GoldenCase {
  let file: SafetensorsFile
  /// The checkpoint that the case belongs to.
  var model: GoldenCase { get throws { GoldenCase(try SafetensorsFile(Fixtures.path("goldens/\(name).safetensors")), name) } }
  private let name: String

  init(_ name: String) throws { self.init(try SafetensorsFile(Fixtures.path("goldens/\(name).case.safetensors")), name) }

  private init(_ file: SafetensorsFile, _ name: String) {
    self.file = file
    self.name = name
  }

  func floats(_ name: String) throws -> [Float] {
    let tensor = try #require(file[name])
    var values = [Float](repeating: 0, count: tensor.count)
    try values.withUnsafeMutableBufferPointer { _ = try file.readFloats(tensor, into: #require($0.baseAddress), count: tensor.count) }
    return values
  }

  func bools(_ name: String) throws -> [Bool] {
    let tensor = try #require(file[name])
    var bytes = [UInt8](repeating: 0, count: tensor.count)
    try bytes.withUnsafeMutableBytes { try file.read(tensor, into: $0) }
    return bytes.map { $0 != 0 }
  }

  func integers(_ name: String) throws -> [Int] {
    let tensor = try #require(file[name])
    var values = [Int64](repeating: 0, count: tensor.count)
    try values.withUnsafeMutableBytes { try file.read(tensor, into: $0) }
    return values.map { Int($0) }
  }

  func shape(_ name: String) throws -> [Int] { try #require(file[name]).shape }
}

/// A model of the goldens with its weights.
func goldenModel(_ name: String) throws -> (ModelConfiguration, ModelParameters) {
  let file = try ModelFile(Fixtures.path("goldens/\(name).safetensors"))
  let configuration = try ModelConfiguration(json: file.config)
  let parameters = try ModelParameters(configuration.declarations)
  for (index, declaration) in parameters.declarations.enumerated() {
    try file.read(declaration.name, shape: declaration.shape, into: parameters.pointer(at: index))
  }
  return (configuration, parameters)
}

/// Parameters made from their names, as the goldens' README says.
func seededParameters(_ configuration: ModelConfiguration) throws -> ModelParameters {
  let parameters = try ModelParameters(configuration.declarations)
  for (index, declaration) in parameters.declarations.enumerated() {
    let values = stream(declaration.name, seed: 7, count: parameters.count(at: index))
    let target = parameters.pointer(at: index)
    if declaration.shape.count > 1 {
      let scale = Float(1.5 / Double(declaration.shape.dropFirst().reduce(1, *)).squareRoot())
      for i in values.indices { target[i] = values[i] * scale }
    } else {
      let isNorm = declaration.name.contains("norm") && declaration.name.hasSuffix("weight")
      for i in values.indices { target[i] = (isNorm ? 1 : 0) + 0.2 * values[i] }
    }
  }
  return parameters
}
