import Base
import GoldenSupport
import Jobs
import Networks
import TestSupport

/// A golden case and a trainer that begins with its model.
struct GoldenTrainer {
  let golden: GoldenCase
  let trainer: Trainer
  let clips: Int
  private let video: [Float]  // (clips, 3, t, h, w)

  /// - Parameter options: of the trainer; without any, nothing is dropped and nothing clipped.
  init(_ name: String, threads: Int = 2, _ options: JSONObject = [:]) throws {
    golden = try GoldenCase(name)
    let model = try Self.model(name, threads: threads)
    var all: JSONObject = ["drop_path": 0]
    for (key, value) in options.members { all[key] = value }
    let task: TrainerOptions.Task = model.configuration.isPretraining ? .pretrain : .finetune
    trainer = try Trainer(model, TrainerOptions(task, json: .object(all)))
    video = try golden.floats("input.video")
    clips = try golden.shape("input.video")[0]
  }

  /// The case `finetune_tiny`.
  init(_ options: JSONObject = [:]) throws { try self.init("finetune_tiny", options) }

  static func model(_ name: String, threads: Int = 2) throws -> Model {
    try Model.open(Fixtures.path("goldens/\(name).safetensors"), try runtime(with: "svfap_head_classification", threads: threads))
  }

  /// Gives the case's batch, or some of its clips, to the trainer; returns the loss.
  @discardableResult
  func learn(_ range: Range<Int>? = nil) throws -> Double {
    let range = range ?? 0..<clips
    let count = trainer.configuration.clipCount
    let part = Array(video[range.lowerBound * count..<range.upperBound * count])
    guard trainer.head != nil else {
      let tokens = trainer.configuration.tokens
      let hidden = try golden.bools("input.mask")[range.lowerBound * tokens..<range.upperBound * tokens]
      return try trainer.forwardBackward(part, try TubeMask(Array(hidden), clips: range.count, trainer.configuration))
    }
    return try learn(part, labels: Array(try golden.integers("input.labels")[range]))
  }

  /// Gives clips with their classes to the trainer.
  @discardableResult
  func learn(_ video: [Float], labels: [Int]) throws -> Double {
    let classes = trainer.head?.targetWidth ?? 0
    let targets = labels.flatMap { label in (0..<classes).map { Float($0 == label ? 1 : 0) } }
    return try trainer.forwardBackward(video, clips: labels.count, targets: targets)
  }
}

extension Trainer {
  var names: [String] { parameters.declarations.map(\.name) }
  /// All weights, and the gradients added up since the last step, as they are now.
  var weights: [String: [Float]] { values(parameters.storage.pointer) }
  var sums: [String: [Float]] { values(gradients.pointer) }

  /// What lies in memory as the parameters do, by name.
  func values(_ base: UnsafePointer<Float>) -> [String: [Float]] { parameters.values(base) }
}

extension ModelParameters {
  func values(_ base: UnsafePointer<Float>) -> [String: [Float]] {
    var values: [String: [Float]] = [:]
    for (index, declaration) in declarations.enumerated() {
      values[declaration.name] = Array(UnsafeBufferPointer(start: base + offsets[index], count: count(at: index)))
    }
    return values
  }
}

extension Model {
  /// All weights, whether or not they are packed.
  var weights: [String: [Float]] {
    get throws {
      var values: [String: [Float]] = [:]
      for (index, declaration) in parameters.declarations.enumerated() {
        values[declaration.name] = Array(UnsafeBufferPointer(start: try parameters.values(at: index), count: parameters.count(at: index)))
      }
      return values
    }
  }
}
