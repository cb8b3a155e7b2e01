import Base
import CheckpointSamples
import Jobs
import TestSupport
import Testing

/// A training on a few drawn videos with a model that takes milliseconds.
struct SmallRun {
  let folder = MadeFolder()
  let runtime: Runtime

  init(threads: Int = 1, heads: String = "svfap_head_classification") throws {
    runtime = try JobsTests.runtime(with: heads, "svfap_video_synthetic", "svfap_video_frames", threads: threads)
  }

  var out: String { folder("run") }

  /// A list of drawn videos with the classes "even" and "odd".
  func list(_ name: String, _ seeds: [Int]) -> JSONValue {
    .string(folder.write(seeds.map { "synthetic:\($0) \($0 % 2 == 0 ? "even" : "odd")\n" }.joined(), to: name))
  }

  private func options(_ base: JSONObject, _ more: JSONObject) -> JSONValue {
    var all: JSONObject = [
      "out": .string(out), "size": "tiny", "recipe": ["sampling_rate": 1, "hop": 4], "epochs": 3, "batch": 2, "warmup_epochs": 0,
      "learning_rate": 0.1, "log_every": 1, "seed": 11,
      "config": [
        "embed_dim": 16, "num_heads": 2, "stage_depths": [1, 1, 1], "image_size": 32, "patch_size": 8, "num_frames": 8,
        "num_bottleneck_tokens": [2, 2], "bottleneck_hidden_dim": 8,
      ],
    ]
    for (key, value) in base.members + more.members { all[key] = value }
    return .object(all)
  }

  /// Source options that make drawn videos small.
  static let drawn: JSONValue = ["frames": 12, "width": 32, "height": 32]

  /// Options of a fine-tuning on six drawn videos, validated on four.
  func finetuning(_ more: JSONObject = [:]) -> JSONValue {
    options(
      [
        "train": list("train.txt", [0, 1, 2, 3, 4, 5]), "validation": list("validation.txt", [6, 7, 8, 9]),
        "head": ["labels": ["even", "odd"]], "source_config": Self.drawn, "views": 1,
      ], more)
  }

  /// Options of a pre-training on six drawn videos.
  func pretraining(_ more: JSONObject = [:]) -> JSONValue {
    options(["data": list("train.txt", [0, 1, 2, 3, 4, 5]), "source_config": Self.drawn, "mask": ["ratio": 0.75]], more)
  }

  @discardableResult
  func run(_ kind: String, _ options: JSONValue, _ context: RunContext = RunContext()) throws -> JSONObject {
    try JobCatalog.make(kind, options, runtime).run(context)
  }

  // MARK: What a run leaves

  /// The records of `metrics.jsonl` without their times, some kind or all.
  func records(_ kind: String? = nil) throws -> [JSONObject] {
    try RunRemains.records("\(out)/metrics.jsonl").filter { kind == nil || $0["kind"]?.stringValue == kind }
  }

  /// Values of one name in the records of a kind.
  func values(_ kind: String, _ name: String) throws -> [Double] { try records(kind).compactMap { $0["values"]?[name]?.doubleValue } }

  /// Everything that must not depend on how the run went.
  func remains() throws -> RunRemains { try RunRemains(out) }
}
