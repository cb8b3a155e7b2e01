import CSVFAPPlugin

/// The statuses of `svfap_types.h` as the plain numbers that tables return.
public enum Status {
  public static let ok = svfap_status(0)
  public static let invalidArgument = svfap_status(SVFAP_E_INVALID_ARGUMENT)
  public static let noMemory = svfap_status(SVFAP_E_NO_MEMORY)
  public static let io = svfap_status(SVFAP_E_IO)
  public static let noSpace = svfap_status(SVFAP_E_NO_SPACE)
  public static let notFound = svfap_status(SVFAP_E_NOT_FOUND)
  public static let format = svfap_status(SVFAP_E_FORMAT)
  public static let limit = svfap_status(SVFAP_E_LIMIT)
  public static let config = svfap_status(SVFAP_E_CONFIG)
  public static let shape = svfap_status(SVFAP_E_SHAPE)
  public static let unsupported = svfap_status(SVFAP_E_UNSUPPORTED)
  public static let cancelled = svfap_status(SVFAP_E_CANCELLED)
  public static let end = svfap_status(SVFAP_E_END)
  public static let numeric = svfap_status(SVFAP_E_NUMERIC)
  public static let `internal` = svfap_status(SVFAP_E_INTERNAL)
}

/// What a plugin's function could not do: a status and a message that says what, where and what to do.
public struct PluginError: Error, CustomStringConvertible {
  public let status: svfap_status
  public let message: String

  public init(_ status: svfap_status, _ message: String) {
    self.status = status
    self.message = message
  }

  public var description: String { message }
}

/// Runs the body of a slot; an error becomes the status to return and the message that the host keeps.
public func returningStatus(_ body: () throws(PluginError) -> Void) -> svfap_status {
  do throws(PluginError) {
    try body()
    return Status.ok
  } catch {
    return PluginHost.fail(error)
  }
}
