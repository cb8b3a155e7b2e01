import Base
import Checkpoints

/// What names and shapes of tensors cannot tell: taken from the caller, else from the arguments that the published code
/// stores beside the weights.
struct ArchitectureHints {
  /// A value and where it comes from.
  struct Hint<Value> {
    let value: Value
    let source: String
    /// Whether the caller said it: then it must fit, or is refused.
    let isGiven: Bool
  }

  private let options: JSONValue
  private let arguments: (String) -> JSONValue?

  /// - Parameters:
  ///   - options: of the import job.
  ///   - arguments: value of a name in the checkpoint's `args`.
  init(options: JSONValue, arguments: @escaping (String) -> JSONValue?) {
    self.options = options
    self.arguments = arguments
  }

  /// An integer: option `name`, else argument `argument`.
  func integer(_ name: String, argument: String? = nil) -> Hint<Int>? {
    if let value = options[name]?.intValue { return Hint(value: value, source: "given", isGiven: true) }
    guard let argument, let value = arguments(argument)?.intValue else { return nil }
    return Hint(value: value, source: "the checkpoint's args.\(argument)", isGiven: false)
  }

  /// Integers: option `name`, else the argument of the same name.
  func integers(_ name: String) -> Hint<[Int]>? {
    func list(_ value: JSONValue?) -> [Int]? {
      guard let elements = value?.arrayValue else { return nil }
      let integers = elements.compactMap(\.intValue)
      return integers.count == elements.count ? integers : nil
    }
    if let values = list(options[name]) { return Hint(value: values, source: "given", isGiven: true) }
    return list(arguments(name)).map { Hint(value: $0, source: "the checkpoint's args.\(name)", isGiven: false) }
  }
}
