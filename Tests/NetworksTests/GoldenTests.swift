import Base
import GoldenSupport
import Layers
import Networks
import TestSupport
import Testing

@Suite("Goldens: the forward pass equals the published code")
struct GoldenTests {
  @Test("features of fine-tuned models", arguments: ["finetune_tiny", "finetune_layerscale"], [1, 2])
  func features(name: String, threads: Int) throws {
    let (configuration, parameters) = try goldenModel(name)
    let golden = try GoldenCase(name)
    let clips = try golden.shape("input.video")[0]
    let network = try AffectNetwork(configuration, parameters)
    let workspace = Workspace(pool: try ThreadPool(threads: threads))
    var found = [Float](repeating: 0, count: clips * configuration.embedDim)
    try network.features(try golden.floats("input.video"), clips: clips, into: &found, workspace)
    #expect(relativeError(found, try golden.floats("output.features")) < 2e-5)
  }

  @Test("encoder, prediction and loss of both readings of pre-training", arguments: ["pretrain_tiny_paper", "pretrain_tiny_published"])
  func pretraining(name: String) throws {
    let (configuration, parameters) = try goldenModel(name)
    let golden = try GoldenCase(name)
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
    let loss = Float(try target.lossAndGradient(&predicted, video, mask, workspace))
    #expect(relativeError([loss], try golden.floats("output.loss")) < 2e-5)
  }

  @Test("the base size, with weights made from their names")
  func base() throws {
    let golden = try GoldenCase("base_16x160")
    let workspace = Workspace(pool: try ThreadPool(threads: 2))
    let configuration = try ModelConfiguration(json: JSONValue(parsing: try #require(golden.file.metadata["svfap.config"])))
    let video = stream("video", seed: 7, count: configuration.clipCount).map { 2 * $0 }
    do {
      let parameters = try seededParameters(configuration)
      #expect(parameters.parameterCount == 77_635_351 - 7 * 513)
      var features = [Float](repeating: 0, count: configuration.embedDim)
      try AffectNetwork(configuration, parameters).features(video, clips: 1, into: &features, workspace)
      #expect(relativeError(features, try golden.floats("output.features")) < 2e-5)
    }
    let pretraining = try ModelConfiguration(json: JSONValue(parsing: try #require(golden.file.metadata["svfap.pretrain_config"])))
    let parameters = try seededParameters(pretraining)
    #expect(parameters.parameterCount == 85_517_200)
    let network = try MaskedAutoencoder(pretraining, parameters)
    let mask = try TubeMask(try golden.bools("input.mask"), clips: 1, pretraining)
    var encoded = [Float](repeating: 0, count: 80 * pretraining.embedDim)
    try network.encode(video, mask, into: &encoded, workspace)
    #expect(relativeError(encoded, try golden.floats("output.encoded")) < 2e-5)
    var predicted = [Float](repeating: 0, count: 720 * pretraining.patchWidth)
    try network.predict(video, mask, into: &predicted, workspace)
    let target = PixelTarget(pretraining, mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])
    let loss = Float(try target.lossAndGradient(&predicted, video, mask, workspace))
    #expect(relativeError([loss], try golden.floats("output.loss")) < 2e-5)
  }
}
