import CSVFAP

/// One picture of a video.
public struct Frame: Sendable, Hashable {
  /// Position in the stream from 0, damaged frames counted.
  public var index: Int
  /// Presentation time from the start of the stream, in seconds.
  public var time: Double
  /// Size in pixels.
  public var width, height: Int
  /// 8-bit R, G, B, R, G, B ... row after row without gaps; empty in a frame that is lost.
  public var rgb: [UInt8]
  /// Whether the decoder could not restore it faithfully.
  public var isDamaged: Bool

  /// A picture of one's own.
  public init(index: Int = 0, time: Double, width: Int, height: Int, rgb: [UInt8]) {
    self.index = index
    self.time = time
    self.width = width
    self.height = height
    self.rgb = rgb
    isDamaged = false
  }

  /// A frame that is known to be missing.
  public static func lost(index: Int = 0, time: Double) -> Frame {
    var frame = Frame(index: index, time: time, width: 0, height: 0, rgb: [])
    frame.isDamaged = true
    return frame
  }

  /// A copy of a frame of the library.
  init(_ frame: svfap_frame) {
    index = Int(frame.index)
    time = frame.time_s
    width = Int(frame.width)
    height = Int(frame.height)
    isDamaged = frame.damaged != 0
    rgb = []
    guard let pixels = frame.rgb else { return }
    let (tight, stride, rows) = (3 * width, Int(frame.row_bytes), height)
    rgb = [UInt8](unsafeUninitializedCapacity: tight * rows) { buffer, count in
      for row in 0..<rows {
        UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[row * tight..<(row + 1) * tight])
          .copyMemory(from: UnsafeRawBufferPointer(start: pixels + row * stride, count: tight))
      }
      count = tight * rows
    }
  }

  /// Calls `body` with the frame as the library wants it.
  func withFrame(_ body: (UnsafePointer<svfap_frame>) throws -> Void) throws {
    var frame = svfap_frame.empty
    frame.index = Int64(index)
    frame.time_s = time
    frame.damaged = isDamaged ? 1 : 0
    frame.width = Int64(width)
    frame.height = Int64(height)
    guard !rgb.isEmpty else { return try body(&frame) }
    let (row, rowOverflow) = width.multipliedReportingOverflow(by: 3)
    let (size, overflow) = row.multipliedReportingOverflow(by: height)
    guard width > 0, height > 0, !rowOverflow, !overflow, size == rgb.count else {
      throw SVFAPError(.shape, "a frame of \(width) x \(height) pixels has \(rgb.count) bytes; three a pixel are needed")
    }
    frame.row_bytes = Int64(row)
    try rgb.withUnsafeBufferPointer {
      frame.rgb = $0.baseAddress
      try body(&frame)
    }
  }
}
