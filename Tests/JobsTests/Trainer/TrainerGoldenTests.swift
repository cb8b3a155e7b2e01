import Base
import GoldenSupport
import Jobs
import TestSupport
import Testing

@Suite("Goldens: a trainer computes what PyTorch computes on the published code")
struct TrainerGoldenTests {
  @Test(
    "loss and every gradient, the head's among them",
    arguments: ["finetune_tiny", "finetune_layerscale", "pretrain_tiny_paper", "pretrain_tiny_published"])
  func gradients(name: String) throws {
    let case_ = try GoldenTrainer(name)
    let (golden, trainer) = (case_.golden, case_.trainer)
    #expect(relativeError([Float(try case_.learn())], try golden.floats("output.loss")) < 2e-5)
    let sums = trainer.sums
    var expected: [String: [Float]] = [:]
    for name in trainer.names where golden.file["grad.\(name)"] != nil { expected[name] = try golden.floats("grad.\(name)") }
    #expect(!expected.isEmpty)
    let largest = expected.values.joined().map(abs).max() ?? 0
    for name in trainer.names {
      let found = try #require(sums[name])
      guard let values = expected[name] else {
        #expect(found.allSatisfy { $0 == 0 }, "\(name) has no gradient")
        continue
      }
      let scale = max(values.map(abs).max() ?? 0, 1e-3 * largest)
      let difference = zip(found, values).map { abs($0 - $1) }.max() ?? .infinity
      #expect(difference <= 2e-4 * scale, "\(name): \(difference / scale)")
    }
  }

  @Test("what the loss does not reach is neither stepped nor decayed")
  func unreached() throws {
    let case_ = try GoldenTrainer("pretrain_tiny_published", ["learning_rate": 0.1, "weight_decay": 0.5])
    let before = case_.trainer.weights
    try case_.learn()
    try case_.trainer.step()
    let after = case_.trainer.weights
    for name in case_.trainer.names {
      #expect((before[name] == after[name]) == (case_.golden.file["grad.\(name)"] == nil), "\(name)")
    }
  }

  @Test("three steps with layer-wise decay and clipping end where PyTorch's end")
  func threeSteps() throws {
    let golden = try GoldenCase("adamw_three_steps")
    let case_ = try GoldenTrainer(
      ["learning_rate": 0.002, "weight_decay": 0.05, "layer_decay": 0.75, "clip_grad": 5, "betas": [0.9, 0.999], "eps": 1e-8])
    let trainer = case_.trainer
    let classes = try #require(trainer.head?.targetWidth)
    let losses = try JSONValue(parsing: golden.file.metadata["losses"] ?? "").arrayValue?.compactMap(\.doubleValue) ?? []
    for (step, expected) in losses.enumerated() {
      let video = stream("video", seed: 7 + UInt64(step), count: 2 * trainer.configuration.clipCount).map { 2 * $0 }
      let loss = try case_.learn(video, labels: [step % classes, (step + 1) % classes])
      #expect(abs(loss / expected - 1) < 1e-4)
      let done = try trainer.step()
      #expect(done.index == step && done.learningRate == 0.002 && done.weightDecay == 0.05)
    }
    let after = trainer.weights
    var compared = 0
    for name in trainer.names where golden.file["after.\(name)"] != nil {
      let error = relativeError(try #require(after[name]), try golden.floats("after.\(name)"))
      #expect(error < 1e-4, "\(name): \(error)")
      compared += 1
    }
    #expect(losses.count == 3 && compared > 50)
  }
}
