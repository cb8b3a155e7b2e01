import CFrames
import CSVFAPPlugin
import Glibc
import TestSupport
import Testing

/// Fixed numbers for mutations: splitmix64.
private struct Mutations: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

private func fixture(_ name: String) -> [UInt8] { Fixtures.bytes(Fixtures.path("pictures/\(name)")) }

@Suite("Frames: damaged pictures are told, never passed off")
struct FramesDamageTests {
  /// Reads bytes as the second frame of a folder whose first is an intact white picture.
  private func second(_ bytes: [UInt8], _ folder: PictureDirectory) throws -> HarnessFrame {
    Fixtures.write(bytes, to: "\(folder.path)/2.jpg")
    let source = try HarnessSource(framesSource, folder.path)
    let first = try #require(try source.next())
    #expect(!first.isDamaged && first.rgb?[0] == 255)
    let frame = try #require(try source.next())
    #expect(try source.next() == nil)
    return frame
  }

  private func folder() throws -> PictureDirectory {
    PictureDirectory(["1.png": try grayPicture(255, width: 9, height: 9)])
  }

  @Test(
    "at every length that a file can be cut to",
    arguments: ["420.jpg", "progressive.jpg", "cmyk.jpg", "saved_rgb.png", "interlaced_palette4.png", "gray16_low.png"])
  func truncation(name: String) throws {
    let whole = fixture(name)
    let intact = decode(whole)
    #expect(intact.outcome == CODEC_OK)
    for length in 0..<whole.count {
      let cut = decode(Array(whole[..<length]))
      #expect(cut.outcome == CODEC_DAMAGED || cut.outcome == CODEC_FAILED, "cut to \(length) of \(whole.count) bytes")
      #expect(!cut.message.isEmpty)
    }
    // And the same through the plugin, at some lengths.
    let folder = try folder()
    for length in stride(from: 0, to: whole.count, by: 97) {
      let frame = try second(Array(whole[..<length]), folder)
      #expect(frame.isDamaged)
      // What is delivered comes from this file: at full size or not at all.
      if let rgb = frame.rgb { #expect(rgb.count == intact.rgb.count) }
    }
    #expect(try second(whole, folder).rgb == intact.rgb)
  }

  @Test("a JPEG whose pixels stop before its end marker is damaged", arguments: ["420.jpg", "gray.jpg", "restart.jpg"])
  func earlyEnd(name: String) throws {
    let whole = fixture(name)
    let cut = decode(whole[..<(whole.count * 3 / 4)] + [0xFF, 0xD9])
    #expect(cut.outcome == CODEC_DAMAGED)
    #expect(!cut.message.isEmpty)
  }

  /// Decodes bytes as the plugin does, without files.
  private func decode(_ bytes: [UInt8]) -> (outcome: Int, rgb: [UInt8], message: String) {
    var picture = codec_picture()
    var message = [CChar](repeating: 0, count: Int(CODEC_MESSAGE_SIZE))
    var rgb: [UInt8] = []
    var outcome = codec_read_header(bytes, bytes.count, &picture, &message)
    if Int(outcome) == CODEC_OK {
      rgb = [UInt8](repeating: 99, count: Int(3 * picture.width * picture.height))
      outcome = codec_decode(bytes, bytes.count, &picture, &rgb, &message)
    }
    return (Int(outcome), rgb, String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
  }

  @Test("most of a picture that lost its end is delivered with it")
  func partialPixels() throws {
    let noise = stream("noise", seed: 1, count: 3 * 100 * 80).map { UInt8(($0 + 1) * 127) }
    for (whole, rows) in [(fixture("420.jpg"), 8), (try pngPicture(noise, width: 100, height: 80), 30)] {
      let folder = try folder()
      let intact = try #require(try second(whole, folder).rgb)
      let cut = try second(Array(whole[..<(whole.count * 3 / 4)]), folder)
      let rgb = try #require(cut.rgb)
      #expect(rgb.prefix(3 * cut.width * rows) == intact.prefix(3 * cut.width * rows))
      #expect(rgb != intact)
    }
  }

  @Test(
    "whatever bytes change, the frame before is never shown again",
    arguments: ["420.jpg", "progressive.jpg", "arithmetic.jpg", "ycck.jpg", "saved_rgb.png", "palette2.png", "interlaced_rgba8.png"])
  func mutations(name: String) throws {
    let whole = fixture(name)
    let folder = try folder()
    var random = Mutations(state: 20)
    for round in 0..<2000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      let decoded = decode(bytes)
      if round % 40 > 0 { continue }
      let frame = try second(bytes, folder)
      #expect(frame.isDamaged == (decoded.outcome != CODEC_OK))
      #expect(frame.rgb == (decoded.outcome == CODEC_OK || decoded.outcome == CODEC_DAMAGED ? decoded.rgb : nil))
    }
  }

  @Test("a changed byte in the pixels of a PNG is noticed wherever it is")
  func pngChecksums() throws {
    let whole = fixture("saved_rgb.png")
    for position in 41..<whole.count - 12 {
      var bytes = whole
      bytes[position] ^= 0x10
      #expect(decode(bytes).outcome != CODEC_OK, "byte \(position)")
    }
  }

  @Test("a wrong checksum of the pixels themselves is noticed where those of the file are right")
  func pngContentChecksum() throws {
    // The last four bytes of the last pixel chunk are zlib's checksum; the chunk's own is made to fit.
    var bytes = fixture("rgb8.png")
    let end = bytes.count - 12
    bytes[end - 5] ^= 1
    let start = try #require(bytes.indices.dropLast(4).first { Array(bytes[$0..<$0 + 4]) == Array("IDAT".utf8) })
    bytes.replaceSubrange(end - 4..<end, with: bigEndian(Int(crc32(bytes[start..<end - 4]))))
    #expect(decode(bytes).outcome == CODEC_DAMAGED)
  }

  @Test("the log tells which file and why, and falls silent after some")
  func complaints() throws {
    let folder = PictureDirectory(["00.png": try grayPicture(1)])
    for index in 10..<30 { Fixtures.write(Array(fixture("420.jpg").prefix(700)), to: "\(folder.path)/\(index).jpg") }
    PluginHarness.call.log = []
    let frames = try readFrames(folder.path)
    #expect(frames.filter(\.isDamaged).count == 20)
    let log = PluginHarness.call.log
    #expect(log.count == 9)
    #expect(log[0].contains("frame 1 is damaged") && log[0].contains("\(folder.path)/10.jpg: Premature end of JPEG file"))
    #expect(log[8] == "further damaged frames are only counted")
  }

  @Test("a folder begins with a broken picture: the next one tells the size")
  func brokenFirst() throws {
    let folder = PictureDirectory(["1.png": [], "2.png": try grayPicture(5)])
    let source = try HarnessSource(framesSource, folder.path)
    #expect(try source.info().width == 4)
    #expect(try source.rest().map(\.isDamaged) == [true, false])
  }

  @Test("a folder of broken pictures only, and a broken picture, are errors with the reason")
  func allBroken() throws {
    let folder = PictureDirectory(["1.png": [], "2.jpg": [1, 2, 3]])
    let all = #expect(throws: PluginFailure.self) { try readFrames(folder.path) }
    #expect(all?.message.contains("none of the 2 pictures can be read") == true)
    #expect(all?.message.contains("1.png: it is empty") == true)
    let one = #expect(throws: PluginFailure.self) { try readFrames("\(folder.path)/2.jpg") }
    #expect(one?.status == svfap_status(SVFAP_E_FORMAT))
  }

  @Test("a file that is gone when its turn comes is a lost frame")
  func vanished() throws {
    let folder = PictureDirectory(["1.png": try grayPicture(1), "2.png": try grayPicture(2), "3.png": try grayPicture(3)])
    let source = try HarnessSource(framesSource, folder.path)
    unlink("\(folder.path)/2.png")
    mkfifo("\(folder.path)/2.png", 0o666)
    unlink("\(folder.path)/3.png")
    let frames = try source.rest()
    #expect(frames.map(\.isDamaged) == [false, true, true])
    #expect(frames.map { $0.rgb == nil } == [false, true, true])
  }

  @Test("sizes that a header only claims are refused before memory is taken for them")
  func lyingSizes() throws {
    for (width, height) in [(20000, 1), (1, 20000), (16384, 16384), (Int(Int32.max), Int(Int32.max))] {
      var png = try grayPicture(1)
      png.replaceSubrange(16..<24, with: bigEndian(width) + bigEndian(height))
      png.replaceSubrange(29..<33, with: bigEndian(Int(crc32(png[12..<29]))))
      try expectLimit(png, "\(width) x \(height)")
    }
    var jpeg = fixture("420.jpg")
    let frame = try #require(jpeg.indices.first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 })
    for (side, text) in [(0x4001, "16385 x 16385"), (0xFFFF, "Maximum supported image dimension")] {
      jpeg.replaceSubrange(frame + 5..<frame + 9, with: [UInt8(side >> 8), UInt8(side & 255), UInt8(side >> 8), UInt8(side & 255)])
      try expectLimit(jpeg, text)
    }
  }

  private func expectLimit(_ bytes: [UInt8], _ size: String) throws {
    let folder = PictureDirectory(["a.png": bytes])
    let failure = #expect(throws: PluginFailure.self) { try readFrames("\(folder.path)/a.png") }
    #expect(failure?.status == svfap_status(SVFAP_E_LIMIT))
    #expect(failure?.message.contains(size) == true, "\(failure?.message ?? "")")
  }

  @Test("a picture of many empty scans is given up, not decoded for hours")
  func manyScans() throws {
    let whole = fixture("progressive.jpg")
    let scan = try #require(whole.indices.dropLast().last { whole[$0] == 0xFF && whole[$0 + 1] == 0xDA })
    let repeated = whole[..<scan] + (0..<200).flatMap { _ in whole[scan..<(whole.count - 2)] } + [0xFF, 0xD9]
    let frame = try second(Array(repeated), try folder())
    #expect(frame.isDamaged && frame.rgb == nil)
  }

  @Test("no memory is an error of its own, not a damaged frame")
  func noMemory() throws {
    let folder = PictureDirectory(["1.png": try grayPicture(1, width: 400, height: 400)])
    let source = try HarnessSource(framesSource, folder.path)
    PluginHarness.call.allocationLimit = 100_000
    defer { PluginHarness.call.allocationLimit = .max }
    let failure = #expect(throws: PluginFailure.self) { try source.next() }
    #expect(failure?.status == svfap_status(SVFAP_E_NO_MEMORY))
    PluginHarness.call.allocationLimit = .max
    // The frame is still to be had.
    #expect(try source.next()?.rgb?[0] == 1)
  }

  private func bigEndian(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }

  private func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    ~bytes.reduce(~0) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
  }
}
