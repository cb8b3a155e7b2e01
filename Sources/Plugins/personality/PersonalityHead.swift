import HeadKit
import SVFAPPlugin

@c public func svfap_swift_plugin() { Plugin.serve(PersonalityHead.self) }

/// Personality traits from 0 to 1, the Big Five by default.
struct PersonalityHead: LinearHead {
  static let summary = "personality traits from 0 to 1, the Big Five by default"
  static let labelFields = [LabelField("one number for each output, in order", "number")]
  static let schema = """
    {
      "type": "object",
      "properties": {
        "outputs": {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1, "maxItems": 64, "uniqueItems": true,
                    "default": ["extraversion", "neuroticism", "agreeableness", "conscientiousness", "openness"],
                    "description": "names of the traits, in the order of the labels"},
        "activation": {"enum": ["identity", "tanh", "sigmoid"], "default": "sigmoid", "description": "what bounds the outputs"},
        "loss": {"enum": ["mse", "l1", "ccc", "mse+ccc"], "default": "mse",
                 "description": "ccc is 1 less the concordance over the batch"}
      }
    }
    """

  let task: any Task
  let layer: LinearLayer

  init(options: Options, width: Int) throws(PluginError) {
    task = try RegressionTask(
      options, names: ["extraversion", "neuroticism", "agreeableness", "conscientiousness", "openness"], activation: .sigmoid,
      loss: .mse, figures: [.acc, .ccc, .r2, .pcc])
    layer = LinearLayer(inputs: width, outputs: task.outputs.count)
  }
}
