import Base
import GoldenSupport
import Layers
import Networks
import Optimization
import TestSupport
import Testing

@Suite("AdamW with layer-wise decay and clipping")
struct AdamWTests {
  @Test("three steps on real gradients end where PyTorch's end", arguments: [1, 2])
  func threeSteps(threads: Int) throws {
    let golden = try GoldenCase("adamw_three_steps")
    let groups = try JSONValue(parsing: golden.file.metadata["parameters"] ?? "")
    let head = try ["head.weight", "head.bias"].map { ($0, try GoldenCase("finetune_tiny").model.shape($0)) }
    let (configuration, parameters) = try goldenModel("finetune_tiny", head: head)
    let settings = ParameterSettings.list(parameters.declarations, configuration, layerDecay: 0.75) { _ in true }
    for (declaration, setting) in zip(parameters.declarations, settings) {
      let group = groups[declaration.name]
      #expect(group?["lr_scale"]?.doubleValue == setting.rateScale, "\(declaration.name)")
      #expect((group?["weight_decay"]?.doubleValue != 0) == setting.decays, "\(declaration.name)")
    }
    let gradients = try FloatBuffer(count: parameters.storage.count)
    let map = GradientMap(parameters: parameters.storage.pointer, gradients: gradients.pointer)
    let optimizer = try AdamW(parameters, gradients: gradients, settings: settings, options: .init())
    let network = try AffectNetwork(configuration, parameters)
    let tape = try AffectNetwork.Tape(network, clips: 2)
    let workspace = Workspace(pool: try ThreadPool(threads: threads))
    let weightIndex = try #require(parameters.index(of: "head.weight"))
    let biasIndex = try #require(parameters.index(of: "head.bias"))
    let classes = parameters.count(at: biasIndex)
    let losses = try JSONValue(parsing: golden.file.metadata["losses"] ?? "").arrayValue?.compactMap(\.doubleValue) ?? []
    for step in 0..<3 {
      let video = stream("video", seed: 7 + UInt64(step), count: 2 * configuration.clipCount).map { 2 * $0 }
      var features = [Float](repeating: 0, count: 2 * configuration.embedDim)
      try network.features(video, clips: 2, into: &features, tape: tape, workspace)
      let values = { (index: Int) in (0..<parameters.count(at: index)).map { parameters.pointer(at: index)[$0] } }
      let loss = SmoothedCrossEntropy(
        features: features, labels: [step % classes, (step + 1) % classes], weight: values(weightIndex), bias: values(biasIndex))
      #expect(abs(loss.loss / losses[step] - 1) < 1e-4)
      gradients.pointer.update(repeating: 0, count: gradients.count)
      var slope = loss.featureGradient
      try network.backward(featureGradient: &slope, video: video, tape: tape, trained: .all, map, workspace)
      (gradients.pointer + parameters.offsets[weightIndex]).update(from: loss.weightGradient, count: loss.weightGradient.count)
      (gradients.pointer + parameters.offsets[biasIndex]).update(from: loss.biasGradient, count: classes)
      let norm = optimizer.gradientNorm(workspace.pool)
      optimizer.step(rate: 0.002, weightDecay: 0.05, gradientScale: min(1, 5 / (norm + 1e-6)), workspace.pool)
    }
    for (index, declaration) in parameters.declarations.enumerated() where golden.file["after.\(declaration.name)"] != nil {
      let found = (0..<parameters.count(at: index)).map { parameters.pointer(at: index)[$0] }
      let error = relativeError(found, try golden.floats("after.\(declaration.name)"))
      #expect(error < 1e-4, "\(declaration.name): \(error)")
    }
  }

  @Test("what is not trained is left alone, by step and by decay")
  func frozen() throws {
    let parameters = try ModelParameters([
      ParameterDeclaration("a", [3], .constant(1), decays: true), ParameterDeclaration("b", [100_000], .constant(2), decays: true),
    ])
    try parameters.initialize(seed: 0)
    let gradients = try FloatBuffer(count: parameters.storage.count)
    gradients.pointer.update(repeating: 1, count: gradients.count)
    let settings = [
      ParameterSettings(isTrained: false, rateScale: 1, decays: true), ParameterSettings(isTrained: true, rateScale: 0.5, decays: true),
    ]
    let pool = try ThreadPool(threads: 2)
    let optimizer = try AdamW(parameters, gradients: gradients, settings: settings, options: .init())
    #expect(abs(optimizer.gradientNorm(pool) - 100_000.0.squareRoot()) < 1e-3)
    optimizer.step(rate: 0.1, weightDecay: 0.2, gradientScale: 1, pool)
    #expect((0..<3).allSatisfy { parameters.pointer(at: 0)[$0] == 1 })
    // 2 (1 - 0.05 * 0.2) - 0.05, the first step being as long as the rate.
    #expect((0..<100_000).allSatisfy { abs(parameters.pointer(at: 1)[$0] - 1.93) < 1e-5 })
  }
}
