import CSVFAPPlugin
import Glibc
import TestSupport
import Testing

@Suite("Frames: the sink writes PNG pictures")
struct FramesSinkTests {
  private let width = 21
  private let height = 13

  private func pixels(_ seed: UInt64) -> [UInt8] {
    stream("pixels", seed: seed, count: 3 * width * height).map { UInt8(($0 + 1) * 127) }
  }

  @Test("a folder of numbered pictures: what is read is what was written")
  func folder() throws {
    let directory = PictureDirectory()
    let sink = try HarnessSink(framesSink, "\(directory.path)/out/", width: width, height: height)
    for seed in 0..<12 { try sink.write(pixels(UInt64(seed)), width: width, height: height) }
    // Nothing has the folder's name before it is complete.
    #expect(!directory.names.contains("out"))
    try sink.finish()
    #expect(directory.names == ["out"])
    #expect(PictureDirectory.names("\(directory.path)/out") == (0..<12).map { $0 < 10 ? "00000\($0).png" : "0000\($0).png" })
    let frames = try readFrames("\(directory.path)/out")
    #expect(frames.map(\.rgb) == (0..<12).map { pixels(UInt64($0)) })
  }

  @Test("one picture in a file and in memory, the same bytes every time", arguments: [0, 1, 6, 9])
  func picture(compression: Int) throws {
    let directory = PictureDirectory()
    let config = "{\"compression\": \(compression)}"
    let memory = try HarnessSink(framesSink, "", width: width, height: height, config: config)
    try memory.write(pixels(1), width: width, height: height)
    let bytes = try memory.finish()
    for name in ["a.png", "b.PNG"] {
      let sink = try HarnessSink(framesSink, "\(directory.path)/\(name)", width: width, height: height, config: config)
      try sink.write(pixels(1), width: width, height: height)
      #expect(try sink.finish() == [])
      #expect(Fixtures.bytes("\(directory.path)/\(name)") == bytes)
    }
    #expect(directory.names == ["a.png", "b.PNG"])
    #expect(try readFrames("\(directory.path)/a.png")[0].rgb == pixels(1))
  }

  @Test("rows with gaps between them")
  func rowBytes() throws {
    let padded = (0..<height).flatMap { row in pixels(3)[row * 3 * width..<(row + 1) * 3 * width] + [9, 9, 9, 9, 9] }
    let sink = try HarnessSink(framesSink, "", width: width, height: height)
    try sink.write(Array(padded), width: width, height: height, rowBytes: 3 * width + 5)
    let directory = PictureDirectory(["a.png": try sink.finish()])
    #expect(try readFrames("\(directory.path)/a.png")[0].rgb == pixels(3))
  }

  @Test("what is not finished leaves nothing behind", arguments: ["out/", "out.png"])
  func unfinished(name: String) throws {
    let directory = PictureDirectory(["out.png": [1, 2, 3]])
    do {
      let sink = try HarnessSink(framesSink, "\(directory.path)/\(name)", width: width, height: height)
      try sink.write(pixels(1), width: width, height: height)
    }
    #expect(directory.names == ["out.png"])
    #expect(Fixtures.bytes("\(directory.path)/out.png") == [1, 2, 3])
  }

  @Test("a second frame does not fit into one picture; the first is still to be had")
  func secondFrame() throws {
    let sink = try HarnessSink(framesSink, "", width: width, height: height)
    try sink.write(pixels(1), width: width, height: height)
    let failure = #expect(throws: PluginFailure.self) { try sink.write(pixels(2), width: width, height: height) }
    #expect(failure?.status == svfap_status(SVFAP_E_UNSUPPORTED))
    #expect(try sink.finish().isEmpty == false)
  }

  @Test("a frame of another size is refused, and the sink goes on")
  func wrongSize() throws {
    let directory = PictureDirectory()
    let sink = try HarnessSink(framesSink, "\(directory.path)/out/", width: width, height: height)
    let failure = #expect(throws: PluginFailure.self) { try sink.write(pixels(1), width: width - 1, height: height) }
    #expect(failure?.status == svfap_status(SVFAP_E_SHAPE))
    try sink.write(pixels(1), width: width, height: height)
    try sink.finish()
    #expect(PictureDirectory.names("\(directory.path)/out") == ["000000.png"])
  }

