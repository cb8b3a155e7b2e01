import Base
import Checkpoints
import Layers
import Networks
import TestSupport
import Testing

/// A golden case: its tensors as float32 numbers.
private struct Case {
  let file: SafetensorsFile

  init(_ name: String) throws { file = try SafetensorsFile(Fixtures.path("goldens/\(name).case.safetensors")) }

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

  func shape(_ name: String) throws -> [Int] { try #require(file[name]).shape }
}

/// A model of the goldens with its weights.
private func model(_ name: String) throws -> (ModelConfiguration, ModelParameters) {
  let file = try ModelFile(Fixtures.path("goldens/\(name).safetensors"))
  let configuration = try ModelConfiguration(json: file.config)
  let parameters = try ModelParameters(configuration.declarations)
  for (index, declaration) in parameters.declarations.enumerated() {
    try file.read(declaration.name, shape: declaration.shape, into: parameters.pointer(at: index))
  }
  return (configuration, parameters)
}

@Suite("Goldens: the forward pass equals the published code")
struct GoldenTests {
  @Test("features of fine-tuned models", arguments: ["finetune_tiny", "finetune_layerscale"], [1, 2])
  func features(name: String, threads: Int) throws {
    let (configuration, parameters) = try model(name)
    let golden = try Case(name)
    let clips = try golden.shape("input.video")[0]
    let network = try AffectNetwork(configuration, parameters)
    let workspace = Workspace(pool: try ThreadPool(threads: threads))
    var found = [Float](repeating: 0, count: clips * configuration.embedDim)
    try network.features(try golden.floats("input.video"), clips: clips, into: &found, workspace)
    #expect(relativeError(found, try golden.floats("output.features")) < 2e-5)
  }

  @Test("encoder, prediction and loss of both readings of pre-training", arguments: ["pretrain_tiny_paper", "pretrain_tiny_published"])
  func pretraining(name: String) throws {
    let (configuration, parameters) = try model(name)
    let golden = try Case(name)
    let clips = try golden.shape("input.video")[0]
    let video = try golden.floats("input.video")
    let mask = try TubeMask(try golden.bools("input.mask"), clips: clips, configuration)
    let network = try MaskedAutoencoder(configuration, parameters)
    let workspace = Workspace(pool: try ThreadPool(threads: 2))
    var encoded = [Float](repeating: 0, count: try golden.floats("output.encoded").count)
    try network.encode(video, mask, into: &encoded, workspace)
    #expect(relativeError(encoded, try golden.floats("output.encoded")) < 2e-5)
    var predicted = [Float](repeating: 0, count: try golden.floats("output.predicted").count)
    try network.predict(video, mask, into: &predicted, workspace)
    #expect(relativeError(predicted, try golden.floats("output.predicted")) < 2e-5)
    let target = PixelTarget(configuration, mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])
    let loss = Float(target.loss(predicted, video, mask))
    #expect(relativeError([loss], try golden.floats("output.loss")) < 2e-5)
  }

  @Test("the base size, with weights made from their names")
  func base() throws {
    let golden = try Case("base_16x160")
    let workspace = Workspace(pool: try ThreadPool(threads: 2))
    let configuration = try ModelConfiguration(json: JSONValue(parsing: try #require(golden.file.metadata["svfap.config"])))
    let video = stream("video", seed: 7, count: configuration.clipCount).map { 2 * $0 }
    do {
      let parameters = try seeded(configuration)
      #expect(parameters.parameterCount == 77_635_351 - 7 * 513)
      var features = [Float](repeating: 0, count: configuration.embedDim)
      try AffectNetwork(configuration, parameters).features(video, clips: 1, into: &features, workspace)
      #expect(relativeError(features, try golden.floats("output.features")) < 2e-5)
    }
    let pretraining = try ModelConfiguration(json: JSONValue(parsing: try #require(golden.file.metadata["svfap.pretrain_config"])))
    let parameters = try seeded(pretraining)
    #expect(parameters.parameterCount == 85_517_200)
    let network = try MaskedAutoencoder(pretraining, parameters)
    let mask = try TubeMask(try golden.bools("input.mask"), clips: 1, pretraining)
    var encoded = [Float](repeating: 0, count: 80 * pretraining.embedDim)
    try network.encode(video, mask, into: &encoded, workspace)
    #expect(relativeError(encoded, try golden.floats("output.encoded")) < 2e-5)
    var predicted = [Float](repeating: 0, count: 720 * pretraining.patchWidth)
    try network.predict(video, mask, into: &predicted, workspace)
    let target = PixelTarget(pretraining, mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])
    #expect(relativeError([Float(target.loss(predicted, video, mask))], try golden.floats("output.loss")) < 2e-5)
  }
}

/// Parameters made from their names, as the goldens' README says.
private func seeded(_ configuration: ModelConfiguration) throws -> ModelParameters {
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
