import Base
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
    var properties: JSONObject = [
      "learning_rate": ["type": "number", "minimum": 0, "maximum": 100, "default": isPretraining ? 3e-4 : 1e-3],
      "min_learning_rate": ["type": "number", "minimum": 0, "maximum": 100, "default": isPretraining ? 1e-5 : 1e-6],
      "warmup_steps": ["type": "integer", "minimum": 0, "default": 0], "steps": ["type": "integer", "minimum": 0, "default": 0],
      "weight_decay": ["type": "number", "minimum": 0, "maximum": 10, "default": 0.05],
      "weight_decay_end": ["type": "number", "minimum": 0, "maximum": 10],
      "betas": [
        "type": "array", "items": ["type": "number", "minimum": 0, "maximum": 0.999_999], "minItems": 2, "maxItems": 2,
        "default": isPretraining ? [0.9, 0.95] : [0.9, 0.999],
      ], "eps": ["type": "number", "exclusiveMinimum": 0, "maximum": 1, "default": 1e-8],
      "clip_grad": ["type": "number", "exclusiveMinimum": 0, "maximum": 1e9],
      "drop_path": ["type": "number", "minimum": 0, "maximum": 0.99, "default": isPretraining ? 0.0 : 0.1],
      "ema_decay": ["type": "number", "minimum": 0, "maximum": 0.999_999_9], "seed": ["type": "integer", "minimum": 0, "default": 0],
    ]
    if isPretraining {
      properties["normalized_target"] = ["type": "boolean", "default": true]
    } else {
      properties["layer_decay"] = ["type": "number", "exclusiveMinimum": 0, "maximum": 1, "default": 0.75]
      properties["trained"] = ["enum": ["all", "last_blocks", "head"], "default": "all"]
      properties["last_blocks"] = ["type": "integer", "minimum": 1, "maximum": 2048, "default": 1]
      properties["head_name"] = ["type": "string", "minLength": 1]
      properties["head"] = ["type": "object", "additionalProperties": true, "default": [:]]
    }
    return properties
  }

  /// - Throws: `config` with the JSON pointer of what is wrong.
  package init(_ task: Task, json: JSONValue) throws(SVFAPError) {
    self.init(task, resolved: try JSONSchema(["type": "object", "properties": .object(Self.properties(task))]).resolve(json))
  }

  /// Options among others, checked against `properties` before.
  init(_ task: Task, resolved options: JSONValue) {
    func number(_ key: String) -> Double? { options[key]?.doubleValue }
    self.task = task
    learningRate = number("learning_rate") ?? 0
    minLearningRate = number("min_learning_rate") ?? 0
    warmupSteps = options["warmup_steps"]?.intValue ?? 0
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
