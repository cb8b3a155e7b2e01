import CPluginKit
import CSVFAPPlugin

/// A video or picture that a sink is writing. One thread at a time uses it. Its deinit removes what was not finished.
public protocol Writer: AnyObject {
  /// Adds a frame of the size that the sink was opened with.
  func write(_ frame: svfap_frame) throws(PluginError)
  /// Completes the output. Returns what was written to memory, valid as long as the writer; nil for a path.
  func finish() throws(PluginError) -> UnsafeRawBufferPointer?
}

private final class WriterBox {
  let writer: any Writer
  init(_ writer: any Writer) { self.writer = writer }
}

extension Writer {
  /// The handle for the host. Balanced by `plugin_writer_close`.
  public func handle() -> OpaquePointer {
    OpaquePointer(Unmanaged.passRetained(WriterBox(self)).toOpaque())
  }
}

private func writer(_ handle: OpaquePointer?) throws(PluginError) -> any Writer {
  guard let handle else { throw PluginError(Status.invalidArgument, "no writer was given") }
  return Unmanaged<WriterBox>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue().writer
}

@c @implementation
public func plugin_writer_write(_ handle: OpaquePointer!, _ frame: UnsafePointer<svfap_frame>!) -> svfap_status {
  returningStatus { () throws(PluginError) in
    guard let frame, frame.pointee.rgb != nil else { throw PluginError(Status.invalidArgument, "no frame was given") }
    try writer(handle).write(frame.pointee)
  }
}

@c @implementation
public func plugin_writer_finish(
  _ handle: OpaquePointer!, _ bytes: UnsafeMutablePointer<UnsafePointer<UInt8>?>!, _ size: UnsafeMutablePointer<UInt64>!
) -> svfap_status {
  returningStatus { () throws(PluginError) in
    let written = try writer(handle).finish()
    bytes?.pointee = written?.baseAddress?.assumingMemoryBound(to: UInt8.self)
    size?.pointee = UInt64(written?.count ?? 0)
  }
}

@c @implementation
public func plugin_writer_close(_ handle: OpaquePointer!) {
  guard let handle else { return }
  Unmanaged<WriterBox>.fromOpaque(UnsafeRawPointer(handle)).release()
}