  @Test("a folder of such pictures is replaced as a whole")
  func replacing() throws {
    let directory = PictureDirectory()
    for count in [5, 2] {
      let sink = try HarnessSink(framesSink, "\(directory.path)/out/", width: width, height: height)
      for _ in 0..<count { try sink.write(pixels(UInt64(count)), width: width, height: height) }
      try sink.finish()
    }
    #expect(directory.names == ["out"])
    #expect(try readFrames("\(directory.path)/out").map(\.rgb) == [pixels(2), pixels(2)])
  }

  @Test("a folder that holds anything else is left alone")
  func foreignFolder() throws {
    let directory = PictureDirectory()
    mkdir("\(directory.path)/out", 0o777)
    Fixtures.write([1], to: "\(directory.path)/out/thesis.txt")
    let failure = #expect(throws: PluginFailure.self) {
      try HarnessSink(framesSink, "\(directory.path)/out/", width: width, height: height)
    }
    #expect(failure?.message.contains("thesis.txt") == true)
    #expect(PictureDirectory.names("\(directory.path)/out") == ["thesis.txt"])
  }

  @Test("something foreign that comes meanwhile is left alone too")
  func foreignMeanwhile() throws {
    let directory = PictureDirectory()
    do {
      let sink = try HarnessSink(framesSink, "\(directory.path)/out/", width: width, height: height)
      try sink.write(pixels(1), width: width, height: height)
      mkdir("\(directory.path)/out", 0o777)
      Fixtures.write([1], to: "\(directory.path)/out/thesis.txt")
      #expect(throws: PluginFailure.self) { try sink.finish() }
    }
    #expect(directory.names == ["out"])
    #expect(PictureDirectory.names("\(directory.path)/out") == ["thesis.txt"])
  }

  @Test("places that cannot be written to, and names that say nothing")
  func wrongPlaces() throws {
    let directory = PictureDirectory(["file": [1]])
    mkdir("\(directory.path)/a.png", 0o777)
    for name in ["no/out/", "no/out.png", "file/", "a.png", "out.gif"] {
      let failure = #expect(throws: PluginFailure.self, "\(name)") {
        try HarnessSink(framesSink, "\(directory.path)/\(name)", width: width, height: height)
      }
      #expect(failure?.message.isEmpty == false)
    }
    for path in ["/", "./", "../"] {
      #expect(throws: PluginFailure.self) { try HarnessSink(framesSink, path, width: width, height: height) }
    }
    #expect(directory.names == ["a.png", "file"])
  }

  @Test("nothing written is an error, not an empty video", arguments: ["out/", "out.png", ""])
  func noFrames(name: String) throws {
    let directory = PictureDirectory()
    let sink = try HarnessSink(framesSink, name.isEmpty ? "" : "\(directory.path)/\(name)", width: width, height: height)
    #expect(throws: PluginFailure.self) { try sink.finish() }
  }

  @Test("sizes out of range are refused at the start", arguments: [(0, 5), (5, -1), (20000, 1), (16384, 16384)])
  func sizes(width: Int, height: Int) throws {
    let failure = #expect(throws: PluginFailure.self) { try HarnessSink(framesSink, "", width: width, height: height) }
    #expect(failure?.status == svfap_status(SVFAP_E_LIMIT))
  }

  @Test("probing goes by the name alone")
  func probe() {
    func score(_ path: String) -> Int32 {
      var score: Int32 = -1
      _ = PluginHarness.withText(path) { framesSink.probe(PluginHarness.host, $0, $1, &score) }
      return score
    }
    #expect(score("a/b/") == 100 && score("a.png") == 100 && score("a.PNG") == 100)
    #expect(score("a.mp4") == 0 && score(".png") == 0 && score("a") == 0 && score("/tmp") == 0)
  }
}
