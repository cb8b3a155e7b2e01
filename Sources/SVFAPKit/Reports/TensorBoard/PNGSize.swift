import Base

/// Size of the picture in a PNG file, from its first chunk (PNG specification, 5.2 and 11.2.2).
struct PNGSize: Equatable {
  let width: Int
  let height: Int
  /// 1 grey, 2 grey and alpha, 3 colour, 4 colour and alpha.
  let channels: Int

  /// - Throws: `format` if the bytes are no PNG file.
  init(_ png: [UInt8]) throws(SVFAPError) {
    let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    guard png.count > 33, png.starts(with: signature), png[12..<16].elementsEqual("IHDR".utf8) else {
      throw SVFAPError(.format, "a picture for a report is no PNG file", detail: ["expected": "a PNG file"])
    }
    func number(at offset: Int) -> Int { png[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }
    width = number(at: 16)
    height = number(at: 20)
    channels =
      switch png[25] {
      case 0: 1
      case 4: 2
      case 6: 4
      default: 3
      }
    guard width > 0, height > 0 else { throw SVFAPError(.format, "a picture for a report has no size") }
  }
}
