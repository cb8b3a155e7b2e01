import Base
import Jobs
import Networks
import TestSupport
import Testing

@Suite("What a fine-tuning begins with")
struct FineTuningStartTests {
  private func start(_ model: String, _ options: JSONValue = [:]) throws -> Trainer {
    try Trainer(try GoldenTrainer.model(model), TrainerOptions(.finetune, json: options))
  }

  @Test("from a pre-training model the encoder is taken; fc_norm and the head start afresh")
  func fromPretraining() throws {
    let source = try GoldenTrainer.model("pretrain_tiny_paper").weights
    let options: JSONValue = ["head": ["num_outputs": 4], "seed": 5]
    let trainer = try start("pretrain_tiny_paper", options)
    let weights = trainer.weights
    #expect(trainer.configuration.decoder == nil && trainer.configuration.head?.name == "classification")
    for name in trainer.names where !name.hasPrefix("head.") && !name.hasPrefix("fc_norm.") {
      #expect(weights[name] == source["encoder.\(name)"], "\(name)")
    }
    #expect(weights["fc_norm.weight"]?.allSatisfy { $0 == 1 } == true && weights["fc_norm.bias"]?.allSatisfy { $0 == 0 } == true)
    #expect(weights["head.weight"]?.count == 4 * 32)
    #expect(weights["head.weight"] == (try start("pretrain_tiny_paper", options).weights["head.weight"]))
    let other = try start("pretrain_tiny_paper", ["head": ["num_outputs": 4], "seed": 6])
    #expect(
      weights["head.weight"] != other.weights["head.weight"]
        && weights["blocks.0.mlp.fc1.weight"] == other.weights["blocks.0.mlp.fc1.weight"])
  }

  @Test("from a fine-tuned model everything is taken")
  func fromFineTuned() throws {
    #expect(try start("finetune_tiny").weights == GoldenTrainer.model("finetune_tiny").weights)
  }

  @Test("a head of another size starts afresh on the encoder that is there")
  func otherClasses() throws {
    let source = try GoldenTrainer.model("finetune_tiny").weights
    let weights = try start("finetune_tiny", ["head": ["num_outputs": 3, "labels": ["a", "b", "c"]]]).weights
    #expect(weights["head.weight"]?.count == 3 * 32 && weights["head.bias"]?.count == 3)
    for (name, values) in source where !name.hasPrefix("head.") { #expect(weights[name] == values, "\(name)") }
  }
}
