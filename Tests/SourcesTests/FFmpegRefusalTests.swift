import CSVFAPPlugin
import Glibc
import TestSupport
import Testing

private struct Text: Sendable, CustomTestStringConvertible {
  let name: String
  let text: String
  let reason: String
  var testDescription: String { name }

  init(_ name: String, _ text: String, _ reason: String) {
    self.name = name
    self.text = text
    self.reason = reason
  }
}

@Suite("FFmpeg: what is not a video is refused for its own reason, and nothing else is opened")
struct FFmpegRefusalTests {
  private func failure(_ path: String) throws -> PluginFailure {
    try #require(PluginFailure.of { try HarnessSource(ffmpegSource, path) }, "\(path) was opened")
  }

  @Test("missing, a folder, empty, a pipe")
  func noFile() throws {
    let folder = TemporaryFolder()
    let missing = try failure("\(folder.path)/missing.mp4")
    #expect(missing.status == svfap_status(SVFAP_E_NOT_FOUND))
    #expect(missing.message.contains("missing.mp4") && missing.message.contains("No such file"))
    #expect(try failure(folder.path).message.contains("is a folder"))
    Fixtures.write([], to: "\(folder.path)/empty.mp4")
    let empty = try failure("\(folder.path)/empty.mp4")
    #expect(empty.status == svfap_status(SVFAP_E_FORMAT))
    #expect(empty.message.contains("is empty"))
    mkfifo("\(folder.path)/pipe.mp4", 0o600)
    #expect(try failure("\(folder.path)/pipe.mp4").message.contains("pipe"))
    #expect(try failure("/dev/zero").message.contains("device"))
    #expect(try failure("").status == svfap_status(SVFAP_E_INVALID_ARGUMENT))
    #expect(try failure("a\0b").status == svfap_status(SVFAP_E_INVALID_ARGUMENT))
  }

  @Test("text, noise and zeros with a video's name")
  func noVideo() throws {
    let noise = stream("noise", seed: 3, count: 50_000).map { UInt8(clamping: Int(($0 + 1) * 128)) }
    for bytes in [Array("This is not a video.\n".utf8), noise, [UInt8](repeating: 0, count: 50_000), [1]] {
      for name in ["x.mp4", "x.mkv", "x.avi", "x.ts", "x.mpg", "x.ogv"] {
        let failure = try Clip(name, bytes: bytes).refusal()
        #expect(failure.status == svfap_status(SVFAP_E_FORMAT), "\(name): \(failure.message)")
        #expect(failure.message.contains("is not a video") || failure.message.contains("no frame"), "\(name): \(failure.message)")
      }
    }
  }

  @Test("sound, with and without a cover picture; pictures; other containers")
  func otherKinds() throws {
    let sound = "-f lavfi -i sine=d=0.5 -map 1"
    #expect(try Clip("a.m4a", "\(sound) -c:a aac").refusal().message.contains("no video stream in"))
    #expect(try Clip("a.m4a", "\(sound) -c:a aac").refusal().message.contains("1 audio stream (aac)"))
    let cover = try Clip("cover.png", "-frames:v 1")
    let m4a = try Clip("cover.m4a", of: cover, "\(sound) -map 0 -c:a aac -c:v copy -disposition:v attached_pic")
    #expect(try m4a.refusal().message.contains("1 audio stream (aac) and a cover picture"))
    let mp3 = try Clip("cover.mp3", of: cover, "\(sound) -map 0 -c:a libmp3lame -c:v copy -disposition:v attached_pic")
    #expect(try mp3.refusal().message.contains("no video stream in"))
    #expect(try cover.refusal().message.contains("still picture"))
    for name in ["a.gif", "a.nut", "a.y4m"] {
      let failure = try Clip(name, "-t 0.2").refusal()
      #expect(failure.status == svfap_status(SVFAP_E_UNSUPPORTED))
      #expect(failure.message.contains("not among the video containers read here"))
    }
  }

