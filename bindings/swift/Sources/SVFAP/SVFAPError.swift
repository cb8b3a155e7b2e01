import CSVFAP

/// A failure of the library: its class, and what went wrong, where, and what to do.
public struct SVFAPError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The class of a failure: the `SVFAP_E_...` of svfap.h. A later library may know more of them.
  public struct Status: RawRepresentable, Sendable, Hashable {
    /// The number that svfap.h gives it. It never changes.
    public let rawValue: Int32

    /// The class of a number.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    private init(_ value: some BinaryInteger) { rawValue = Int32(truncatingIfNeeded: value) }

    /// A negative count, text that is not UTF-8 or holds a NUL ...
    public static let invalidArgument = Status(SVFAP_E_INVALID_ARGUMENT)
    /// No object of the library, or one that has ended.
    public static let badHandle = Status(SVFAP_E_BAD_HANDLE)
    /// In use: an object by another thread or by its own callback, a run by another process.
    public static let busy = Status(SVFAP_E_BUSY)
    /// There is no memory for it.
    public static let noMemory = Status(SVFAP_E_NO_MEMORY)
    /// The operating system refused to read or write.
    public static let inputOutput = Status(SVFAP_E_IO)
    /// The disk or the quota is full.
    public static let noSpace = Status(SVFAP_E_NO_SPACE)
    /// No such file, plugin, task, parameter ...
    public static let notFound = Status(SVFAP_E_NOT_FOUND)
    /// The bytes are not what they claim to be.
    public static let format = Status(SVFAP_E_FORMAT)
    /// Larger than a stated limit.
    public static let limit = Status(SVFAP_E_LIMIT)
    /// An option is unknown, of the wrong type or out of range.
    public static let config = Status(SVFAP_E_CONFIG)
    /// A tensor has the wrong shape or type.
    public static let shape = Status(SVFAP_E_SHAPE)
    /// Understood, and not possible here.
    public static let unsupported = Status(SVFAP_E_UNSUPPORTED)
    /// Built for another version of the interface.
    public static let abi = Status(SVFAP_E_ABI)
    /// A plugin broke its contract.
    public static let plugin = Status(SVFAP_E_PLUGIN)
    /// Refused by the rules for loading plugins.
    public static let policy = Status(SVFAP_E_POLICY)
    /// The caller asked to stop.
    public static let cancelled = Status(SVFAP_E_CANCELLED)
    /// No more frames.
    public static let end = Status(SVFAP_E_END)
    /// NaN or infinity where a number was needed.
    public static let numeric = Status(SVFAP_E_NUMERIC)
    /// A defect of the library; please report it.
    public static let `internal` = Status(SVFAP_E_INTERNAL)
  }

  /// The class of the failure.
  public let status: Status
  /// What happened, where, and what to do, for people.
  public let message: String
  /// The same as a JSON object: "status", "message", and of "where", "expected", "found", "path" and "errno" those that apply.
  public let detail: String

  /// A failure that never was one of the library.
  init(_ status: Status, _ message: String) {
    self.status = status
    self.message = message
    detail = "{}"
  }

  /// Takes over an error object of the library, and ends it.
  init(_ status: svfap_status, _ error: OpaquePointer?) {
    self.status = Status(rawValue: status)
    message = textIfAny { svfap_error_message(error, $0, $1) } ?? "libsvfap reported status \(status)"
    detail = textIfAny { svfap_error_detail(error, $0, $1) } ?? "{}"
    svfap_error_release(error)
  }

  public var description: String { message }
}
