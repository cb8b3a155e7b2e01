import Base
import CAPI
import CSVFAP
import GoldenSupport
import TestSupport
import Testing

/// Largest relative difference that the goldens allow.
private let tolerance = 2e-5

@Suite("C ABI: the numbers are those of the published code")
struct CGoldenTests {
  @Test("fine-tuned models: features, outputs, and readings that are probabilities", arguments: ["finetune_tiny", "finetune_layerscale"])
  func finetuned(name: String) throws {
    let world = try World()
    let predictor = try world.predictor(try world.golden(name))
    let golden = try GoldenCase(name)
    let clips = Memory(try golden.floats("input.video")).view(try golden.shape("input.video"))
    let found = try forward(predictor, clips)
    #expect(found.shape == (try golden.shape("output.logits")))
    #expect(relativeError(found.values, try golden.floats("output.logits")) < tolerance)
    let feature = try features(predictor, clips)
    #expect(feature.shape == (try golden.shape("output.features")))
    #expect(relativeError(feature.values, try golden.floats("output.features")) < tolerance)
    let reading = try readings(predictor, clips)
    #expect(reading.shape == found.shape)
    for row in 0..<reading.shape[0] {
      let sum = reading.values[row * reading.shape[1]..<(row + 1) * reading.shape[1]].reduce(0, +)
      #expect(abs(sum - 1) < 1e-6)
    }
  }

  @Test(
    "pre-training models in both readings: encoder and predicted pixels", arguments: ["pretrain_tiny_paper", "pretrain_tiny_published"])
  func pretraining(name: String) throws {
    let world = try World()
    let predictor = try world.predictor(try world.golden(name))
    let golden = try GoldenCase(name)
    let clips = Memory(try golden.floats("input.video")).view(try golden.shape("input.video"))
    let mask = Memory(try golden.bools("input.mask").map { UInt8($0 ? 1 : 0) }).view(try golden.shape("input.mask"))
    let encoded = try encode(predictor, clips, mask)
    #expect(encoded.shape == (try golden.shape("output.encoded")))
    #expect(relativeError(encoded.values, try golden.floats("output.encoded")) < tolerance)
    let pixels = try reconstruct(predictor, clips, mask)
    #expect(pixels.shape == (try golden.shape("output.predicted")))
    #expect(relativeError(pixels.values, try golden.floats("output.predicted")) < tolerance)
  }

  @Test("training: loss and every gradient of a step with the host's own batch", arguments: ["finetune_tiny", "pretrain_tiny_paper"])
  func training(name: String) throws {
    let world = try World()
    let model = try world.golden(name)
    let golden = try GoldenCase(name)
    let isFineTuning = name.hasPrefix("finetune")
    let trainer = try Owned(svfap_trainer_release) {
      svfap_trainer_create(model.handle, isFineTuning ? "finetune" : "pretrain", untilNUL, "{\"drop_path\": 0}", untilNUL, $0, $1)
    }
    let clips = Memory(try golden.floats("input.video")).view(try golden.shape("input.video"))
    let labels =
      isFineTuning
      ? Memory(try golden.integers("input.labels").map { Int64($0) }).view(try golden.shape("input.labels"))
      : Memory(try golden.bools("input.mask").map { UInt8($0 ? 1 : 0) }).view(try golden.shape("input.mask"))
    var loss = 0.0
    try clips.with { clips in
      try labels.with { labels in try check { svfap_trainer_forward_backward(trainer.handle, clips, labels, &loss, $0) } }
    }
    #expect(relativeError([Float(loss)], try golden.floats("output.loss")) < tolerance)
    var count: UInt64 = 0
    try check { svfap_trainer_parameter_count(trainer.handle, &count, $0) }
    var compared = 0
    var worst = (error: 0.0, name: "")
    for index in 0..<count {
      var name = svfap_text()
      var gradient = svfap_view()
      gradient.struct_size = UInt64(MemoryLayout<svfap_view>.size)
      try check { svfap_trainer_parameter(trainer.handle, index, &name, nil, &gradient, $0) }
      let key = "grad." + String(cString: try #require(name.data))
      guard golden.file[key] != nil, !key.hasSuffix("spatial_downsamples.0.mlp.fc2.bias") else { continue }
      let expected = try golden.floats(key)
      guard expected.contains(where: { abs($0) > 1e-3 }) else { continue }
      let error = relativeError(gradient.floats, expected)
      if error > worst.error { worst = (error, key) }
      compared += 1
    }
    #expect(compared > 20)
    #expect(worst.error < 2e-4, "\(worst.name)")
  }
}
