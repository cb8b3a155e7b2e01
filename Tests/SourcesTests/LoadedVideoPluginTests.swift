import Base
import Glibc
import Plugins
import TestSupport
import Testing
import Video

/// The plugins as `make build` leaves them: shared libraries with the entries of Entry/entry.c.
private let directory = Fixtures.path("../../.build/release/svfap/plugins-1")

@Suite("Frames and synthetic as loaded libraries", .enabled(if: access(directory, R_OK) == 0, "`make build` makes them"))
struct LoadedVideoPluginTests {
  private let registry = PluginRegistry(directory: directory)

  @Test("a drawn video goes to a folder of pictures and comes back as it was")
  func roundTrip() throws {
    let folder = PictureDirectory()
    let options: JSONValue = ["frames": 6, "width": 64, "height": 48, "expression": "anger", "noise": 2]
    let drawn = try registry.openSource("synthetic:3", config: options)
    #expect(drawn.plugin.id == "synthetic")
    #expect(drawn.info.frameCount == 6 && drawn.info.isTimed && drawn.info.framesPerSecond == 25)
    let sink = try registry.openSink("\(folder.path)/clip/", width: 64, height: 48)
    while let frame = try drawn.next() { try sink.write(frame) }
    try sink.finish()
    let read = try registry.openSource("\(folder.path)/clip")
    #expect(read.plugin.id == "frames")
    #expect(read.info.frameCount == 6 && !read.info.isTimed && read.info.rate == nil)
    for index in [0, 5, 2] {
      try drawn.seek(to: index)
      try read.seek(to: index)
      let (original, copy) = (try #require(try drawn.next()), try #require(try read.next()))
      let same = memcmp(try #require(original.rgb), try #require(copy.rgb), 64 * 48 * 3) == 0
      #expect(same && copy.index == index)
    }
    // There is no frame behind the last one.
    for video in [drawn, read] { #expect(throws: SVFAPError.self) { try video.seek(to: 6) } }
  }

  @Test("a rate makes a folder of pictures a timed video")
  func rate() throws {
    let folder = PictureDirectory(["1.png": try grayPicture(1)])
    let source = try registry.openSource(folder.path, config: ["rate": 30])
    #expect(source.info.isTimed && source.info.framesPerSecond == 30)
  }

  @Test("unknown options are refused with the nearest known one")
  func options() throws {
    let error = #expect(throws: SVFAPError.self) { try registry.openSource("synthetic:", config: ["expresion": "fear"]) }
    #expect(error?.code == .config && error?.message.contains("did you mean \"expression\"?") == true)
    let sink = #expect(throws: SVFAPError.self) { try registry.openSink("/tmp/x.png", width: 4, height: 4, config: ["compression": 10]) }
    #expect(sink?.code == .config)
  }
}
