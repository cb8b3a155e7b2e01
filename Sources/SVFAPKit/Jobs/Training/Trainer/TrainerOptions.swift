import Base
import Kernels
import Networks
import Optimization

/// How a trainer steps; the defaults are the published ones of the task (published b.4, c).
package struct TrainerOptions: Sendable {
  /// What is trained for.
  package enum Task: String, Sendable, CaseIterable {
    /// Masked video autoencoding, on a model with a decoder.
    case pretrain
    /// A task head on the encoder.
    case finetune
  }

  package let task: Task
  /// Learning rate as it is: jobs scale the published base rate by batch / 256 before.
  package var learningRate: Double
  package var minLearningRate: Double
  package var warmupSteps: Int
  /// Length of the schedules; 0 keeps rate and weight decay constant.
  package var steps: Int
  package var weightDecay: Double
  package var weightDecayEnd: Double?
  package var adam: AdamW.Options
  package var layerDecay: Double
  /// Largest L2 norm of the gradients; nil to leave them.
  package var clipNorm: Double?
  package var dropPath: Double
  package var emaDecay: Double?
  package var seed: UInt64
  /// What the operands of matrix products are rounded to; weights, gradients and sums are float32.
  package var precision: Precision
  package var trained: AffectNetwork.Trained
  /// Pre-training: whether pixels are normalised token by token.
  package var normalizesTarget: Bool
  /// Fine-tuning: id of the head's plugin, nil for the model's own.
  package var headName: String?
  /// Fine-tuning: members of the head's configuration that replace the model's.
  package var headConfig: JSONObject

  /// JSON Schema properties of a task's options.
  package static func properties(_ task: Task) -> JSONObject {
    let isPretraining = task == .pretrain
    let betas: [JSONValue] = isPretraining ? [0.9, 0.95] : [0.9, 0.999]
    var properties: JSONObject = [
      "learning_rate": JSONSchema.number(
        "Learning rate after the warm-up; a run multiplies it by batch x accumulate / 256.", 0...100, default: isPretraining ? 3e-4 : 1e-3),
      "min_learning_rate": JSONSchema.number(
        "Learning rate that half a cosine approaches; multiplied in the same way.", 0...100, default: isPretraining ? 1e-5 : 1e-6),
      "warmup_steps": JSONSchema.integer("Steps in which the rate rises from 0.", from: 0, default: 0),
      "steps": JSONSchema.integer("Length of the schedules; 0 keeps rate and weight decay constant.", from: 0, default: 0),
      "weight_decay": JSONSchema.number("Decoupled weight decay of matrices and kernels.", 0...10, default: 0.05),
      "weight_decay_end": JSONSchema.number("Weight decay that half a cosine approaches; absent, it stays.", 0...10),
      "betas": JSONSchema.list(
        "AdamW's decay of the two moments.", of: ["type": "number", "minimum": 0, "maximum": 0.999_999], count: 2...2, default: betas),
      "eps": JSONSchema.number("AdamW's term against divisions by 0.", above: 0, to: 1, default: 1e-8),
      "clip_grad": JSONSchema.number("Largest L2 norm of the gradients; absent, they stay as they are.", above: 0, to: 1e9),
      "drop_path": JSONSchema.number(
        "Stochastic depth: how often the last block's branches are dropped; less below.", 0...0.99, default: isPretraining ? 0 : 0.1),
      "ema_decay": JSONSchema.number(
        "Decay of a moving average of the weights, which is then what is validated and left; absent, there is none.", 0...0.999_999_9),
      "seed": JSONSchema.integer("Seed of everything that is drawn.", from: 0, default: 0),
      "precision": Precision.schema(forTraining: true),
    ]
    if isPretraining {
      properties["normalized_target"] = JSONSchema.flag("Predict pixels normalised token by token, not raw ones.", default: true)
    } else {
      properties["layer_decay"] = JSONSchema.number(
        "Factor of the learning rate from one block to the one below.", above: 0, to: 1, default: 0.75)
      properties["trained"] = JSONSchema.choice(
        "What learns: everything, the last blocks and what follows them, or only the head.", ["all", "last_blocks", "head"], default: "all")
      properties["last_blocks"] = JSONSchema.integer("How many blocks learn with trained = last_blocks.", 1...2048, default: 1)
      properties["head_name"] = JSONSchema.text("Task head: the id of a head plugin; absent, the model's own, or classification.")
      properties["head"] = JSONSchema.open("Options of the head.")
    }
    return properties
  }

  /// - Throws: `config` with the JSON pointer of what is wrong.
  package init(_ task: Task, json: JSONValue) throws(SVFAPError) {
    self.init(task, resolved: try JSONSchema(properties: Self.properties(task)).resolve(json))
  }

  /// Options among others, checked against `properties` before.
  init(_ task: Task, resolved options: JSONValue) {
    func number(_ key: String) -> Double? { options[key]?.doubleValue }
    self.task = task
    learningRate = number("learning_rate") ?? 0
    minLearningRate = number("min_learning_rate") ?? 0
    warmupSteps = options["warmup_steps"]?.intValue ?? 0
    precision = Precision(option: options["precision"])
    steps = options["steps"]?.intValue ?? 0
    weightDecay = number("weight_decay") ?? 0
    weightDecayEnd = number("weight_decay_end")
    let betas = options["betas"]?.arrayValue?.compactMap(\.doubleValue) ?? []
    adam = AdamW.Options(beta1: betas.first ?? 0.9, beta2: betas.last ?? 0.999, epsilon: number("eps") ?? 1e-8)
    layerDecay = number("layer_decay") ?? 1
    clipNorm = number("clip_grad")
    dropPath = number("drop_path") ?? 0
    emaDecay = number("ema_decay")
    seed = UInt64(options["seed"]?.intValue ?? 0)
    switch options["trained"]?.stringValue {
    case "head": trained = .none
    case "last_blocks": trained = .lastBlocks(options["last_blocks"]?.intValue ?? 1)
    default: trained = .all
    }
    normalizesTarget = options["normalized_target"]?.boolValue ?? true
    headName = options["head_name"]?.stringValue
    headConfig = options["head"]?.objectValue ?? JSONObject()
  }

  /// Learning rate of every step, before each parameter's factor.
  var rateSchedule: CosineSchedule? {
    steps > 0 ? CosineSchedule(base: learningRate, final: min(minLearningRate, learningRate), steps: steps, warmupSteps: warmupSteps) : nil
  }

  /// Weight decay of every step.
  var decaySchedule: CosineSchedule? {
    guard steps > 0, let weightDecayEnd else { return nil }
    return CosineSchedule(base: weightDecay, final: weightDecayEnd, steps: steps)
  }
}
