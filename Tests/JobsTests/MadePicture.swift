import TestSupport

/// Pictures that tests make: PNG without compression, so that every program reads the colours that were meant.
enum MadePicture {
  /// A PNG of `color(x, y)`.
  static func png(width: Int, height: Int, _ color: (Int, Int) -> (UInt8, UInt8, UInt8)) -> [UInt8] {
    var raw: [UInt8] = []
    for y in 0..<height {
      raw.append(0)
      for x in 0..<width {
        let (red, green, blue) = color(x, y)
        raw += [red, green, blue]
      }
    }
    var stream: [UInt8] = [0x78, 0x01]
    for start in stride(from: 0, to: raw.count, by: 65_535) {
      let block = raw[start..<min(start + 65_535, raw.count)]
      let size = UInt16(block.count)
      stream.append(start + block.count == raw.count ? 1 : 0)
      stream += [UInt8(size & 0xFF), UInt8(size >> 8), UInt8(~size & 0xFF), UInt8(~size >> 8)] + block
    }
    stream += bigEndian(adler(raw))
    let header = bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + [8, 2, 0, 0, 0]
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header) + chunk("IDAT", stream) + chunk("IEND", [])
  }

  /// A clip of `frames` pictures: a chequered board of two colours that lie around `color`.
  static func clip(
    _ name: String, in folder: MadeFolder, frames: Int, size: Int = 160, color: (UInt8, UInt8, UInt8),
    names: (Int) -> String = { "\($0 + 100).png" }
  ) {
    let (red, green, blue) = color
    let picture = png(width: size, height: size) { x, y in (x + y) % 2 == 0 ? color : (red / 4, green / 4, blue / 4) }
    for index in 0..<frames { folder.write(picture, to: "\(name)/\(names(index))") }
  }

  private static func bigEndian(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }

  private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(type.utf8) + data
    return bigEndian(UInt32(data.count)) + body + bigEndian(crc(body))
  }

  private static let crcTable: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
  }

  private static func crc(_ bytes: [UInt8]) -> UInt32 {
    let table = crcTable
    return ~bytes.reduce(0xFFFF_FFFF) { value, byte in table[Int((value ^ UInt32(byte)) & 0xFF)] ^ value >> 8 }
  }

  private static func adler(_ bytes: [UInt8]) -> UInt32 {
    var (a, b): (UInt64, UInt64) = (1, 0)
    // No overflow: the pictures have fewer than a million bytes.
    for byte in bytes {
      a += UInt64(byte)
      b += a
    }
    return UInt32(b % 65_521) << 16 | UInt32(a % 65_521)
  }
}
