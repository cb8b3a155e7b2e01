import Base
import CSVFAP
import Jobs
import Synchronization

/// What stands behind a `svfap_job`.
final class JobObject: @unchecked Sendable {
  // Used through `gate` only.
  let job: any Job
  let gate = OwnerGate()
  var hasRun = false
  var result: OwnedText?

  init(_ job: any Job) { self.job = job }

  static func use<Result>(_ handle: OpaquePointer?, _ body: (JobObject) throws(SVFAPError) -> Result) throws(SVFAPError) -> Result {
    let object = try HandleTable.shared.object(handle, .job, as: JobObject.self)
    return try object.gate.enter(.job) { () throws(SVFAPError) in try body(object) }
  }
}

/// Schemas live for ever: one text for each kind, made on first use.
private let schemas = Mutex<[String: OwnedText]>([:])

@c @implementation
public func svfap_job_create(
  _ runtime: OpaquePointer!, _ kind: UnsafePointer<CChar>!, _ kindSize: UInt64, _ json: UnsafePointer<CChar>!, _ size: UInt64,
  _ job: UnsafeMutablePointer<OpaquePointer?>!, _ error: ErrorOut
) -> svfap_status {
  call(error) { () throws(SVFAPError) in
    let place = try out(job, "job")
    let runtime = try Runtime.find(runtime)
    let made = try JobCatalog.make(try text(kind, kindSize, "kind"), try options(json, size, "options"), runtime)
    place.pointee = try HandleTable.shared.insert(JobObject(made), as: .job)
  }
}

@c @implementation
public func svfap_job_run(_ job: OpaquePointer!, _ options: UnsafePointer<svfap_run_options>!, _ error: ErrorOut) -> svfap_status {
  call(error) { () throws(SVFAPError) in
    let context = try runContext(options)
    try JobObject.use(job) { (object) throws(SVFAPError) in
      guard !object.hasRun else { throw SVFAPError(.busy, "this job has run; make another one") }
      object.hasRun = true
      object.result = OwnedText(JSONValue.object(try object.job.run(context)).text())
    }
  }
}

@c @implementation
public func svfap_job_result(
  _ job: OpaquePointer!, _ json: UnsafeMutablePointer<UnsafePointer<CChar>?>!, _ size: UnsafeMutablePointer<UInt64>!, _ error: ErrorOut
) -> svfap_status {
  callForText(json, size, error) { () throws(SVFAPError) in
    try JobObject.use(job) { (object) throws(SVFAPError) in
      guard let result = object.result else { throw SVFAPError(.busy, "this job has not run to its end: there is no result") }
      return result
    }
  }
}

@c @implementation
public func svfap_job_release(_ job: OpaquePointer!, _ error: ErrorOut) -> svfap_status { release(job, .job, error) }

@c @implementation
public func svfap_job_schema(
  _ kind: UnsafePointer<CChar>!, _ kindSize: UInt64, _ json: UnsafeMutablePointer<UnsafePointer<CChar>?>!,
  _ size: UnsafeMutablePointer<UInt64>!, _ error: ErrorOut
) -> svfap_status {
  callForText(json, size, error) { () throws(SVFAPError) in
    let kind = try text(kind, kindSize, "kind")
    let schema: JSONValue = kind.isEmpty ? .array(JobCatalog.all.map { .string($0.name) }) : try JobCatalog.kind(kind).schema
    return schemas.withLock { schemas in
      if let made = schemas[kind] { return made }
      let made = OwnedText(schema.text())
      schemas[kind] = made
      return made
    }
  }
}
