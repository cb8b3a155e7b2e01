import CSVFAPPlugin
import Glibc
import TestSupport
import Testing

@Suite("FFmpeg: what is told of a video, and when its frames are shown")
struct FFmpegFactsTests {
  @Test("size, rate, count, duration, format and what else is known")
  func facts() throws {
    let clip = try Clip("h264.mp4", "-c:v libx264")
    let source = try clip.open()
    let info = try source.info()
    #expect([info.width, info.height, info.frame_count, info.rate_numerator, info.rate_denominator] == [96, 64, 50, 25, 1])
    #expect(abs(info.duration_s - 2) < 1e-6)
    #expect(info.rotation_degrees == 0)
    #expect(String(info.format) == "mov,mp4 h264")
    let metadata = String(info.metadata)
    for fact in [
      "\"codec\": \"h264\"", "\"pixel_format\": \"yuv420p\"", "\"audio_streams\": 0", "\"variable_frame_rate\": false", "\"stream\": 0",
    ] {
      #expect(metadata.contains(fact), "\(fact) in \(metadata)")
    }
    #expect(Reading(source).frames.map(\.time).enumerated().allSatisfy { abs($1 - Double($0) / 25) < 1e-9 })
  }

  @Test("a count that the container does not claim is unknown", arguments: ["h264.mkv", "h264.ts", "fragments.mp4"])
  func unknownCount(name: String) throws {
    let clip = try Clip(name, name == "fragments.mp4" ? "-c:v libx264 -movflags frag_keyframe+empty_moov" : "-c:v libx264")
    #expect(try clip.open().info().frame_count == Int64(SVFAP_UNKNOWN_COUNT))
  }

  @Test("a variable frame rate: every frame at its own time", arguments: ["variable.mp4", "variable.mkv"])
  func variableRate(name: String) throws {
    // Every frame for the first 20, then every third.
    let clip = try Clip(name, "-vf select='not(mod(n,3))+lt(n,20)' -fps_mode vfr -c:v libx264 -bf 2")
    let source = try clip.open()
    // Matroska's average is what the encoder said.
    if name.hasSuffix("mp4") { #expect(String(try source.info().metadata).contains("\"variable_frame_rate\": true")) }
    let times = Reading(source).frames.map(\.time)
    let expected = (0..<50).filter { $0 < 20 || $0 % 3 == 0 }.map { Double($0) / 25 }
    try #require(times.count == expected.count)
    // Matroska counts in milliseconds.
    #expect(zip(times, expected).allSatisfy { abs($0 - $1) < 0.0011 })
  }

  @Test("times begin at 0, whatever stands first in the file")
  func startTime() throws {
    let clip = try Clip("late.mkv", "-itsoffset 0.7 -f lavfi -i \(Clip.picture) -f lavfi -i sine=d=3 -map 2 -map 1 -c:v libx264 -c:a aac")
    let source = try clip.open()
    #expect(String(try source.info().metadata).contains("\"audio_streams\": 1"))
    let frames = Reading(source).frames
    #expect(frames.count == 50)
    #expect(frames[0].time == 0)
    #expect(abs(frames[49].time - 1.96) < 0.0011)
    #expect(Pixels(frames) == clip.pixels())
  }

  @Test("frames without time stamps follow the frame rate", arguments: ["packed.avi", "mpeg4.avi"])
  func missingTimes(name: String) throws {
    let clip = try Clip(name, name == "packed.avi" ? "-c:v libxvid -bf 2" : "-c:v mpeg4 -bf 2")
    let times = try clip.read().frames.map(\.time)
    #expect(times.first == 0)
    #expect(zip(times, times.dropFirst()).allSatisfy { 0.039...0.121 ~= $1 - $0 })
  }

  @Test("recordings put together: the clock goes on where the stamps begin anew")
  func discontinuity() throws {
    let part = try Clip("part.ts", "-c:v libx264")
    let times = try Clip("twice.ts", bytes: part.bytes + part.bytes).read().frames.map(\.time)
    #expect(times.count == 100)
    #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(abs((times.last ?? 0) - 3.96) < 0.2)
  }

  @Test("a cover picture is no video, and the largest of several videos is taken")
  func streamChoice() throws {
    let clip = try Clip(
      "several.mkv",
      "-f lavfi -i testsrc2=s=160x96:d=1:r=25 -f lavfi -i sine=d=1 -map 2 -map 0 -map 1 -c:v libx264 -c:a aac -disposition:v:0 0 -disposition:v:1 0"
    )
    #expect(try clip.open().info().width == 160)
    #expect(try clip.open("{\"stream\": 1}").info().width == 96)
    #expect(try clip.open("{\"stream\": \"auto\"}").info().width == 160)
    for wrong in ["0", "3", "\"first\""] {
      let failure = try clip.refusal("{\"stream\": \(wrong)}")
      #expect(failure.status == svfap_status(SVFAP_E_CONFIG))
      #expect(failure.message.contains("\"stream\""))
    }
    let cover = try Clip("cover.png", "-frames:v 1")
    let song = try Clip(
      "song.mp4", of: clip, "-i \(cover.path) -map 1:v -map 0:1 -map 0:a -c:v:0 png -c:v:1 copy -c:a copy -disposition:v:0 attached_pic")
    #expect(try song.open().info().width == 96)
  }

  @Test("the schema of the options is one that the host understands")
  func schema() throws {
    for describe in [ffmpegSource.describe, ffmpegSink.describe] {
      var text = svfap_text()
      try PluginHarness.check { describe?(PluginHarness.host, &text) ?? -1 }
      #expect(String(text).contains("\"properties\""))
    }
  }

  @Test("someone who asks to stop is heard, and reading can go on")
  func cancel() throws {
    let clip = try Clip("h264.mp4", "-c:v libx264")
    let source = try clip.open()
    _ = try source.next()
    PluginHarness.call.isCancelled = true
    defer { PluginHarness.call.isCancelled = false }
    #expect(PluginFailure.of { try clip.open() }?.status == svfap_status(SVFAP_E_CANCELLED))
    #expect(PluginFailure.of { while try source.next() != nil {} }?.status == svfap_status(SVFAP_E_CANCELLED))
    #expect(PluginFailure.of { try source.seek(45) }?.status == svfap_status(SVFAP_E_CANCELLED))
    PluginHarness.call.isCancelled = false
    let rest = Reading(source).frames
    #expect(rest.last?.index == 49)
    #expect(try Pixels(rest) == Pixels(clip.read().frames.suffix(rest.count)))
  }

  @Test("memory that the host does not give is an error")
  func noMemory() throws {
    let clip = try Clip("h264.mp4", "-c:v libx264")
    PluginHarness.call.allocationLimit = 1000
    defer { PluginHarness.call.allocationLimit = UInt64.max }
    #expect(PluginFailure.of { try clip.open() }?.status == svfap_status(SVFAP_E_NO_MEMORY))
  }
}
