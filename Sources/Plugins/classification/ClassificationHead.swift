import HeadKit
import SVFAPPlugin

@c public func svfap_swift_plugin() { Plugin.serve(ClassificationHead.self) }

/// Classes that exclude each other: softmax and cross entropy.
struct ClassificationHead: LinearHead {
  static let summary = "classes that exclude each other: softmax and cross entropy"
  static let labelFields = [LabelField("label", "class index or name")]
  static let schema = """
    {
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
    """

  /// The classes of DFEW, the field's most used set, for options that name none.
  private static let defaultLabels = ["happy", "sad", "neutral", "angry", "surprise", "disgust", "fear"]

  let task: any Task
  let layer: LinearLayer

  init(options: Options, width: Int) throws(PluginError) {
    let labels = try Self.labels(options)
    task = try ClassificationTask(
      labels: labels, smoothing: options.number("/label_smoothing") ?? 0.1, weights: options.numbers("/class_weights") ?? [],
      topK: options.integer("/top_k") ?? 5)
    layer = LinearLayer(inputs: width, outputs: labels.count)
  }

  private static func labels(_ options: Options) throws(PluginError) -> [String] {
    let count = try options.integer("/num_outputs")
    if let labels = try options.texts("/labels") {
      guard count == nil || count == labels.count else {
        throw PluginError(.config, "option \"num_outputs\" is \(count ?? 0), but \"labels\" names \(labels.count) classes")
      }
      return labels
    }
    guard let count else { return defaultLabels }
    guard (2...ClassificationTask.limit).contains(count) else {
      throw PluginError(.config, "option \"num_outputs\": expected 2 to \(ClassificationTask.limit), found \(count)")
    }
    return (0..<count).map { "class_\($0)" }
  }
}
