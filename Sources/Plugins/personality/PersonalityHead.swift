import CPluginKit
import CSVFAPPlugin
import HeadKit
import PluginKit

private let description = StableText(
  """
  {
    "summary": "personality traits from 0 to 1, the Big Five by default",
    "label_fields": [{"name": "one number for each output, in order", "type": "number"}],
    "config_schema": {
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
  }
  """)

@c @implementation
public func personality_head_describe(_ host: UnsafePointer<svfap_host>!, _ json: UnsafeMutablePointer<svfap_text>!) -> svfap_status {
  json?.pointee = description.text
  return Status.ok
}

@c @implementation
public func personality_head_create(
  _ host: UnsafePointer<svfap_host>!, _ config: UnsafePointer<CChar>!, _ size: UInt64, _ embedDim: Int64,
  _ head: UnsafeMutablePointer<OpaquePointer?>!
) -> svfap_status {
  returningStatus { () throws(PluginError) in
    let task = try RegressionTask(
      config, size, names: ["extraversion", "neuroticism", "agreeableness", "conscientiousness", "openness"], activation: .sigmoid,
      loss: .mse, figures: [.acc, .ccc, .r2, .pcc])
    try Head(task, embedDim: embedDim).hand(to: head)
  }
}
