import Base
import Jobs
import Networks
import TestSupport
import Testing

@Suite("Dropped paths")
struct DropPathTests {
  @Test("the seed decides what is dropped, anew for every batch")
  func seeds() throws {
    let losses = try ([1, 1, 2] as [Int64]).map { seed in
      let case_ = try GoldenTrainer(["drop_path": 0.5, "seed": .integer(seed)])
      return try (0..<6).map { _ in try case_.learn() }
    }
    #expect(losses[0] == losses[1])
    #expect(losses[0] != losses[2])
    #expect(Set(losses[0]).count > 1)
  }

  @Test("without dropped paths every batch is as the one before")
  func off() throws {
    let case_ = try GoldenTrainer(["drop_path": 0])
    #expect(Set(try (0..<3).map { _ in try case_.learn() }).count == 1)
  }

  @Test("the last block's branches are dropped, or kept and scaled up, as often as the rate says")
  func scales() throws {
    // Block i of 2 drops with probability 0.5 i: the first never, the last every second time.
    let config: JSONValue = [
      "size": "tiny", "image_size": 16, "patch_size": 8, "num_frames": 4, "embed_dim": 24, "num_heads": 2, "stage_depths": [2],
      "num_bottleneck_tokens": [], "head": ["name": "classification", "config": ["num_outputs": 3]],
    ]
    let model = try Model.create(config, seed: 1, try runtime(with: "svfap_head_classification", threads: 1))
    let video = stream("video", seed: 7, count: model.configuration.clipCount)
    func loss(_ trainer: Trainer) throws -> Double { try trainer.forwardBackward(video, clips: 1, targets: [0, 1, 0]) }
    // A fresh head gives 0 for everything: it is made to look at what the blocks do.
    func trainer(dropping rate: Double, attention: Float = 1, mlp: Float = 1) throws -> Trainer {
      let trainer = try Trainer(model, TrainerOptions(.finetune, json: ["drop_path": .number(rate), "seed": 3]))
      func scale(_ name: String, _ factor: Float) throws {
        let index = try #require(trainer.parameters.index(of: name), "\(name)")
        for place in 0..<trainer.parameters.count(at: index) { trainer.parameters.pointer(at: index)[place] *= factor }
      }
      for part in ["weight", "bias"] {
        try scale("blocks.1.attn.proj.\(part)", attention)
        try scale("blocks.1.mlp.fc2.\(part)", mlp)
      }
      let head = try #require(trainer.parameters.index(of: "head.weight"))
      let values = stream("head", seed: 1, count: trainer.parameters.count(at: head))
      trainer.parameters.pointer(at: head).update(from: values, count: values.count)
      return trainer
    }
    let expected = try [(0, 0), (0, 2), (2, 0), (2, 2)].map { try loss(trainer(dropping: 0, attention: $0, mlp: $1)) }
    var counts = [0, 0, 0, 0]
    let dropping = try trainer(dropping: 0.5)
    for _ in 0..<200 {
      let found = try loss(dropping)
      let matches = expected.indices.filter { abs(expected[$0] - found) < 1e-6 }
      #expect(matches.count == 1, "\(found) is none of \(expected)")
      for index in matches { counts[index] += 1 }
    }
    #expect(counts.allSatisfy { $0 > 25 && $0 < 80 }, "\(counts)")
  }
}
