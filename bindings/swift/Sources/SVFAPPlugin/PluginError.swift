import CSVFAPPlugin

/// What a plugin could not do: a class, and a message that says what, where and what to do.
public struct PluginError: Error, Sendable, CustomStringConvertible {
  /// The class of an error: the `SVFAP_E_...` of svfap_types.h that a plugin may return.
  public struct Status: Sendable, Hashable {
    let value: svfap_status

    private init(_ value: some BinaryInteger) { self.value = svfap_status(truncatingIfNeeded: value) }

    init(host value: svfap_status) { self.value = value }

    static let ok = Status(SVFAP_OK)
    static let end = Status(SVFAP_E_END)
    /// An argument makes no sense.
    public static let invalidArgument = Status(SVFAP_E_INVALID_ARGUMENT)
    /// There is no memory for it.
    public static let noMemory = Status(SVFAP_E_NO_MEMORY)
    /// The operating system refused to read or write.
    public static let inputOutput = Status(SVFAP_E_IO)
    /// The disk or the quota is full.
    public static let noSpace = Status(SVFAP_E_NO_SPACE)
    /// No such file ...
    public static let notFound = Status(SVFAP_E_NOT_FOUND)
    /// The bytes, or a label, are not what they should be.
    public static let format = Status(SVFAP_E_FORMAT)
    /// Larger than a stated limit.
    public static let limit = Status(SVFAP_E_LIMIT)
    /// Options that contradict each other, or ask for what cannot be.
    public static let config = Status(SVFAP_E_CONFIG)
    /// A tensor has the wrong shape or type.
    public static let shape = Status(SVFAP_E_SHAPE)
    /// Understood, and not possible here.
    public static let unsupported = Status(SVFAP_E_UNSUPPORTED)
    /// The user asked to stop.
    public static let cancelled = Status(SVFAP_E_CANCELLED)
    /// NaN or infinity where a number was needed.
    public static let numeric = Status(SVFAP_E_NUMERIC)
    /// A defect of the plugin.
    public static let `internal` = Status(SVFAP_E_INTERNAL)
  }

  /// The class of the error.
  public let status: Status
  /// What happened, where, and what to do, for people.
  public let message: String

  /// An error to throw: `PluginError(.format, "expected one number from -1 to 1, found \"high\"")`.
  public init(_ status: Status, _ message: String) {
    self.status = status
    self.message = message
  }

  public var description: String { message }
}

/// Runs the body of a slot; an error becomes the status to return, and the message that the host keeps.
func returningStatus(_ body: () throws(PluginError) -> Void) -> svfap_status {
  do throws(PluginError) {
    try body()
    return PluginError.Status.ok.value
  } catch {
    return PluginHost.fail(error)
  }
}

/// What the host must have given.
func given<Value>(_ value: Value?, _ name: String) throws(PluginError) -> Value {
  guard let value else { throw PluginError(.invalidArgument, "no \(name) was given") }
  return value
}
