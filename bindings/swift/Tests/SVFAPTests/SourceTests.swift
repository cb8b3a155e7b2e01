import SVFAP
import Testing

@Suite("Videos")
struct SourceTests {
  private let world: World

  init() throws { world = try World() }

  @Test("a video tells what it is, and gives its frames one by one")
  func frames() throws {
    let video = try world.video(frames: 5)
    let info = try video.info
    #expect(info.width == 32 && info.height == 32 && info.frameCount == 5 && info.isSeekable && info.isTimed && info.rotation == 0)
    #expect(info.rate == FrameRate(frames: 25) && info.rate?.perSecond == 25 && info.duration == 0.2)
    #expect(info.format.hasPrefix("synthetic") && info.metadata.hasPrefix("{"))
    var frames: [Frame] = []
    while let frame = try video.next() { frames.append(frame) }
    #expect(frames.map(\.index) == [0, 1, 2, 3, 4] && frames.map(\.time) == [0, 0.04, 0.08, 0.12, 0.16])
    #expect(frames.allSatisfy { $0.rgb.count == 32 * 32 * 3 && !$0.isDamaged })
    #expect(try video.next() == nil)
    try video.seek(to: 3)
    #expect(try video.next() == frames[3])
    #expect(status { try video.seek(to: -1) } == .invalidArgument)
  }

  @Test("a source may be named and given options; JSON in a name stays a name")
  func options() throws {
    #expect(try Source.open("synthetic:", plugin: "synthetic", in: world.runtime).info.width > 0)
    let odd = #expect(throws: SVFAPError.self) { try Source.open("synthetic:", plugin: "a\"\n", in: world.runtime) }
    #expect(odd?.message.contains("a\"\n\" is not the id of a plugin") == true, "\(String(describing: odd))")
    #expect(status { _ = try Source.open("synthetic:", config: "{\"frames\": -1}", in: world.runtime) } == .config)
  }
}
