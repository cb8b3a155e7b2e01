import CSVFAPPlugin
import Glibc
import TestSupport
import Testing

@Suite("FFmpeg: the sink writes video files")
struct FFmpegSinkTests {
  /// Smooth pictures that move, as cameras see them; (height, width, 3).
  private func picture(_ index: Int, width: Int, height: Int) -> [UInt8] {
    var rgb: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        rgb.append(UInt8(clamping: 40 + 2 * x + index))
        rgb.append(UInt8(clamping: 30 + 3 * y))
        rgb.append(UInt8(clamping: 200 - x - y / 2))
      }
    }
    return rgb
  }

  private func write(
    _ path: String, count: Int = 12, width: Int = 48, height: Int = 32, rate: (Int, Int) = (25, 1), config: String = "{}"
  ) throws -> [UInt8] {
    let sink = try HarnessSink(ffmpegSink, path, width: width, height: height, rate: rate, config: config)
    for index in 0..<count { try sink.write(picture(index, width: width, height: height), width: width, height: height) }
    return try sink.finish()
  }

  @Test(
    "every container: what is read is what was written, nearly",
    arguments: ["a.mp4", "a.m4v", "a.mov", "a.mkv", "a.webm", "a.avi", "A.MP4"],
    [[48, 32], [33, 21]])
  func containers(name: String, size: [Int]) throws {
    let folder = TemporaryFolder()
    let path = "\(folder.path)/\(name)"
    _ = try write(path, width: size[0], height: size[1], rate: (30000, 1001))
    let source = try HarnessSource(ffmpegSource, path)
    let info = try source.info()
    #expect([Int(info.width), Int(info.height)] == size)
    #expect(abs(Double(info.rate_numerator) / Double(info.rate_denominator) - 29.97) < 0.01)
    let reading = Reading(source)
    try #require(reading.frames.count == 12)
    #expect(reading.failure == nil)
    for (index, frame) in reading.frames.enumerated() {
      #expect(abs(frame.time - Double(index) * 1001 / 30000) < 0.0011)
      let expected = picture(index, width: size[0], height: size[1])
      let difference = zip(frame.rgb ?? [], expected).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
      #expect(Double(difference) / Double(expected.count) < 4, "\(name), frame \(index)")
    }
  }

  @Test(
    "lossless: every value comes back",
    arguments: [
      "{\"format\": \"mp4\", \"lossless\": true}", "{\"format\": \"mkv\", \"lossless\": true, \"codec\": \"ffv1\"}",
      "{\"format\": \"avi\", \"lossless\": true}", "{\"format\": \"webm\", \"lossless\": true}",
      "{\"format\": \"mkv\", \"lossless\": true}",
    ],
    [[48, 32], [33, 21]])
  func lossless(config: String, size: [Int]) throws {
    let clip = Clip("memory", bytes: try write("", width: size[0], height: size[1], config: config))
    let frames = try clip.read().frames
    #expect(frames.map(\.pixels) == (0..<12).map { Pixels(picture($0, width: size[0], height: size[1])) })
  }

  @Test("the same frames give the same bytes, in a file and in memory", arguments: ["mp4", "mov", "mkv", "webm", "avi"])
  func determinism(format: String) throws {
    let folder = TemporaryFolder()
    let memory = try write("", config: "{\"format\": \"\(format)\"}")
    #expect(memory.count > 100)
    for name in ["a", "b"] {
      #expect(try write("\(folder.path)/\(name).\(format)").isEmpty)
      #expect(Pixels(Fixtures.bytes("\(folder.path)/\(name).\(format)")) == Pixels(memory))
    }
  }

  @Test("quality, key frames and pixel formats do what they say")
  func options() throws {
    let worse = try write("", count: 30, config: "{\"format\": \"mp4\", \"quality\": 10}")
    let better = try write("", count: 30, config: "{\"format\": \"mp4\", \"quality\": 95}")
    #expect(better.count > worse.count)
    let full = Clip("a.mp4", bytes: try write("", config: "{\"format\": \"mp4\", \"pixel_format\": \"yuv444p\", \"gop\": 4}"))
    let source = try full.open()
    #expect(String(try source.info().metadata).contains("\"pixel_format\": \"yuv444p\""))
    let flags = Command.run(["ffprobe", "-v", "error", "-show_entries", "packet=flags", "-of", "csv=p=0", full.path]).stdout
    #expect(flags.split(separator: "\n").count { $0.hasPrefix("K") } == 3)
    let jpeg = Clip("a.avi", bytes: try write("", config: "{\"format\": \"avi\", \"codec\": \"mjpeg\"}"))
    let other = try jpeg.open()
    #expect(String(try other.info().metadata).contains("\"codec\": \"mjpeg\""))
  }

  @Test(
    "options that do not go together",
    arguments: [
      ("{}", "format"), ("{\"format\": \"webm\", \"codec\": \"h264\"}", "webm files hold no h264"),
      ("{\"format\": \"mp4\", \"codec\": \"mpeg4\", \"lossless\": true}", "mpeg4 is not lossless"),
      ("{\"format\": \"mp4\", \"lossless\": true, \"pixel_format\": \"yuv420p\"}", "loses colour"),
      ("{\"format\": \"mp4\", \"pixel_format\": \"yuv420p\"}", "even sizes"),
      ("{\"format\": \"avi\", \"pixel_format\": \"yuv444p\"}", "takes no yuv444p"),
      ("{\"format\": \"mp4\", \"quality\": 101}", "quality"), ("{\"format\": \"gif\"}", "format"),
      ("{\"format\": \"mp4\", \"codec\": \"av1\"}", "codec"),
    ])
  func conflicts(config: String, reason: String) throws {
    let failure = try #require(PluginFailure.of { try HarnessSink(ffmpegSink, "", width: 33, height: 32, config: config) })
    #expect(failure.status == svfap_status(SVFAP_E_CONFIG))
    #expect(failure.message.contains(reason), "\(failure.message)")
  }

  @Test("what is not finished leaves nothing behind, and an old file as it was")
  func unfinished() throws {
    let folder = TemporaryFolder()
    let path = "\(folder.path)/a.mp4"
    Fixtures.write([1, 2, 3], to: path)
    do {
      let sink = try HarnessSink(ffmpegSink, path, width: 48, height: 32)
      try sink.write(picture(0, width: 48, height: 32), width: 48, height: 32)
      #expect(Fixtures.bytes(path) == [1, 2, 3])
      #expect(names(folder.path).count == 2)
    }
    #expect(names(folder.path) == ["a.mp4"])
    #expect(Fixtures.bytes(path) == [1, 2, 3])
    chmod(path, 0o640)
    _ = try write(path)
    #expect(names(folder.path) == ["a.mp4"])
    #expect(Reading(try HarnessSource(ffmpegSource, path)).frames.count == 12)
    var facts = stat()
    #expect(stat(path, &facts) == 0 && facts.st_mode & 0o777 == 0o640)
  }

  @Test("folders that are not there, names that are folders, names that mean nothing")
  func badPaths() throws {
    let folder = TemporaryFolder()
    mkdir("\(folder.path)/folder.mp4", 0o700)
    func failure(_ path: String) -> PluginFailure? { PluginFailure.of { try HarnessSink(ffmpegSink, path, width: 48, height: 32) } }
    #expect(failure("\(folder.path)/none/a.mp4")?.status == svfap_status(SVFAP_E_NOT_FOUND))
    #expect(failure("\(folder.path)/folder.mp4")?.status == svfap_status(SVFAP_E_IO))
    let unknown = try #require(failure("\(folder.path)/a.xyz"))
    #expect(unknown.status == svfap_status(SVFAP_E_UNSUPPORTED))
    #expect(unknown.message.contains("mp4, m4v, mov"))
    #expect(names(folder.path) == ["folder.mp4"])
  }

  @Test("a disk that takes no more is an error that says so, and nothing is left")
  func fullDisk() throws {
    let folder = TemporaryFolder()
    // The limit on a file's size stands in for the disk's: writing beyond it fails in the same place.
    let run = try ForeignHost().fill("\(folder.path)/a.avi")
    #expect(run.stdout.hasPrefix("\(SVFAP_E_NO_SPACE) cannot write \(folder.path)/a.avi: "), "\(run.stdout) \(run.stderr)")
    #expect(run.stderr.isEmpty)
    #expect(names(folder.path).isEmpty)
  }

  @Test("frames of another size, without pixels, after the end")
  func badFrames() throws {
    let sink = try HarnessSink(ffmpegSink, "", width: 48, height: 32, config: "{\"format\": \"mkv\"}")
    let failure = try #require(PluginFailure.of { try sink.write(picture(0, width: 32, height: 32), width: 32, height: 32) })
    #expect(failure.status == svfap_status(SVFAP_E_SHAPE))
    #expect(failure.message.contains("48 x 32") && failure.message.contains("32 x 32"))
    // That did no harm.
    try sink.write(picture(0, width: 48, height: 32), width: 48, height: 32)
    let bytes = try sink.finish()
    #expect(Pixels(try sink.finish()) == Pixels(bytes))
    #expect(
      PluginFailure.of { try sink.write(picture(0, width: 48, height: 32), width: 48, height: 32) }?.status
        == svfap_status(SVFAP_E_INVALID_ARGUMENT))
    #expect(try Clip("a.mkv", bytes: bytes).read().frames.count == 1)
  }

  @Test("sizes and rates that no video has")
  func badFormats() throws {
    for (width, height, rate, status) in [
      (0, 32, (25, 1), SVFAP_E_INVALID_ARGUMENT), (48, -1, (25, 1), SVFAP_E_INVALID_ARGUMENT), (48, 32, (0, 1), SVFAP_E_INVALID_ARGUMENT),
      (48, 32, (25, 0), SVFAP_E_INVALID_ARGUMENT), (100_000, 32, (25, 1), SVFAP_E_LIMIT), (Int.max, Int.max, (25, 1), SVFAP_E_LIMIT),
    ] {
      let failure = PluginFailure.of {
        try HarnessSink(ffmpegSink, "", width: width, height: height, rate: rate, config: "{\"format\": \"mp4\"}")
      }
      #expect(failure?.status == svfap_status(status))
    }
  }

  private func names(_ folder: String) -> [String] {
    Command.run(["ls", "-A", folder]).stdout.split(separator: "\n").map(String.init)
  }
}
