import SVFAP
import Testing

@Suite("Training with batches from memory")
struct TrainerTests {
  private let world: World

  init() throws { world = try World() }

  @Test("steps lower the loss; a snapshot is a model of its own")
  func finetuning() throws {
    let model = try world.classifier()
    let trainer = try Trainer(model, task: .finetune, options: #"{"learning_rate": 0.001, "drop_path": 0}"#)
    let (clips, labels) = (world.clips(2), Labels.classes([0, 1]))
    let first = try trainer.forwardBackward(clips, labels: labels)
    let index = try #require(try (0..<trainer.parameterCount).first { try trainer.parameter($0).name == "head.weight" })
    let before = try trainer.parameter(index)
    #expect(before.values.shape == [2, 48] && before.gradient.values.contains { $0 != 0 })
    let step = try trainer.step()
    #expect(step.index == 0 && step.learningRate == 0.001 && step.gradientNorm > 0)
    #expect(try trainer.parameter(index).values != before.values)
    let snapshot = try trainer.snapshot()
    for _ in 0..<5 {
      try trainer.forwardBackward(clips, labels: .targets(Tensor(shape: [2, 2], values: [1, 0, 0, 1])))
      try trainer.step()
    }
    #expect(try trainer.forwardBackward(clips, labels: labels) < first)
    try trainer.dropGradients()
    #expect(status { try trainer.step() } == .invalidArgument)
    let weight = { (model: Model) in try model.parameters().first { $0.name == "head.weight" }?.tensor }
    #expect(try weight(snapshot) != weight(model) && weight(snapshot) != weight(trainer.snapshot()))
    #expect(status { _ = try trainer.snapshot(averaged: true) } == .config)
    #expect(status { _ = try trainer.parameter(-1) } == .notFound)
    #expect(status { try trainer.forwardBackward(clips, labels: .classes([0])) } == .shape)
  }

  @Test("a model with a decoder learns from masks")
  func pretraining() throws {
    let trainer = try Trainer(world.autoencoder(), task: .pretrain)
    #expect(try trainer.forwardBackward(world.clips(2), labels: .mask(world.mask(2))) > 0)
    try trainer.step()
  }
}
