import Base
import GoldenSupport
import Layers
import Networks
import TestSupport
import Testing

@Suite("Goldens: gradients equal PyTorch's autograd on the published code")
struct GradientTests {
  @Test("fine-tuning: every parameter's gradient", arguments: ["finetune_tiny", "finetune_layerscale"], [1, 3])
  func finetuning(name: String, threads: Int) throws {
    let (configuration, parameters) = try goldenModel(name)
    let golden = try GoldenCase(name)
    let video = try golden.floats("input.video")
    let clips = try golden.shape("input.video")[0]
    let network = try AffectNetwork(configuration, parameters)
    let workspace = Workspace(pool: try ThreadPool(threads: threads))
    let tape = try AffectNetwork.Tape(network, clips: clips)
    let gradients = try FloatBuffer(count: parameters.storage.count)
    var features = [Float](repeating: 0, count: clips * configuration.embedDim)
    try network.features(video, clips: clips, into: &features, tape: tape, workspace)
    #expect(relativeError(features, try golden.floats("output.features")) < 2e-5)
    let head = SmoothedCrossEntropy(
      features: features, labels: try golden.integers("input.labels"), weight: try golden.model.floats("head.weight"),
      bias: try golden.model.floats("head.bias"))
    #expect(relativeError([Float(head.loss)], try golden.floats("output.loss")) < 2e-5)
    var slope = head.featureGradient
    try network.backward(
      featureGradient: &slope, video: video, tape: tape, trained: .all,
      GradientMap(parameters: parameters.storage.pointer, gradients: gradients.pointer), workspace)
    try compare(parameters, gradients, golden)
  }

  @Test("pre-training: every parameter's gradient", arguments: ["pretrain_tiny_paper", "pretrain_tiny_published"], [1, 3])
  func pretraining(name: String, threads: Int) throws {
    let (configuration, parameters) = try goldenModel(name)
    let golden = try GoldenCase(name)
    let video = try golden.floats("input.video")
    let mask = try TubeMask(try golden.bools("input.mask"), clips: try golden.shape("input.video")[0], configuration)
    let network = try MaskedAutoencoder(configuration, parameters)
    let workspace = Workspace(pool: try ThreadPool(threads: threads))
    let tape = try MaskedAutoencoder.Tape(network, clips: mask.visible.count, visiblePlaces: mask.visiblePlaces)
    let gradients = try FloatBuffer(count: parameters.storage.count)
    let target = try golden.floats("target")
    var predicted = [Float](repeating: 0, count: target.count)
    try network.predict(video, mask, into: &predicted, tape: tape, workspace)
    #expect(relativeError(predicted, try golden.floats("output.predicted")) < 2e-5)
    let slope = zip(predicted, target).map { 2 * ($0 - $1) / Float(target.count) }
    try network.backward(
      predictedGradient: slope, video: video, mask, tape: tape,
      GradientMap(parameters: parameters.storage.pointer, gradients: gradients.pointer), workspace)
    try compare(parameters, gradients, golden)
    for declaration in parameters.declarations {
      #expect(network.hasGradient(declaration.name) == (golden.file["grad.\(declaration.name)"] != nil), "\(declaration.name)")
    }
  }

  /// Tolerance 2e-4 of a gradient's largest element; gradients far below the case's largest are noise.
  private func compare(_ parameters: ModelParameters, _ gradients: FloatBuffer, _ golden: GoldenCase) throws {
    var expected: [String: [Float]] = [:]
    for declaration in parameters.declarations where golden.file["grad.\(declaration.name)"] != nil {
      expected[declaration.name] = try golden.floats("grad.\(declaration.name)")
    }
    let largest = expected.values.joined().map(abs).max() ?? 0
    for (index, declaration) in parameters.declarations.enumerated() {
      let found = (0..<parameters.count(at: index)).map { gradients[parameters.offsets[index] + $0] }
      guard let values = expected[declaration.name] else {
        #expect(found.allSatisfy { $0 == 0 }, "\(declaration.name) has no gradient")
        continue
      }
      let scale = max(values.map(abs).max() ?? 0, 1e-3 * largest)
      let difference = zip(found, values).map { abs($0 - $1) }.max() ?? .infinity
      #expect(difference <= 2e-4 * scale, "\(declaration.name): \(difference / scale)")
    }
  }
}
