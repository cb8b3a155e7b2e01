import Base
import Jobs
import Networks
import TestSupport
import Testing

@Suite("What a trainer refuses leaves it as it was")
struct TrainerFailureTests {
  @Test(
    "a batch that is not finite is left out; weights and gradients stay, and the next batch is welcome", arguments: [Float.nan, .infinity])
  func nonFiniteInput(value: Float) throws {
    let case_ = try GoldenTrainer()
    let untouched = try GoldenTrainer()
    for trainer in [case_, untouched] { try trainer.learn() }
    var video = [Float](repeating: 0, count: case_.trainer.configuration.clipCount)
    video[video.count / 2] = value
    let (weights, sums) = (case_.trainer.weights, case_.trainer.sums)
    let error = try #require(failure { try case_.learn(video, labels: [0]) })
    #expect(error.code == .numeric && error.message.contains("the loss is not finite"))
    #expect(case_.trainer.weights == weights && case_.trainer.sums == sums && case_.trainer.accumulated == 1)
    for trainer in [case_, untouched] {
      try trainer.learn()
      try trainer.trainer.step()
    }
    #expect(case_.trainer.weights == untouched.trainer.weights)
  }

  @Test("masked pixels that are not finite are noticed, too")
  func nonFiniteTarget() throws {
    let case_ = try GoldenTrainer("pretrain_tiny_paper")
    let configuration = case_.trainer.configuration
    let hidden = try case_.golden.bools("input.mask")
    let mask = try TubeMask(Array(hidden.prefix(configuration.tokens)), clips: 1, configuration)
    let video = [Float](repeating: .nan, count: configuration.clipCount)
    #expect(failure { try case_.trainer.forwardBackward(video, mask) }?.code == .numeric)
    #expect(case_.trainer.accumulated == 0 && case_.trainer.sums.values.joined().allSatisfy { $0 == 0 })
  }

  @Test("a gradient that is not finite is dropped and moves nothing")
  func nonFiniteGradient() throws {
    let case_ = try GoldenTrainer(["ema_decay": 0.5])
    try case_.learn()
    case_.trainer.gradients.pointer[17] = .nan
    let weights = case_.trainer.weights
    let error = try #require(failure { try case_.trainer.step() })
    #expect(error.code == .numeric && error.message.contains("a gradient is not finite"))
    #expect(case_.trainer.weights == weights && case_.trainer.accumulated == 0)
    #expect(try case_.trainer.snapshot(averaged: true).weights == weights)
    try case_.learn()
    #expect(try case_.trainer.step().index == 0)
  }

  @Test("a step needs a batch, also after the gradients were dropped")
  func emptyStep() throws {
    let case_ = try GoldenTrainer()
    #expect(failure { try case_.trainer.step() }?.code == .invalidArgument)
    try case_.learn()
    case_.trainer.dropGradients()
    #expect(case_.trainer.sums.values.joined().allSatisfy { $0 == 0 })
    #expect(failure { try case_.trainer.step() }?.code == .invalidArgument)
  }

  @Test("labels belong to fine-tuning, masks to pre-training, and pre-training to models with a decoder")
  func tasks() throws {
    let finetuning = try GoldenTrainer()
    let pretraining = try GoldenTrainer("pretrain_tiny_paper")
    let configuration = pretraining.trainer.configuration
    let video = [Float](repeating: 0, count: configuration.clipCount)
    let mask = try TubeMask(Array(pretraining.golden.bools("input.mask").prefix(configuration.tokens)), clips: 1, configuration)
    #expect(failure { try pretraining.trainer.forwardBackward(video, clips: 1, targets: [0, 0]) }?.code == .unsupported)
    #expect(failure { try finetuning.trainer.forwardBackward(video, mask) }?.code == .unsupported)
    let error = try #require(failure { try Trainer(try GoldenTrainer.model("finetune_tiny"), TrainerOptions(.pretrain, json: [:])) })
    #expect(error.code == .unsupported && error.message.contains("decoder"))
  }

  @Test("options are checked, and the message names the one that is wrong")
  func options() {
    for (options, place) in [
      (["learning_rate": -1], "/learning_rate"), (["betas": [0.9]], "/betas"), (["drop_path": 1], "/drop_path"),
      (["trained": "neck"], "/trained"),
      (["rate": 1], "/rate"), (["eps": 0], "/eps"),
    ] as [(JSONValue, String)] {
      let error = failure { try TrainerOptions(.finetune, json: options) }
      #expect(error?.code == .config && error?.message.contains(place) == true, "\(error?.message ?? "no error")")
    }
    #expect(failure { try TrainerOptions(.pretrain, json: ["layer_decay": 0.5]) }?.code == .config)
  }
}
