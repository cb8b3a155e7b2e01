import Base

/// How a run goes through its data and what it keeps: the same for pre-training and fine-tuning.
struct RunOptions: Sendable {
  /// What to do with a batch whose loss or gradient is not finite.
  enum NonFinitePolicy: String, Sendable, CaseIterable {
    /// End the run; the last checkpoint before it stays.
    case stop
    /// Leave the batch out, and end the run after `limit` of them without a step between them.
    case skip

    static let limit = 10
  }

  let out: String
  let isResuming: Bool
  let epochs: Int
  let batch: Int
  let accumulate: Int
  let warmupEpochs: Double
  let loaderThreads: Int
  let logEvery: Int
  let saveEvery: Double
  let nonFinite: NonFinitePolicy
  let seed: UInt64
  /// Ends the run early after so many steps; nil for none. For trying things out.
  let maxSteps: Int?

  static func properties(epochs: Int, batch: Int) -> JSONObject {
    [
      "out": JSONSchema.text("Folder of the run; it must not exist, or be empty."),
      "resume": JSONSchema.flag("Continue the run in that folder.", default: false),
      "epochs": JSONSchema.integer("Passes over the data.", 1...1_000_000, default: epochs),
      "batch": JSONSchema.integer("Videos in a batch.", 1...65_536, default: batch),
      "accumulate": JSONSchema.integer("Batches whose gradients are added up for a step.", 1...65_536, default: 1),
      "warmup_epochs": JSONSchema.number("Epochs in which the learning rate rises from 0.", 0...1_000_000, default: 5),
      "loader_threads": JSONSchema.integer("Threads that read and augment videos ahead of their use.", 1...256, default: 1),
      "log_every": JSONSchema.integer("Steps from one record in metrics.jsonl to the next.", 1...1_000_000, default: 10),
      "save_every_s": JSONSchema.number(
        "Seconds from one checkpoint to the next within an epoch; there is one after every epoch.", 0...1_000_000, default: 600),
      "on_non_finite": JSONSchema.choice(
        "What becomes of a batch whose loss or gradient is not finite: the run ends, or the batch is left out (ten in a row end the run).",
        NonFinitePolicy.allCases.map(\.rawValue), default: NonFinitePolicy.stop.rawValue),
      "max_steps": JSONSchema.integer("End the run after so many steps, to try things out.", from: 1),
    ]
  }

  /// Members on which no result depends: they may change when a run is continued.
  static let free = ["/out", "/resume", "/loader_threads", "/log_every", "/save_every_s", "/threads"]

  init(_ options: JSONValue) {
    out = options["out"]?.stringValue ?? ""
    isResuming = options["resume"]?.boolValue ?? false
    epochs = options["epochs"]?.intValue ?? 1
    batch = options["batch"]?.intValue ?? 1
    accumulate = options["accumulate"]?.intValue ?? 1
    warmupEpochs = options["warmup_epochs"]?.doubleValue ?? 0
    loaderThreads = options["loader_threads"]?.intValue ?? 1
    logEvery = options["log_every"]?.intValue ?? 10
    saveEvery = options["save_every_s"]?.doubleValue ?? 600
    nonFinite = NonFinitePolicy(rawValue: options["on_non_finite"]?.stringValue ?? "") ?? .stop
    seed = UInt64(options["seed"]?.intValue ?? 0)
    maxSteps = options["max_steps"]?.intValue
  }

  /// Steps of an epoch over `count` samples: what is left over does not become a batch, nor do batches that do not
  /// fill an accumulation become a step.
  func stepsPerEpoch(samples count: Int) -> Int { count / batch / accumulate }
}
