import CFrames
import CSVFAPPlugin
import PluginKit

/// The size that every frame of a sink has, and how it is compressed.
struct PictureFormat {
  let width: Int64
  let height: Int64
  /// Level of zlib, 0 ... 9.
  let compression: Int32

  /// - Throws: `limit` if pictures of this size are not written.
  init(_ format: svfap_sink_format, compression: Int) throws(PluginError) {
    let side = 1...Int64(CODEC_MAX_SIDE)
    guard side.contains(format.width), side.contains(format.height), format.width * format.height <= Int64(CODEC_MAX_PIXELS) else {
      throw PluginError(
        Status.limit,
        "pictures of \(format.width) x \(format.height) pixels cannot be written; 1 to \(CODEC_MAX_SIDE) a side and \(CODEC_MAX_PIXELS) in all can"
      )
    }
    width = format.width
    height = format.height
    self.compression = Int32(clamping: compression)
  }

  /// Encodes a frame as PNG behind what `bytes` holds.
  ///
  /// - Throws: `shape` if the frame has another size, `noMemory`.
  func encode(_ frame: svfap_frame, into bytes: HostMemory) throws(PluginError) {
    guard frame.width == width, frame.height == height, frame.row_bytes >= 3 * width, let rgb = frame.rgb else {
      throw PluginError(
        Status.shape,
        "frame \(frame.index) has \(frame.width) x \(frame.height) pixels in rows of \(frame.row_bytes) bytes; the pictures have \(width) x \(height)"
      )
    }
    var message = CodecMessage()
    let outcome = message.fill { message in
      codec_encode_png(
        rgb, Int(frame.row_bytes), width, height, compression,
        { context, bytes, count in
          guard let context else { return 1 }
          let memory = Unmanaged<HostMemory>.fromOpaque(context).takeUnretainedValue()
          do throws(PluginError) { try memory.append(UnsafeRawBufferPointer(start: bytes, count: count)) } catch { return 1 }
          return 0
        }, Unmanaged.passUnretained(bytes).toOpaque(), message)
    }
    guard Int(outcome) != CODEC_OK else { return }
    // With a checked size only memory can be short.
    throw PluginError(Status.noMemory, "frame \(frame.index) cannot be encoded: \(message.text)")
  }
}
