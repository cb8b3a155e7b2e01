import CSVFAPPlugin
import TestSupport
import Testing

private let recipes = [
  "h264.mp4": "-c:v libx264 -g 40", "open_gop.mkv": "-c:v libx264 -x264-params open-gop=1:keyint=40",
  "intra_refresh.mp4": "-c:v libx264 -x264-params intra-refresh=1:keyint=40", "h264.ts": "-c:v libx264 -g 40",
  "h264.flv": "-c:v libx264 -g 40",
  "h264.avi": "-c:v libx264 -g 40", "fragments.mp4": "-c:v libx264 -g 40 -movflags frag_keyframe+empty_moov",
  "interlaced.ts": "-c:v libx264 -flags +ilme+ildct -x264-params tff=1 -g 40",
  "hevc.mp4": "-c:v libx265 -x265-params log-level=none:keyint=40", "hevc.ts": "-c:v libx265 -x265-params log-level=none:keyint=40",
  "mpeg4.mp4": "-c:v mpeg4 -bf 2 -g 40", "mpeg4.avi": "-c:v mpeg4 -bf 2 -g 40", "packed.avi": "-c:v libxvid -bf 2 -g 40",
  "mpeg2.ts": "-c:v mpeg2video -bf 2 -g 40", "mpeg2.mpg": "-c:v mpeg2video -bf 2 -g 40 -f vob",
  "vp8.webm": "-c:v libvpx -b:v 100k -auto-alt-ref 1 -lag-in-frames 16 -cpu-used 8 -g 40",
  "vp9.webm": "-c:v libvpx-vp9 -b:v 100k -cpu-used 8 -deadline realtime -g 40", "mjpeg.avi": "-c:v mjpeg",
  "theora.ogv": "-c:v libtheora -g 40",
  "wmv2.asf": "-c:v wmv2 -g 40", "variable.mp4": "-vf select='not(mod(n,3))+lt(mod(n,100),20)' -fps_mode vfr -c:v libx264 -g 20",
]

@Suite("FFmpeg: seeking gives the same frames as reading from the start")
struct FFmpegSeekTests {
  private static let long = "testsrc2=s=64x48:d=8:r=25"

  /// Seeks to many frames, in a reader that has read everything and in a fresh one.
  private func check(_ clip: Clip, seed: UInt64) throws {
    let read = try clip.open()
    let all = Reading(read)
    let count = all.frames.count
    try #require(count > 40)
    let fresh = try clip.open()
    for (index, value) in stream("seek", seed: seed, count: 40).enumerated() {
      let wanted = min(Int((value + 1) / 2 * Float(count)), count - 1)
      let source = index % 3 == 0 ? fresh : read
      #expect(try source.seek(wanted) == wanted)
      for offset in 0..<min(1 + index % 3, count - wanted) {
        let frame = try source.next()
        #expect(frame == all.frames[wanted + offset], "frame \(wanted + offset) after seeking \(wanted)")
      }
    }
  }

  @Test("containers and codecs", arguments: recipes.keys.sorted())
  func containers(name: String) throws {
    try check(Clip(name, from: Self.long, #require(recipes[name])), seed: 1)
  }

  @Test("a stream cut out of a longer one, and a file that begins in the middle")
  func cutOut() throws {
    let whole = try Clip("whole.ts", from: Self.long, "-c:v libx264 -g 40")
    try check(Clip("part.mp4", of: whole, before: "-ss 2.5", "-c copy"), seed: 2)
    let packet = 188
    try check(Clip("late.ts", bytes: Array(whole.bytes[(40 * packet)...])), seed: 3)
  }

  @Test("a file with damage in it", arguments: 0..<6)
  func damaged(seed: UInt64) throws {
    let whole = try Clip("whole.mp4", from: Self.long, "-c:v libx264 -g 40")
    var bytes = whole.bytes
    var dice = Dice(seed)
    for _ in 0..<4 { bytes[bytes.count / 20 + dice.below(bytes.count / 4)] ^= dice.bit() }
    try check(Clip("damaged.mp4", bytes: bytes), seed: seed)
  }

  @Test("the end is the end: an error for frames behind it, and the place is kept")
  func beyondTheEnd() throws {
    let clip = try Clip("h264.mp4", from: Self.long, "-c:v libx264 -g 40")
    let source = try clip.open()
    try source.seek(150)
    for beyond in [200, 201, 5000, Int(Int32.max)] {
      let failure = try #require(PluginFailure.of { try source.seek(beyond) })
      #expect(failure.status == svfap_status(SVFAP_E_END))
      #expect(failure.message.contains("has 200 frames"))
    }
    #expect(try source.next()?.index == 150)
    try source.seek(199)
    #expect(try source.next()?.index == 199)
    #expect(try source.next() == nil)
    #expect(try source.next() == nil)
    try source.seek(0)
    #expect(try source.next()?.index == 0)
  }

  @Test("a video that says it can be sought can be sought")
  func seekable() throws {
    #expect(try Clip("packed.avi", "-c:v libxvid -bf 2").open().info().seekable == 1)
  }
}
