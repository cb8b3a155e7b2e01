import CSVFAP

/// A whole task, as svfap-host does it: JSON options in, JSON result out. One thread at a time may use it.
///
///     let result = try Job("create", #"{"size": "tiny", "out": "model.safetensors"}"#, in: runtime).run()
public final class Job {
  let handle: OpaquePointer

  /// Prepares a task and checks its options.
  ///
  /// - Parameters:
  ///   - kind: "predict", "finetune", "evaluate" ...: one of `kinds`.
  ///   - options: JSON, as `schema(of:)` tells.
  public init(_ kind: String, _ options: String = "{}", in runtime: Runtime) throws(SVFAPError) {
    handle = try made { svfap_job_create(runtime.handle, kind, kind.byteCount, options, options.byteCount, $0, $1) }
  }

  deinit { svfap_job_release(handle, nil) }

  /// Runs the task, once. Inputs that fail are told in the result while the others complete.
  ///
  /// - Returns: the result, a JSON object.
  /// - Throws: `SVFAPError` if nothing could be done at all, or what `progress` threw.
  @discardableResult
  public func run(progress: Progress.Receiver? = nil, cancellation: Cancellation? = nil) throws -> String {
    let catcher = Catcher()
    try withRunOptions(progress, cancellation, catcher) { options in
      try catcher.calling { svfap_job_run(handle, options, $0) }
    }
    return try result
  }

  /// The result, a JSON object.
  ///
  /// - Throws: `busy` before the run.
  public var result: String {
    get throws(SVFAPError) { try text { svfap_job_result(handle, $0, $1, $2) } }
  }

  /// JSON array of the names of all kinds.
  public static var kinds: String {
    get throws(SVFAPError) { try schema(of: "") }
  }

  /// JSON Schema of the options of a kind.
  public static func schema(of kind: String) throws(SVFAPError) -> String {
    try text { svfap_job_schema(kind, kind.byteCount, $0, $1, $2) }
  }
}

@available(*, unavailable)
extension Job: Sendable {}
