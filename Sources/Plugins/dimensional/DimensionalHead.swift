import CPluginKit
import CSVFAPPlugin
import HeadKit
import PluginKit

private let description = StableText(
  """
  {
    "summary": "affective dimensions such as valence, arousal and dominance",
    "label_fields": [{"name": "one number for each output, in order", "type": "number"}],
    "config_schema": {
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
  }
  """)

@c @implementation
public func dimensional_head_describe(_ host: UnsafePointer<svfap_host>!, _ json: UnsafeMutablePointer<svfap_text>!) -> svfap_status {
  json?.pointee = description.text
  return Status.ok
}

@c @implementation
public func dimensional_head_create(
  _ host: UnsafePointer<svfap_host>!, _ config: UnsafePointer<CChar>!, _ size: UInt64, _ embedDim: Int64,
  _ head: UnsafeMutablePointer<OpaquePointer?>!
) -> svfap_status {
  returningStatus { () throws(PluginError) in
    let task = try RegressionTask(
      config, size, names: ["valence", "arousal", "dominance"], activation: .identity, loss: .mse, figures: [.ccc, .pcc, .rmse, .mae])
    try Head(task, embedDim: embedDim).hand(to: head)
  }
}
