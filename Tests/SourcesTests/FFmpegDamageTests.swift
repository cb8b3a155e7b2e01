import CSVFAPPlugin
import TestSupport
import Testing

@Suite("FFmpeg: cut, damaged and lengthened files")
struct FFmpegDamageTests {
  /// Clips whose containers know where they end.
  private static let recipes = [
    "index_first.mp4": "-c:v libx264 -movflags +faststart", "fragments.mp4": "-c:v libx264 -g 12 -movflags frag_keyframe+empty_moov",
    "h264.mkv": "-c:v libx264", "vp8.webm": "-c:v libvpx -b:v 200k -cpu-used 8", "mjpeg.avi": "-c:v mjpeg",
    "h264.flv": "-c:v libx264 -g 12",
    "theora.ogv": "-c:v libtheora -q:v 6", "wmv2.asf": "-c:v wmv2", "h264.ts": "-c:v libx264 -g 12",
  ]

  @Test(
    "a cut file: the frames that the command decodes, then where and why it broke off, again and again", arguments: recipes.keys.sorted())
  func cut(name: String) throws {
    let whole = try Clip(name, #require(Self.recipes[name]))
    let bytes = whole.bytes
    for part in [0.35, 0.6, 0.85, 0.97] {
      let cut = Clip(name, bytes: Array(bytes[..<Int(Double(bytes.count) * part)]))
      let source = try cut.open()
      let reading = Reading(source)
      let expected = cut.pixels()
      #expect(reading.pixels.bytes.count == expected.bytes.count && reading.lost == 0, "\(name) cut at \(part)")
      // In a picture that is there in part the command shows remains of older ones, this plugin black.
      let intact = Pixels(reading.frames.prefix { !$0.isDamaged })
      #expect(intact == expected.prefix(like: intact))
      #expect(reading.frames.dropLast().allSatisfy { !$0.isDamaged })
      let failure = try #require(reading.failure, "\(name) cut at \(part) looks complete after \(reading.frames.count) frames")
      #expect(failure.status == svfap_status(SVFAP_E_FORMAT))
      #expect(failure.message.contains("\(cut.path) breaks off after \(reading.frames.count) frame"))
      #expect(failure.message.contains("the file is cut: it ends at byte \(cut.bytes.count)"))
      #expect(PluginFailure.of { try source.next() }?.message == failure.message)
      #expect(PluginFailure.of { try source.seek(5000) }?.message == failure.message)
      #expect(try source.seek(0) == 0)
      #expect(try source.next() == reading.frames[0])
    }
  }

  @Test("an mp4 file says how many frames it lists")
  func claim() throws {
    let whole = try Clip("whole.mp4", "-c:v libx264 -movflags +faststart")
    let bytes = whole.bytes
    let cut = Clip("cut.mp4", bytes: Array(bytes[..<(bytes.count / 2)]))
    let source = try cut.open()
    #expect(try source.info().frame_count == 50)
    #expect(try #require(Reading(source).failure).message.contains("of the 50 that it lists"))
  }

  @Test("an mp4 file without its index cannot be read, and says so")
  func noIndex() throws {
    let whole = try Clip("whole.mp4", "-c:v libx264")
    let bytes = whole.bytes
    let cut = Clip("cut.mp4", bytes: Array(bytes[..<(bytes.count / 2)]))
    let failure = try cut.refusal()
    #expect(failure.status == svfap_status(SVFAP_E_FORMAT))
    #expect(failure.message.contains("no index (moov box)") && failure.message.contains("ends at byte \(bytes.count / 2)"))
  }

  @Test("containers that cannot know end where they end", arguments: ["h264.ts", "mpeg2.mpg"])
  func unknowing(name: String) throws {
    let whole = try Clip(name, name == "h264.ts" ? "-c:v libx264 -g 12" : "-c:v mpeg2video -f vob")
    // Between two packets of a transport stream nothing shows that more was to come.
    let cut = Clip(name, bytes: Array(whole.bytes[..<(whole.bytes.count / 2 / 188 * 188)]))
    let reading = try cut.read()
    // A program stream's packet says how long it is.
    #expect(reading.failure?.message.contains("is damaged") == (name == "mpeg2.mpg" ? true : nil))
    #expect(reading.pixels == cut.pixels())
  }

  @Test(
    "a hole in the middle is told, whatever the decoder makes of the rest",
    arguments: ["vp8.webm", "h264.mkv", "theora.ogv", "h264.flv", "mpeg2.ts", "mjpeg.avi"])
  func hole(name: String) throws {
    let options = [
      "vp8.webm": "-c:v libvpx", "h264.mkv": "-c:v libx264 -g 12", "theora.ogv": "-c:v libtheora", "h264.flv": "-c:v libx264 -g 12",
      "mpeg2.ts": "-c:v mpeg2video", "mjpeg.avi": "-c:v mjpeg",
    ]
    let whole = try Clip(name, #require(options[name]))
    #expect(try whole.read().failure == nil)
    var bytes = whole.bytes
    let middle = bytes.count / 2
    // More than the head of one packet, so that whole frames are gone.
    for index in middle..<middle + bytes.count / 8 { bytes[index] = 0 }
    let failure = try #require(Clip(name, bytes: bytes).read().failure)
    #expect(failure.status == svfap_status(SVFAP_E_FORMAT))
    let isTold = failure.message.contains("is damaged, and frames may be missing") || failure.message.contains("breaks off")
    #expect(isTold, "\(failure.message)")
  }

  @Test("garbage behind the end changes nothing", arguments: recipes.keys.sorted())
  func garbage(name: String) throws {
    let whole = try Clip(name, #require(Self.recipes[name]))
    let noise = stream("garbage", seed: 1, count: 20_000).map { UInt8(clamping: Int(($0 + 1) * 128)) }
    let longer = Clip(name, bytes: whole.bytes + noise)
    let reading = try longer.read()
    #expect(reading.pixels == longer.pixels())
    #expect(reading.pixels == whole.pixels())
    #expect(reading.failure == nil)
  }

  @Test("flipped bits: what was restored counts as the command counts it, damage is marked and does not last for ever", arguments: 0..<8)
  func flips(seed: UInt64) throws {
    let whole = try Clip("whole.ts", from: "testsrc2=s=96x64:d=4", "-c:v libx264 -g 12")
    var bytes = whole.bytes
    var dice = Dice(seed)
    // In the second of four seconds.
    for _ in 0..<6 { bytes[bytes.count / 4 + dice.below(bytes.count / 4)] ^= dice.bit() }
    let damaged = Clip("damaged.ts", bytes: bytes)
    let first = try damaged.read()
    let second = try damaged.read()
    #expect(first.frames == second.frames)
    #expect(first.pixels == damaged.pixels() || first.frames.contains { $0.isDamaged })
    #expect(first.pixels.bytes.count == damaged.pixels().bytes.count)
    let intact = try whole.read().frames
    #expect(first.frames.suffix(40).map(\.pixels) == intact.suffix(40).map(\.pixels))
    #expect(!first.frames.suffix(40).contains { $0.isDamaged })
  }

  @Test("a packet that the decoder refuses is a lost frame in its place")
  func lostFrame() throws {
    let whole = try Clip("whole.avi", "-c:v mjpeg")
    var bytes = whole.bytes
    // One frame's JPEG becomes zeros.
    let starts = bytes.indices.dropLast(3).filter { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xD8 && bytes[$0 + 2] == 0xFF }
    try #require(starts.count == 50)
    for place in starts[20]..<starts[21] - 9 { bytes[place] = 0 }
    let damaged = Clip("damaged.avi", bytes: bytes)
    let frames = try damaged.read().frames
    let intact = try whole.read().frames
    try #require(frames.count == 50)
    #expect(frames[20].isDamaged && frames[20].rgb == nil)
    #expect(abs(frames[20].time - 0.8) < 1e-6)
    for index in 0..<50 where index != 20 { #expect(frames[index] == intact[index]) }
  }

  @Test("thousands of damaged bytes: every reading ends, and what comes keeps the contract")
  func mutations() throws {
    let clips = try [
      Clip("a.mp4", "-t 0.5 -c:v libx264"), Clip("a.ts", "-t 0.5 -c:v libx264"), Clip("a.flv", "-t 0.5 -c:v flv1"),
      Clip("a.avi", "-t 0.5 -c:v mpeg4 -bf 2"),
      Clip("a.mpg", "-t 0.5 -c:v mpeg2video -f vob"), Clip("a.webm", "-t 0.5 -c:v libvpx -cpu-used 8"),
      Clip("a.ogv", "-t 0.5 -c:v libtheora"),
      Clip("a.asf", "-t 0.5 -c:v wmv2"),
    ]
    var dice = Dice(7)
    for clip in clips {
      let original = clip.bytes
      for _ in 0..<40 {
        var bytes = original
        for _ in 0...dice.below(12) {
          // Headers, where sizes stand, as often as everything else.
          let range = dice.below(2) == 0 ? min(bytes.count, 1024) : bytes.count
          bytes[dice.below(range)] = dice.below(3) == 0 ? 0xFF : dice.byte()
        }
        if dice.below(4) == 0 { bytes.removeLast(dice.below(bytes.count - 1)) }
        let mutant = Clip("mutant", bytes: bytes)
        guard let source = try? mutant.open() else { continue }
        let reading = Reading(source)
        #expect(reading.frames.map(\.index) == Array(0..<reading.frames.count))
        #expect(zip(reading.frames, reading.frames.dropFirst()).allSatisfy { $0.time <= $1.time })
        #expect(reading.frames.allSatisfy { $0.rgb != nil || $0.isDamaged })
      }
    }
  }
}