  private static let playlists = [
    Text("hls", "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:2,\nCANARY\n#EXT-X-ENDLIST\n", "HLS playlist"),
    Text("hls_late", "\n\n\u{FEFF}#EXTM3U\n#EXTINF:2,\nCANARY\n", "HLS playlist"),
    Text("concat", "ffconcat version 1.0\nfile 'CANARY'\n", "ffmpeg's concat"),
    Text("sdp", "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n", "SDP"),
    Text("dash", "<?xml version=\"1.0\"?>\n<MPD><Period><BaseURL>CANARY</BaseURL></Period></MPD>", "DASH"),
    Text("pls", "[playlist]\nFile1=CANARY\n", "playlist"),
  ]

  @Test("playlists, whatever their name", arguments: playlists, ["x.mp4", "x.mkv", "x.m3u8", "x"])
  private func playlist(playlist: Text, name: String) throws {
    // A pipe in the place of the file that is named: whoever opened it would wait for ever.
    let folder = TemporaryFolder()
    mkfifo("\(folder.path)/canary.ts", 0o600)
    let path = "\(folder.path)/\(name)"
    let text = playlist.text.replacing("CANARY", with: "\(folder.path)/canary.ts")
    Fixtures.write(Array(text.utf8), to: path)
    let failure = try failure(path)
    #expect(failure.status == svfap_status(SVFAP_E_UNSUPPORTED))
    #expect(failure.message.contains(playlist.reason) && failure.message.contains("only the file that is given is ever opened"))
    // The plugin claims it, so that the reason is heard, and leaves others the precedence.
    #expect(score(path, Array(text.utf8)) == 20)
  }

  private func score(_ path: String, _ head: [UInt8]) -> Int32 {
    var score: Int32 = -1
    _ = PluginHarness.withText(path) { text, size in
      ffmpegSource.probe(PluginHarness.host, text, size, head, UInt64(head.count), &score)
    }
    return score
  }

  @Test("how sure the plugin is, by content and by name")
  func probe() throws {
    let recipes = [
      "a.mp4": "-c:v libx264", "a.mkv": "-c:v libx264", "a.avi": "-c:v mpeg4", "a.flv": "-c:v flv1", "a.ts": "-c:v mpeg2video",
      "a.mpg": "-c:v mpeg2video -f vob", "a.ogv": "-c:v libtheora", "a.asf": "-c:v wmv2",
    ]
    for (name, encoding) in recipes {
      let head = Array(try Clip(name, "-t 0.4 \(encoding)").bytes.prefix(4096))
      #expect(score("anything", head) == 90, "\(name)")
    }
    #expect(score("a.mp4", [1, 2, 3]) == 40)
    #expect(score("a.MKV", [1, 2, 3]) == 40)
    #expect(score("a.mp3", Array("ID3".utf8)) == 10)
    #expect(score("a.png", [0x89, 0x50, 0x4E, 0x47]) == 0)
    #expect(score("a.mp4", []) == 0)
  }

  @Test("nothing but the given file is opened, and no socket made", .enabled(if: Command.exists("strace")))
  func traced() throws {
    let folder = TemporaryFolder()
    let clip = try Clip("plain.mp4", "-t 0.4 -c:v libx264")
    Fixtures.write(Array("#EXTM3U\n#EXTINF:2,\n\(clip.path)\n#EXT-X-ENDLIST\n".utf8), to: "\(folder.path)/hls.mp4")
    Fixtures.write(Array("ffconcat version 1.0\nfile '\(clip.path)'\n".utf8), to: "\(folder.path)/concat.mkv")
    let paths = ["\(folder.path)/hls.mp4", "\(folder.path)/concat.mkv"]
    let host = try ForeignHost()
    let trace = "\(folder.path)/trace"
    let run = host.read(paths, under: ["strace", "-f", "-e", "trace=open,openat,connect,socket", "-o", trace])
    #expect(run.stdout == "12\n12\n", "\(run.stderr)")
    let lines = String(decoding: Fixtures.bytes(trace), as: UTF8.self).split(separator: "\n")
    for path in paths { #expect(lines.contains { $0.contains(path) && $0.contains("openat") }) }
    #expect(!lines.contains { $0.contains(clip.path) || $0.contains("connect(") || $0.contains("socket(") })
    // Nothing of libav on standard error.
    #expect(run.stderr.isEmpty)
  }
}
