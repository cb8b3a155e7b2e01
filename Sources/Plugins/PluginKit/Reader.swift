import CPluginKit
import CSVFAPPlugin

/// A video that a source is reading. One thread at a time uses it.
public protocol Reader: AnyObject {
  /// Facts about the stream. Text in it lives as long as the reader.
  func info() throws(PluginError) -> svfap_stream_info
  /// The next frame, nil after the last. Its pixels stay valid until the next call on this reader.
  func next() throws(PluginError) -> svfap_frame?
  /// Moves so that `next` gives frame `index`, and returns where the reader stands.
  func seek(to index: Int) throws(PluginError) -> Int
}

/// Owns a reader across the C boundary; the class makes the existential one pointer wide.
private final class ReaderBox {
  let reader: any Reader
  init(_ reader: any Reader) { self.reader = reader }
}

extension Reader {
  /// The handle for the host. Balanced by `plugin_reader_close`.
  public func handle() -> OpaquePointer {
    OpaquePointer(Unmanaged.passRetained(ReaderBox(self)).toOpaque())
  }
}

private func reader(_ handle: OpaquePointer?) throws(PluginError) -> any Reader {
  guard let handle else { throw PluginError(Status.invalidArgument, "no reader was given") }
  return Unmanaged<ReaderBox>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue().reader
}

@c @implementation
public func plugin_reader_info(_ handle: OpaquePointer!, _ info: UnsafeMutablePointer<svfap_stream_info>!) -> svfap_status {
  returningStatus { () throws(PluginError) in
    guard let info else { throw PluginError(Status.invalidArgument, "no place for the facts was given") }
    let size = info.pointee.struct_size
    info.pointee = try reader(handle).info()
    info.pointee.struct_size = size
  }
}

@c @implementation
public func plugin_reader_next(_ handle: OpaquePointer!, _ frame: UnsafeMutablePointer<svfap_frame>!) -> svfap_status {
  var ended = false
  let status = returningStatus { () throws(PluginError) in
    guard let frame else { throw PluginError(Status.invalidArgument, "no place for the frame was given") }
    guard var next = try reader(handle).next() else {
      ended = true
      return
    }
    next.struct_size = frame.pointee.struct_size
    frame.pointee = next
  }
  return ended ? Status.end : status
}

@c @implementation
public func plugin_reader_seek(_ handle: OpaquePointer!, _ index: Int64, _ landed: UnsafeMutablePointer<Int64>!) -> svfap_status {
  returningStatus { () throws(PluginError) in
    guard index >= 0, let landed else { throw PluginError(Status.invalidArgument, "frame \(index) cannot be sought") }
    landed.pointee = Int64(try reader(handle).seek(to: Int(index)))
  }
}

@c @implementation
public func plugin_reader_close(_ handle: OpaquePointer!) {
  guard let handle else { return }
  Unmanaged<ReaderBox>.fromOpaque(UnsafeRawPointer(handle)).release()
}
