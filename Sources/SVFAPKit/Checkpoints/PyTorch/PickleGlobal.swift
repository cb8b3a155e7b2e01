/// A class or function that a pickle names. The list of those with a meaning is fixed and none is ever looked up or
/// called: each only tells how the values beside it are to be read. All others are names and nothing more.
enum PickleGlobal: Sendable, Equatable {
  /// A dictionary: `collections.OrderedDict`, or `dict` itself.
  case dictionary
  /// `torch._utils._rebuild_tensor`, `_rebuild_tensor_v2`: storage, offset, shape, strides.
  case tensor
  /// `torch._utils._rebuild_parameter`, `_rebuild_parameter_with_state`: a tensor and what training needs.
  case parameter
  /// `torch.Size`: a tuple.
  case size
  /// `torch.FloatStorage` and its like.
  case storage(TensorType)
  case other(String)

  init(module: String, name: String) {
    switch (module, name) {
    case ("collections", "OrderedDict"), ("builtins", "dict"), ("__builtin__", "dict"): self = .dictionary
    case ("torch._utils", "_rebuild_tensor"), ("torch._utils", "_rebuild_tensor_v2"): self = .tensor
    case ("torch._utils", "_rebuild_parameter"), ("torch._utils", "_rebuild_parameter_with_state"): self = .parameter
    case ("torch", "Size"): self = .size
    case ("torch", _), ("torch.cuda", _):
      self = Self.storages[name].map { .storage($0) } ?? .other("\(module).\(name)")
    default: self = .other("\(module).\(name)")
    }
  }

  private static let storages: [String: TensorType] = [
    "FloatStorage": .float32, "HalfStorage": .float16, "BFloat16Storage": .bfloat16, "DoubleStorage": .float64,
    "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16, "CharStorage": .int8, "ByteStorage": .uint8,
    "BoolStorage": .bool,
  ]
}
