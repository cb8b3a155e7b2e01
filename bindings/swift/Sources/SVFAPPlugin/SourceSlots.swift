import CSVFAPPlugin
import CSVFAPPluginKit

// The slots of svfap_video_source: they check what the host gave, and call the source.

/// A source with the texts that the host was told. The class makes it one pointer wide.
private final class SourceBox {
  let source: any VideoSource
  private var texts: [String: StableText] = [:]

  init(_ source: any VideoSource) { self.source = source }

  /// The handle for the host. Balanced by `svfap_swift_source_close`.
  func handle() -> OpaquePointer { OpaquePointer(Unmanaged.passRetained(self).toOpaque()) }

  static func from(_ handle: OpaquePointer?) throws(PluginError) -> SourceBox {
    Unmanaged<SourceBox>.fromOpaque(UnsafeRawPointer(try given(handle, "reader"))).takeUnretainedValue()
  }

  /// Text that lives as long as the source.
  func text(_ text: String) -> svfap_text {
    let stable = texts[text] ?? StableText(text)
    texts[text] = stable
    return stable.text
  }
}

@c @implementation
public func svfap_swift_source_probe(
  _ host: UnsafePointer<svfap_host>!, _ path: UnsafePointer<CChar>!, _ pathSize: UInt64, _ head: UnsafePointer<UInt8>!, _ headSize: UInt64,
  _ score: UnsafeMutablePointer<Int32>!
) -> svfap_status {
  returningStatus { () throws(PluginError) in
    let bytes = UnsafeRawBufferPointer(start: head, count: head == nil ? 0 : Int(clamping: headSize))
    let found = try Plugin.source().type.score(path: String(path, pathSize), head: bytes)
    try given(score, "place for the score").pointee = Int32(min(max(found, 0), 100))
  }
}

@c @implementation
public func svfap_swift_source_describe(_ host: UnsafePointer<svfap_host>!, _ json: UnsafeMutablePointer<svfap_text>!) -> svfap_status {
  returningStatus { () throws(PluginError) in
    try given(json, "place for the description").pointee = try Plugin.source().schema.text
  }
}

@c @implementation
public func svfap_swift_source_open(
  _ host: UnsafePointer<svfap_host>!, _ path: UnsafePointer<CChar>!, _ pathSize: UInt64, _ config: UnsafePointer<CChar>!,
  _ configSize: UInt64, _ reader: UnsafeMutablePointer<OpaquePointer?>!
) -> svfap_status {
  returningStatus { () throws(PluginError) in
    let place = try given(reader, "place for the reader")
    let source = try Plugin.source().type.init(path: String(path, pathSize), options: Options(config, configSize))
    place.pointee = SourceBox(source).handle()
  }
}

@c @implementation
public func svfap_swift_source_info(_ handle: OpaquePointer!, _ info: UnsafeMutablePointer<svfap_stream_info>!) -> svfap_status {
  returningStatus { () throws(PluginError) in
    let (box, place) = (try SourceBox.from(handle), try given(info, "place for the facts"))
    let known = try box.source.info
    (place.pointee.width, place.pointee.height) = (Int64(known.width), Int64(known.height))
    place.pointee.frame_count = Int64(known.frameCount ?? Int(SVFAP_UNKNOWN_COUNT))
    (place.pointee.rate_numerator, place.pointee.rate_denominator) =
      switch known.rate {
      case .average(let frames, let seconds): (Int64(frames), Int64(seconds))
      case .byTimes: (0, 1)
      case .untimed: (0, 0)
      }
    place.pointee.duration_s = known.duration ?? -1
    place.pointee.rotation_degrees = Int32(truncatingIfNeeded: known.rotation)
    place.pointee.seekable = box.source is any SeekableVideoSource ? 1 : 0
    (place.pointee.format, place.pointee.metadata) = (box.text(known.format), box.text(known.metadata))
  }
}

@c @implementation
public func svfap_swift_source_next(_ handle: OpaquePointer!, _ frame: UnsafeMutablePointer<svfap_frame>!) -> svfap_status {
  var hasEnded = false
  let status = returningStatus { () throws(PluginError) in
    let (box, place) = (try SourceBox.from(handle), try given(frame, "place for the frame"))
    guard let next = try box.source.next() else {
      hasEnded = true
      return
    }
    place.pointee.index = Int64(next.index)
    place.pointee.time_s = next.time
    (place.pointee.width, place.pointee.height) = (Int64(next.width), Int64(next.height))
    place.pointee.row_bytes = Int64(next.rowBytes)
    place.pointee.rgb = next.rgb
    place.pointee.damaged = next.isDamaged || next.rgb == nil ? 1 : 0
  }
  // No failure: there is nothing to tell.
  return hasEnded ? PluginError.Status.end.value : status
}

@c @implementation
public func svfap_swift_source_seek(_ handle: OpaquePointer!, _ index: Int64, _ landed: UnsafeMutablePointer<Int64>!) -> svfap_status {
  returningStatus { () throws(PluginError) in
    let (box, place) = (try SourceBox.from(handle), try given(landed, "place for where it landed"))
    guard index >= 0 else { throw PluginError(.invalidArgument, "there is no frame \(index)") }
    guard let source = box.source as? any SeekableVideoSource else { throw PluginError(.unsupported, "this video cannot be sought in") }
    place.pointee = Int64(try source.seek(to: Int(index)))
  }
}

@c @implementation
public func svfap_swift_source_close(_ handle: OpaquePointer!) {
  guard let handle else { return }
  Unmanaged<SourceBox>.fromOpaque(UnsafeRawPointer(handle)).release()
}
