import HeadKit
import SVFAPPlugin

@c public func svfap_swift_plugin() { Plugin.serve(DimensionalHead.self) }

/// Affective dimensions such as valence, arousal and dominance.
struct DimensionalHead: LinearHead {
  static let summary = "affective dimensions such as valence, arousal and dominance"
  static let labelFields = [LabelField("one number for each output, in order", "number")]
  static let schema = """
    {
      "type": "object",
      "properties": {
        "outputs": {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1, "maxItems": 64, "uniqueItems": true,
                    "default": ["valence", "arousal", "dominance"],
                    "description": "names of the dimensions, in the order of the labels"},
        "activation": {"enum": ["identity", "tanh", "sigmoid"], "default": "identity", "description": "what bounds the outputs"},
        "loss": {"enum": ["mse", "l1", "ccc", "mse+ccc"], "default": "mse",
                 "description": "ccc is 1 less the concordance over the batch"}
      }
    }
    """

  let task: any Task
  let layer: LinearLayer

  init(options: Options, width: Int) throws(PluginError) {
    task = try RegressionTask(
      options, names: ["valence", "arousal", "dominance"], activation: .identity, loss: .mse,
      figures: [.ccc, .pcc, .rmse, .mae])
    layer = LinearLayer(inputs: width, outputs: task.outputs.count)
  }
}
