import Base
import CSVFAP
import Jobs
import Plugins
import Video

/// What stands behind a `svfap_source`.
final class SourceObject: @unchecked Sendable {
  // Used through `gate` only.
  let source: PluginSource
  let gate = OwnerGate()
  let format: OwnedText
  let metadata: OwnedText
  private let cancel: CancelToken?

  init(_ source: PluginSource, cancel: CancelToken?) {
    self.source = source
    self.cancel = cancel
    format = OwnedText(source.info.format)
    metadata = OwnedText(source.info.metadata)
  }

  static func find(_ handle: OpaquePointer?) throws(SVFAPError) -> SourceObject {
    try HandleTable.shared.object(handle, .source, as: SourceObject.self)
  }

  /// Reads or seeks as the only user of the source, until its flag says stop.
  func use<Result>(_ body: (PluginSource) throws(SVFAPError) -> Result) throws(SVFAPError) -> Result {
    try gate.enter(.source) { () throws(SVFAPError) in
      try cancellable(cancel) { () throws(SVFAPError) in try body(source) }
    }
  }

  /// What is known of the stream, all but the struct's size.
  var info: svfap_stream_info {
    let facts = source.info
    return svfap_stream_info(
      struct_size: 0, width: Int64(facts.width), height: Int64(facts.height), frame_count: facts.frameCount.map(Int64.init) ?? -1,
      rate_numerator: Int64(facts.rate?.numerator ?? 0), rate_denominator: Int64(facts.rate?.denominator ?? (facts.isTimed ? 1 : 0)),
      duration_s: facts.duration ?? -1, rotation_degrees: Int32(facts.rotation), seekable: facts.isSeekable ? 1 : 0,
      format: format.view, metadata: metadata.view)
  }
}

/// Runs `body`, in which plugins may ask whether `cancel` was requested.
private func cancellable<Result>(_ cancel: CancelToken?, _ body: () throws(SVFAPError) -> Result) throws(SVFAPError) -> Result {
  if cancel?.isRequested == true { throw SVFAPError(.cancelled, "stopped by its cancel flag") }
  return try PluginScope.with(cancel: cancel, pool: nil, body)
}

private let schema = JSONSchema([
  "type": "object",
  "properties": [
    "source": ["type": "string", "default": "auto"], "config": ["type": "object", "additionalProperties": true, "default": [:]],
  ],
])

@c @implementation
public func svfap_source_open(
  _ runtime: OpaquePointer!, _ file: UnsafePointer<CChar>!, _ pathSize: UInt64, _ json: UnsafePointer<CChar>!, _ size: UInt64,
  _ cancel: OpaquePointer!, _ source: UnsafeMutablePointer<OpaquePointer?>!, _ error: ErrorOut
) -> svfap_status {
  call(error) { () throws(SVFAPError) in
    let place = try out(source, "source")
    let runtime = try Runtime.find(runtime)
    let options = try schema.resolve(try options(json, size, "options"))
    let path = try path(file, pathSize, "path")
    let token = try cancelToken(cancel)
    let opened = try cancellable(token) { () throws(SVFAPError) in
      try runtime.registry.openSource(
        path, source: options["source"]?.stringValue ?? "auto", config: options["config"] ?? .object([:]))
    }
    place.pointee = try HandleTable.shared.insert(SourceObject(opened, cancel: token), as: .source)
  }
}

@c @implementation
public func svfap_source_info(_ source: OpaquePointer!, _ info: UnsafeMutablePointer<svfap_stream_info>!, _ error: ErrorOut) -> svfap_status
{
  call(error) { () throws(SVFAPError) in
    try fill(info, "info") { () throws(SVFAPError) in
      let object = try SourceObject.find(source)
      return try object.gate.enter(.source) { () throws(SVFAPError) in object.info }
    }
  }
}

@c @implementation
public func svfap_source_next(_ source: OpaquePointer!, _ frame: UnsafeMutablePointer<svfap_frame>!, _ error: ErrorOut) -> svfap_status {
  call(error) { () throws(SVFAPError) in
    try fill(frame, "frame") { () throws(SVFAPError) in
      try SourceObject.find(source).use { (source) throws(SVFAPError) in
        guard let next = try source.next() else { throw SVFAPError(.end, "there are no more frames") }
        return svfap_frame(
          struct_size: 0, index: Int64(next.index), time_s: next.time, width: Int64(next.width), height: Int64(next.height),
          row_bytes: Int64(next.rowBytes), rgb: next.rgb, damaged: next.isDamaged ? 1 : 0, reserved: 0)
      }
    }
  }
}

@c @implementation
public func svfap_source_seek(_ source: OpaquePointer!, _ index: Int64, _ error: ErrorOut) -> svfap_status {
  call(error) { () throws(SVFAPError) in
    try SourceObject.find(source).use { (source) throws(SVFAPError) in try source.seek(to: Int(index)) }
  }
}

@c @implementation
public func svfap_source_release(_ source: OpaquePointer!, _ error: ErrorOut) -> svfap_status { release(source, .source, error) }
