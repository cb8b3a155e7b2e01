import CSVFAPPlugin
import Glibc
import TestSupport
import Testing

/// A way to make a clip.
private struct Recipe: CustomTestStringConvertible, Sendable {
  let name: String
  var source = Clip.picture
  let encoding: String

  init(_ name: String, _ encoding: String, from source: String = Clip.picture) {
    self.name = name
    self.encoding = encoding
    self.source = source
  }

  var testDescription: String { "\(name): \(encoding)" }
}

private let containersAndCodecs = [
  Recipe("h264.mp4", "-c:v libx264"), Recipe("open_gop.mkv", "-c:v libx264 -x264-params open-gop=1:keyint=12"),
  Recipe("intra_refresh.mp4", "-c:v libx264 -x264-params intra-refresh=1:keyint=20"), Recipe("h264.ts", "-c:v libx264 -g 12"),
  Recipe("h264.flv", "-c:v libx264 -g 12"), Recipe("h264.avi", "-c:v libx264 -g 12"),
  Recipe("fragments.mp4", "-c:v libx264 -g 12 -movflags frag_keyframe+empty_moov"),
  Recipe("interlaced.ts", "-c:v libx264 -flags +ilme+ildct -x264-params tff=1"), Recipe("rgb.mkv", "-c:v libx264rgb -qp 0"),
  Recipe("hevc.mp4", "-c:v libx265 -x265-params log-level=none:keyint=12"), Recipe("hevc.ts", "-c:v libx265 -x265-params log-level=none"),
  Recipe("mpeg4.avi", "-c:v mpeg4 -bf 2 -g 12"), Recipe("mpeg4.mp4", "-c:v mpeg4 -bf 2 -g 12"),
  Recipe("mpeg2.ts", "-c:v mpeg2video -bf 2 -g 12"),
  Recipe("mpeg2.mpg", "-c:v mpeg2video -bf 2 -g 12 -f vob"), Recipe("mpeg1.mpg", "-c:v mpeg1video -bf 2 -g 12"),
  Recipe("vp8.webm", "-c:v libvpx -b:v 200k -auto-alt-ref 1 -lag-in-frames 16 -cpu-used 8"),
  Recipe("vp9.webm", "-c:v libvpx-vp9 -b:v 200k -cpu-used 8 -deadline realtime"), Recipe("mjpeg.avi", "-c:v mjpeg -q:v 3"),
  Recipe("flv1.flv", "-c:v flv1 -g 12"), Recipe("theora.ogv", "-c:v libtheora -q:v 6 -g 12"), Recipe("wmv2.asf", "-c:v wmv2 -g 12"),
  Recipe("msmpeg4.avi", "-c:v msmpeg4 -g 12"), Recipe("prores.mov", "-t 0.5 -c:v prores_ks"),
  Recipe("raw.avi", "-t 0.5 -c:v rawvideo -pix_fmt bgr24"),
  Recipe("variable.mkv", "-vf select='not(mod(n,3))+lt(n,20)' -fps_mode vfr -c:v libx264"),
]

private let formatsAndSizes =
  [
    Recipe("422.mov", "-c:v libx264 -pix_fmt yuv422p"), Recipe("444.mp4", "-c:v libx264 -pix_fmt yuv444p"),
    Recipe("10bit.mkv", "-c:v libx264 -pix_fmt yuv420p10le"), Recipe("gray.mkv", "-c:v ffv1 -pix_fmt gray"),
    Recipe("full_422.avi", "-c:v mjpeg -pix_fmt yuvj422p -q:v 3"), Recipe("full_444.mov", "-c:v mjpeg -pix_fmt yuvj444p -q:v 3"),
    Recipe("palette.avi", "-t 0.4 -c:v rawvideo -pix_fmt pal8"), Recipe("alpha.mov", "-t 0.4 -c:v png -pix_fmt rgba"),
    Recipe("bt709.mp4", "-c:v libx264 -colorspace bt709 -color_range tv"),
    Recipe("full.mp4", "-vf scale=out_range=full -c:v libx264 -color_range pc"),
    Recipe("bt2020.mkv", "-c:v ffv1 -pix_fmt yuv420p10le -colorspace bt2020nc"),
  ]
  + ["13x7", "33x17", "98x55", "161x91"].flatMap { size in
    ["yuv420p", "yuv422p", "yuv444p"].map { format in
      Recipe("\(size)_\(format).mkv", "-c:v ffv1 -pix_fmt \(format)", from: "testsrc2=s=\(size):d=0.2")
    }
  }

