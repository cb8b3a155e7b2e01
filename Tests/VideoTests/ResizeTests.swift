import Base
import Checkpoints
import TestSupport
import Testing
import Video

@Suite("Pictures are resized as Pillow does, bit for bit")
struct ResizeTests {
  private func resized(_ picture: Picture, _ width: Int, _ height: Int, _ filter: ResizeFilter, box: PixelBox? = nil) throws -> [UInt8] {
    var target = [UInt8](repeating: 0, count: 3 * width * height)
    try PictureResizer(width: width, height: height, filter: filter).resize(
      picture.rgb, rowBytes: 3 * picture.width, width: picture.width, height: picture.height, box: box, into: &target)
    return target
  }

  @Test("the goldens", arguments: ResizeFilter.allCases, [(160, 160), (20, 90), (32, 32), (71, 53)])
  func goldens(filter: ResizeFilter, size: (width: Int, height: Int)) throws {
    let file = try SafetensorsFile(Fixtures.path("goldens/resize.case.safetensors"))
    func bytes(_ name: String) throws -> [UInt8] {
      let tensor = try #require(file[name])
      var bytes = [UInt8](repeating: 0, count: tensor.count)
      try bytes.withUnsafeMutableBytes { try file.read(tensor, into: $0) }
      return bytes
    }
    let picture = Picture(width: 71, height: 53, rgb: try bytes("image"))
    #expect(try resized(picture, size.width, size.height, filter) == bytes("\(filter.rawValue).\(size.width)x\(size.height)"))
  }

  /// The picture of Tests/Fixtures/resize/make.py.
  private func noise(_ width: Int, _ height: Int) -> Picture {
    Picture(
      width: width, height: height,
      rgb: (0..<3 * width * height).map { UInt8(UInt32(truncatingIfNeeded: ($0 + 1) * 2_654_435_761) >> 24) ^ UInt8($0 >> 8 & 255) })
  }

  @Test("some five hundred sizes and boxes of noise")
  func sizes() throws {
    let text = String(decoding: Fixtures.bytes(Fixtures.path("resize/pillow.json")), as: UTF8.self)
    let cases = try #require(try JSONValue(parsing: text)["cases"]?.arrayValue)
    #expect(cases.count > 500)
    for entry in cases {
      let row = entry.arrayValue ?? []
      let filter = try #require(row.first?.stringValue.flatMap { ResizeFilter(rawValue: $0) })
      let numbers = row[1...4].compactMap(\.intValue)
      let box = (row[5].arrayValue ?? []).compactMap(\.intValue)
      let found = try resized(
        noise(numbers[0], numbers[1]), numbers[2], numbers[3], filter, box: PixelBox(x: box[0], y: box[1], width: box[2], height: box[3]))
      #expect(Int(crc32(found)) == row[6].intValue, "\(entry.text())")
    }
  }

  @Test("a picture of one colour stays that colour", arguments: ResizeFilter.allCases, [UInt8(0), 1, 127, 254, 255])
  func flat(filter: ResizeFilter, gray: UInt8) throws {
    for (width, height) in [(1, 1), (7, 90), (200, 3), (160, 160)] {
      #expect(try resized(Picture(width: width, height: height, gray: gray), 33, 21, filter).allSatisfy { $0 == gray })
    }
  }

  @Test("the same size is a copy, also out of the middle", arguments: ResizeFilter.allCases)
  func copies(filter: ResizeFilter) throws {
    let picture = noise(13, 9)
    #expect(try resized(picture, 13, 9, filter) == picture.rgb)
    let cut = try resized(picture, 5, 4, filter, box: PixelBox(x: 3, y: 2, width: 5, height: 4))
    let expected: [UInt8] = (2..<6).flatMap { row in picture.rgb[(row * 13 + 3) * 3..<(row * 13 + 8) * 3] }
    #expect(cut == expected)
  }

  @Test("rows may have gaps between them, and one resizer takes any size in turn")
  func gapsAndReuse() throws {
    let resizer = PictureResizer(width: 16, height: 16, filter: .bicubic)
    for (width, height) in [(40, 30), (8, 90), (40, 30), (16, 16), (1, 1), (16, 3)] {
      let picture = noise(width, height)
      let gap = 11
      var padded: [UInt8] = []
      for row in 0..<height { padded += picture.rgb[row * 3 * width..<(row + 1) * 3 * width] + [UInt8](repeating: 0xAA, count: gap) }
      var found = [UInt8](repeating: 0, count: 16 * 16 * 3)
      try resizer.resize(padded, rowBytes: 3 * width + gap, width: width, height: height, into: &found)
      #expect(try found == resized(picture, 16, 16, .bicubic))
    }
  }

  @Test("drawing one picture into another")
  func drawing() {
    var picture = Picture(width: 4, height: 3, gray: 9)
    picture.draw(Picture(width: 2, height: 2, gray: 1), x: 1, y: 1)
    let expected: [[UInt8]] = [[9, 9, 9, 9], [9, 1, 1, 9], [9, 1, 1, 9]]
    #expect(picture.rgb == expected.joined().flatMap { [$0, $0, $0] })
  }
}

/// CRC-32 as zlib computes it.
private func crc32(_ bytes: [UInt8]) -> UInt32 {
  var crc: UInt32 = 0xFFFF_FFFF
  for byte in bytes {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
  }
  return ~crc
}
