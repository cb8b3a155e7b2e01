import Base
import Checkpoints
import Networks
import TestSupport

/// A golden case: what PyTorch computed, as tensors of a safetensors file (Tests/Fixtures/goldens/README.md).
package struct GoldenCase {
  package let file: SafetensorsFile
  private let name: String

  package init(_ name: String) throws { self.init(try SafetensorsFile(Fixtures.path("goldens/\(name).case.safetensors")), name) }

  private init(_ file: SafetensorsFile, _ name: String) {
    self.file = file
    self.name = name
  }

  /// The checkpoint that the case belongs to.
  package var model: GoldenCase {
    get throws { GoldenCase(try SafetensorsFile(Fixtures.path("goldens/\(name).safetensors")), name) }
  }

  private func entry(_ name: String) throws -> TensorEntry {
    guard let entry = file[name] else { throw SVFAPError(.notFound, "the golden case has no tensor \"\(name)\"") }
    return entry
  }

  package func floats(_ name: String) throws -> [Float] {
    let tensor = try entry(name)
    let buffer = try FloatBuffer(count: tensor.count)
    _ = try file.readFloats(tensor, into: buffer.pointer, count: tensor.count)
    return (0..<buffer.count).map { buffer[$0] }
  }

  package func bools(_ name: String) throws -> [Bool] {
    let tensor = try entry(name)
    var bytes = [UInt8](repeating: 0, count: tensor.count)
    try bytes.withUnsafeMutableBytes { try file.read(tensor, into: $0) }
    return bytes.map { $0 != 0 }
  }

  package func integers(_ name: String) throws -> [Int] {
    let tensor = try entry(name)
    var values = [Int64](repeating: 0, count: tensor.count)
    try values.withUnsafeMutableBytes { try file.read(tensor, into: $0) }
    return values.map { Int($0) }
  }

  package func shape(_ name: String) throws -> [Int] { try entry(name).shape }
}

/// A model of the goldens with its weights, the head's after the network's.
package func goldenModel(_ name: String, head: [(name: String, shape: [Int])] = []) throws -> (ModelConfiguration, ModelParameters) {
  let file = try ModelFile(Fixtures.path("goldens/\(name).safetensors"))
  let configuration = try ModelConfiguration(json: file.config)
  let parameters = try ModelParameters(
    configuration.declarations
      + head.map { ParameterDeclaration($0.name, $0.shape, .constant(0), decays: $0.shape.count > 1) })
  for (index, declaration) in parameters.declarations.enumerated() {
    try file.read(declaration.name, shape: declaration.shape, into: parameters.pointer(at: index))
  }
  return (configuration, parameters)
}

/// Parameters made from their names, as the goldens' README says.
package func seededParameters(_ configuration: ModelConfiguration) throws -> ModelParameters {
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

/// Cross entropy with label smoothing 0.1 of a linear head on features (clips, width), as the goldens' loss, in double
/// precision, with its gradients.
package struct SmoothedCrossEntropy {
  package private(set) var loss = 0.0
  package private(set) var featureGradient: [Float]
  package private(set) var weightGradient: [Float]
  package private(set) var biasGradient: [Float]

  package init(features: [Float], labels: [Int], weight: [Float], bias: [Float]) {
    let classes = bias.count
    let width = weight.count / classes
    featureGradient = [Float](repeating: 0, count: features.count)
    weightGradient = [Float](repeating: 0, count: weight.count)
    biasGradient = [Float](repeating: 0, count: classes)
    for (clip, label) in labels.enumerated() {
      let logits = (0..<classes).map { row in
        (0..<width).reduce(Double(bias[row])) { $0 + Double(weight[row * width + $1]) * Double(features[clip * width + $1]) }
      }
      let powers = logits.map(exponential)
      let sum = powers.reduce(0, +)
      for row in 0..<classes {
        let target = 0.1 / Double(classes) + (row == label ? 0.9 : 0)
        loss -= target * (logits[row] - logarithm(sum)) / Double(labels.count)
        let slope = (powers[row] / sum - target) / Double(labels.count)
        biasGradient[row] += Float(slope)
        for column in 0..<width {
          featureGradient[clip * width + column] += Float(slope * Double(weight[row * width + column]))
          weightGradient[row * width + column] += Float(slope * Double(features[clip * width + column]))
        }
      }
    }
  }
}