@Suite("FFmpeg: frames equal the ffmpeg command's, byte for byte")
struct FFmpegEqualityTests {
  private func check(_ clip: Clip) throws {
    let reading = try clip.read()
    #expect(reading.failure == nil)
    #expect(!reading.frames.isEmpty)
    #expect(reading.frames.map(\.index) == Array(0..<reading.frames.count))
    #expect(!reading.frames.contains { $0.isDamaged })
    #expect(reading.pixels == clip.pixels())
  }

  @Test("containers and codecs", arguments: containersAndCodecs)
  private func containers(recipe: Recipe) throws { try check(Clip(recipe.name, from: recipe.source, recipe.encoding)) }

  @Test("pixel formats, colour spaces, odd sizes", arguments: formatsAndSizes)
  private func formats(recipe: Recipe) throws { try check(Clip(recipe.name, from: recipe.source, recipe.encoding)) }

  @Test("rotated by the container", arguments: [90, 180, 270], ["yuv420p", "yuv422p", "yuv444p", "yuv420p10le"])
  func rotation(turn: Int, format: String) throws {
    let upright = try Clip("upright.mkv", "-t 0.4 -c:v libx264 -pix_fmt \(format)")
    let rotated = try Clip("rotated.mp4", of: upright, "-c copy -metadata:s:v rotate=\(turn)")
    try check(rotated)
    let info = try rotated.open().info()
    #expect(turn == 180 ? info.rotation_degrees == 180 : [90, 270].contains(info.rotation_degrees))
    #expect([info.width, info.height] == (turn == 180 ? [96, 64] : [64, 96]))
    guard format == "yuv444p" else { return }
    // Without chroma to interpolate, turning and conversion can be exchanged.
    let expected = try Self.turned(#require(upright.read().frames[0].rgb), width: 96, height: 64, degrees: Int(info.rotation_degrees))
    #expect(try rotated.read().frames[0].pixels == Pixels(expected))
  }

  /// A picture turned clockwise.
  private static func turned(_ rgb: [UInt8], width: Int, height: Int, degrees: Int) -> [UInt8] {
    guard degrees > 0 else { return rgb }
    var turned: [UInt8] = []
    for y in 0..<width {
      for x in 0..<height {
        let place = 3 * ((height - 1 - x) * width + y)
        turned += rgb[place..<place + 3]
      }
    }
    return Self.turned(turned, width: height, height: width, degrees: degrees - 90)
  }

  @Test("mirrored by the pictures themselves", arguments: [0, 90, 180, 270], ["horizontal", "vertical"])
  func mirroring(degrees: Int, flip: String) throws {
    let plain = try Clip("plain.mp4", "-t 0.4 -c:v libx264")
    let mirrored = try Clip(
      "mirrored.mp4", of: plain, "-c copy -bsf:v h264_metadata=display_orientation=insert:rotate=\(degrees):flip=\(flip)")
    let source = try mirrored.open()
    #expect(String(try source.info().metadata).contains("\"mirrored\": true"))
    try check(mirrored)
  }

  @Test("a size that changes in the middle: later frames are scaled to the first")
  func changingSize() throws {
    let first = try Clip("a.ts", "-t 0.4 -c:v libx264")
    let second = try Clip("b.ts", from: "testsrc2=s=128x80:d=0.4", "-c:v libx264")
    let both = Clip("both.ts", bytes: first.bytes + second.bytes)
    let reading = try both.read()
    #expect(reading.frames.count == 20)
    #expect(reading.frames.allSatisfy { $0.width == 96 && $0.height == 64 })
    #expect(reading.pixels == both.pixels())
    let times = reading.frames.map(\.time)
    #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(abs((times.last ?? 0) - 0.76) < 0.2)
  }

  @Test("a stream that was cut out without encoding it anew")
  func editList() throws {
    let whole = try Clip("whole.mp4", "-c:v libx264")
    let part = try Clip("part.mp4", of: whole, before: "-ss 0.5", "-c copy")
    try check(part)
    let frames = try part.read().frames.count
    #expect(Int(try part.open().info().frame_count) == frames)
    #expect(frames < 50)
  }

  /// `SVFAP_CLIPS=/a.mp4:/b.mkv swift test --filter FFmpegEquality` checks files of one's own.
  @Test(
    "files named in SVFAP_CLIPS",
    arguments: (getenv("SVFAP_CLIPS").map { String(cString: $0) } ?? "").split(separator: ":").map(String.init))
  func clips(path: String) throws {
    let reading = Reading(try HarnessSource(ffmpegSource, path))
    #expect(reading.pixels == Clip.pixels(path), "\(path): \(reading.frames.count) frames")
  }
}
