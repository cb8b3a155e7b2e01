/// How options that the library names in its messages are typed on the command line.
struct OptionNames {
  /// Options with a flag of their own; all the others are typed as `--set key=value`. Nil: all have one.
  var own: Set<String>?

  /// Options that are typed without a flag.
  private static let arguments: Set<String> = ["inputs", "input", "data", "train", "folder", "plugin"]
  private static let renamed = [
    "head_name": "head", "folds": "fold", "label_columns": "labels", "pretraining_variant": "variant", "time_limit_s": "time-limit",
    "memory_limit_mb": "memory-limit",
  ]

  /// "/sampling_rate: expected ..." as "--sampling-rate: expected ...", "/mask/ratio: ..." as "--set mask.ratio: ...".
  ///
  /// - Parameter given: options that the library was given; what begins like anything else, such as a path, is left as it is.
  func typed(_ message: String, given: Set<String>) -> String {
    guard message.hasPrefix("/"), let colon = message.firstIndex(of: ":") else { return message }
    let path = message[..<colon].dropFirst().split(separator: "/")
    guard let key = path.first.map(String.init), given.contains(key) else { return message }
    let rest = path.dropFirst().map { "/" + $0 }.joined()
    let name: String
    if Self.arguments.contains(key) {
      name = "<\(key)>" + rest
    } else if let own, !own.contains(key) {
      name = "--set " + path.joined(separator: ".")
    } else {
      name = "--" + (Self.renamed[key] ?? key).replacing("_", with: "-") + (rest.isEmpty ? "" : " \(rest)")
    }
    return name + message[colon...]
  }
}
