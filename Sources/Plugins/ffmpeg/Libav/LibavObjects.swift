import CFFmpeg
import PluginKit

/// A packet of libav: reference-counted data from a demuxer or for a muxer.
final class Packet {
  let pointer: UnsafeMutablePointer<AVPacket>

  init() throws(PluginError) {
    guard let pointer = av_packet_alloc() else { throw PluginError.noMemory("a packet") }
    self.pointer = pointer
  }

  deinit {
    var pointer: UnsafeMutablePointer<AVPacket>? = pointer
    av_packet_free(&pointer)
  }

  /// Whether the demuxer knows that data is missing or wrong.
  var isCorrupt: Bool { pointer.pointee.flags & AV_PKT_FLAG_CORRUPT != 0 }

  /// Gives the data back.
  func clear() { av_packet_unref(pointer) }
}

/// A frame of libav: reference-counted planes.
final class Picture {
  let pointer: UnsafeMutablePointer<AVFrame>

  init() throws(PluginError) {
    guard let pointer = av_frame_alloc() else { throw PluginError.noMemory("a picture") }
    self.pointer = pointer
  }

  /// A writable picture with planes of its own.
  convenience init(width: Int32, height: Int32, format: AVPixelFormat) throws(PluginError) {
    try self.init()
    pointer.pointee.width = width
    pointer.pointee.height = height
    pointer.pointee.format = format.rawValue
    guard av_frame_get_buffer(pointer, 0) >= 0 else { throw PluginError.noMemory("a picture of \(width) x \(height)") }
  }

  deinit {
    var pointer: UnsafeMutablePointer<AVFrame>? = pointer
    av_frame_free(&pointer)
  }

  /// Gives the planes back.
  func clear() { av_frame_unref(pointer) }

  var width: Int { Int(pointer.pointee.width) }
  var height: Int { Int(pointer.pointee.height) }
  var format: AVPixelFormat { AVPixelFormat(pointer.pointee.format) }

  /// The planes and their row sizes, as swscale takes them.
  func withPlanes<Result>(
    _ body: (UnsafePointer<UnsafePointer<UInt8>?>, UnsafePointer<Int32>) -> Result
  ) -> Result {
    withUnsafePointer(to: &pointer.pointee.data) { data in
      withUnsafePointer(to: &pointer.pointee.linesize) { sizes in
        data.withMemoryRebound(to: UnsafePointer<UInt8>?.self, capacity: 8) { data in
          sizes.withMemoryRebound(to: Int32.self, capacity: 8) { sizes in body(data, sizes) }
        }
      }
    }
  }

  /// Plane `index` and its row size; nil where there is none.
  func plane(_ index: Int) -> (data: UnsafeMutablePointer<UInt8>, rowBytes: Int)? {
    withPlanes { data, sizes in
      guard (0..<4).contains(index), let plane = data[index] else { return nil }
      return (UnsafeMutablePointer(mutating: plane), Int(sizes[index]))
    }
  }
}

/// A dictionary of options for libav.
final class LibavOptions {
  var pointer: OpaquePointer?

  init(_ options: [String: String]) {
    for (key, value) in options { av_dict_set(&pointer, key, value, 0) }
  }

  deinit { av_dict_free(&pointer) }
}
