import Base
import GoldenSupport
import Jobs
import Networks
import TestSupport
import Testing

@Suite("A trainer's steps")
struct TrainerStepTests {
  /// With so large an epsilon a step is as long as the gradient, so that rounding does not become a step of its own.
  private let smooth: JSONObject = ["eps": 1, "learning_rate": 1, "weight_decay": 0.01, "layer_decay": 1]

  @Test("two halves of a batch move the weights like the whole", arguments: ["finetune_tiny", "pretrain_tiny_paper"])
  func accumulation(name: String) throws {
    var options = smooth
    if name.hasPrefix("pretrain") { options["layer_decay"] = nil }
    let whole = try GoldenTrainer(name, options)
    let halves = try GoldenTrainer(name, options)
    let loss = try whole.learn()
    let losses = [try halves.learn(0..<1), try halves.learn(1..<2)]
    #expect(abs((losses[0] + losses[1]) / 2 - loss) < 1e-5 * loss)
    let norms = [try whole.trainer.step().gradientNorm, try halves.trainer.step().gradientNorm]
    #expect(abs(norms[1] / norms[0] - 1) < 1e-5)
    let (expected, found) = (whole.trainer.weights, halves.trainer.weights)
    for name in whole.trainer.names { #expect(relativeError(found[name] ?? [], expected[name] ?? []) < 1e-5, "\(name)") }
  }

  @Test("clipping shortens gradients that are too long and leaves others")
  func clipping() throws {
    let free = try GoldenTrainer()
    try free.learn()
    let norm = try free.trainer.step().gradientNorm
    for limit in [norm / 3, norm * 3] {
      let clipped = try GoldenTrainer(["clip_grad": .number(limit)])
      try clipped.learn()
      #expect(try clipped.trainer.step().gradientNorm == norm, "the norm is told as it was")
      // After one step the first moment is a tenth of the gradient that was stepped with.
      let moment = clipped.trainer.values(clipped.trainer.optimizer.first.pointer).values.joined()
      let length = 10 * moment.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      #expect(abs(length / min(limit, norm) - 1) < 1e-4)
    }
  }

  @Test("schedules give every step its rate and its decay")
  func schedules() throws {
    let case_ = try GoldenTrainer(
      ["learning_rate": 0.01, "min_learning_rate": 0.001, "warmup_steps": 2, "steps": 4, "weight_decay": 0.1, "weight_decay_end": 0.3])
    var rates: [Double] = []
    var decays: [Double] = []
    for _ in 0..<4 {
      try case_.learn(0..<1)
      let step = try case_.trainer.step()
      rates.append(step.learningRate)
      decays.append(step.weightDecay)
    }
    #expect(zip(rates, [0, 0.01, 0.01, 0.0055]).allSatisfy { abs($0 - $1) < 1e-12 }, "\(rates)")
    #expect(decays.first == 0.1 && decays == decays.sorted() && decays.allSatisfy { $0 < 0.3 })
  }

  /// What is trained, and how the names of its parameters begin.
  private static let parts: [(options: JSONObject, moving: [String])] = [
    (["trained": "head"], ["head."]), (["trained": "last_blocks"], ["head.", "fc_norm.", "blocks.5."]),
    (
      ["trained": "last_blocks", "last_blocks": 2],
      ["head.", "fc_norm.", "blocks.5.", "blocks.4.", "temporal_downsamples.1.", "spatial_downsamples.1."]
    ),
  ]

  @Test("frozen parts stay as they are to the bit", arguments: parts)
  func frozen(options: JSONObject, moving: [String]) throws {
    var options = options
    options["weight_decay"] = 0.5
    let case_ = try GoldenTrainer(options)
    let before = case_.trainer.weights
    try case_.learn()
    try case_.trainer.step()
    let after = case_.trainer.weights
    for name in case_.trainer.names {
      #expect((before[name] != after[name]) == moving.contains { name.hasPrefix($0) }, "\(name)")
    }
  }

  @Test("a trained part has the gradient that it has when everything is trained")
  func frozenGradients() throws {
    let all = try GoldenTrainer()
    let some = try GoldenTrainer(["trained": "last_blocks", "last_blocks": 2])
    #expect(try all.learn() == some.learn())
    for name in ["head.weight", "fc_norm.weight", "blocks.5.mlp.fc1.weight", "blocks.4.attn.qkv.weight"] {
      #expect(all.trainer.sums[name] == some.trainer.sums[name], "\(name)")
    }
  }

  @Test("the moving average follows the weights, and a snapshot may be of it")
  func average() throws {
    let case_ = try GoldenTrainer(["ema_decay": 0.75, "learning_rate": 0.01])
    let before = case_.trainer.weights
    try case_.learn()
    try case_.trainer.step()
    let now = try case_.trainer.snapshot().weights
    let averaged = try case_.trainer.snapshot(averaged: true).weights
    #expect(now == case_.trainer.weights)
    for name in case_.trainer.names {
      let expected = zip(before[name] ?? [], now[name] ?? []).map { 0.75 * $0 + 0.25 * $1 }
      #expect(relativeError(averaged[name] ?? [], expected) < 1e-6, "\(name)")
    }
    let without = try GoldenTrainer()
    let error = try #require(failure { try without.trainer.snapshot(averaged: true) })
    #expect(error.code == .config && error.message.contains("ema_decay"))
  }

  @Test("a snapshot, and the model that the training began with, do not see later steps")
  func snapshots() throws {
    let model = try GoldenTrainer.model("finetune_tiny")
    let start = try model.weights
    let trainer = try Trainer(model, TrainerOptions(.finetune, json: [:]))
    let snapshot = try trainer.snapshot(card: ["note": "early"])
    let video = stream("video", seed: 7, count: trainer.configuration.clipCount)
    _ = try trainer.forwardBackward(video, clips: 1, targets: [1, 0, 0, 0, 0])
    try trainer.step()
    #expect(trainer.weights != start)
    #expect(try snapshot.weights == start && model.weights == start)
    #expect(snapshot.card["trained"] == true && snapshot.card["note"] == "early")
  }

  @Test("the number of threads changes no bit", arguments: ["finetune_tiny", "pretrain_tiny_paper"])
  func threads(name: String) throws {
    let runs = try [1, 2, 3].map { threads in
      let case_ = try GoldenTrainer(name, threads: threads, ["drop_path": 0.3, "clip_grad": 1, "ema_decay": 0.9])
      let losses = try (0..<2).map { _ in
        let loss = try case_.learn()
        try case_.trainer.step()
        return loss
      }
      return (losses, case_.trainer.weights, try case_.trainer.snapshot(averaged: true).weights)
    }
    for run in runs.dropFirst() { #expect(run == runs[0]) }
  }
}
