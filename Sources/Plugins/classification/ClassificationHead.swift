import CPluginKit
import CSVFAPPlugin
import HeadKit
import PluginKit

private let description = StableText(
  """
  {
    "summary": "classes that exclude each other: softmax and cross entropy",
    "label_fields": [{"name": "label", "type": "class index or name"}],
    "config_schema": {
      "type": "object",
      "properties": {
        "num_outputs": {"type": "integer", "minimum": 2, "maximum": 4096, "description": "number of classes, where labels names none"},
        "labels": {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 2, "maxItems": 4096, "uniqueItems": true,
          "description": "names of the classes; those of DFEW if left out"},
        "label_smoothing": {"type": "number", "minimum": 0, "maximum": 0.99, "default": 0.1,
          "description": "share of a target that all classes divide among them"},
        "class_weights": {"type": "array", "items": {"type": "number", "minimum": 0}, "maxItems": 4096,
          "description": "what an error in each class weighs; 1 each if left out"},
        "top_k": {"type": "integer", "minimum": 1, "maximum": 4096, "default": 5,
          "description": "of the metric that counts a clip as right if its class is among the k most likely"}
      }
    }
  }
  """)

/// The classes of DFEW, the field's most used set, for a configuration that names none.
private let defaultLabels = ["happy", "sad", "neutral", "angry", "surprise", "disgust", "fear"]

@c @implementation
public func classification_head_describe(_ host: UnsafePointer<svfap_host>!, _ json: UnsafeMutablePointer<svfap_text>!) -> svfap_status {
  json?.pointee = description.text
  return Status.ok
}

@c @implementation
public func classification_head_create(
  _ host: UnsafePointer<svfap_host>!, _ config: UnsafePointer<CChar>!, _ size: UInt64, _ embedDim: Int64,
  _ head: UnsafeMutablePointer<OpaquePointer?>!
) -> svfap_status {
  returningStatus { () throws(PluginError) in
    let options = try Options(config, size)
    var labels: [String]
    if options.has("labels") {
      labels = try options.texts("labels")
    } else if options.has("num_outputs") {
      let count = try options.integer("num_outputs")
      guard (2...ClassificationTask.limit).contains(count) else {
        throw PluginError(Status.config, "option \"num_outputs\": expected 2 to \(ClassificationTask.limit), found \(count)")
      }
      labels = (0..<count).map { "class_\($0)" }
    } else {
      labels = defaultLabels
    }
    if options.has("num_outputs") {
      let count = try options.integer("num_outputs")
      guard count == labels.count else {
        throw PluginError(Status.config, "option \"num_outputs\" is \(count), but \"labels\" names \(labels.count) classes")
      }
    }
    let task = try ClassificationTask(
      labels: labels, smoothing: options.has("label_smoothing") ? try options.number("label_smoothing") : 0.1,
      weights: options.has("class_weights") ? try options.numbers("class_weights") : [],
      topK: options.has("top_k") ? try options.integer("top_k") : 5)
    try Head(task, embedDim: embedDim).hand(to: head)
  }
}
