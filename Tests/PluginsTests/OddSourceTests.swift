import Base
import Plugins
import TestSupport
import Testing
import Video

@Suite("Video sources that break their contract are told so")
struct OddSourceTests {
  private let workshop = PluginWorkshop()
  private let registry = PluginRegistry(directory: nil)

  init() throws { try registry.load(path: workshop.build("odd_source", as: "odd.so")) }

  private func frames(_ odd: String) throws -> [Frame] {
    let source = try registry.openSource("odd:\(odd)")
    var frames: [Frame] = []
    while let frame = try source.next() { frames.append(frame) }
    return frames
  }

  @Test("a source that keeps its contract")
  func good() throws {
    let source = try registry.openSource("odd:fine")
    #expect(source.info.width == 2 && source.info.frameCount == 5 && source.info.framesPerSecond == 25 && source.info.duration == 0.2)
    #expect(try frames("fine").map(\.index) == [0, 1, 2, 3, 4])
    #expect(try frames("empty").isEmpty)
  }

  @Test(
    "frames that cannot be",
    arguments: [
      "wrong index", "negative index", "nan time", "infinite time", "no width", "wide frame", "negative frame", "high frame", "short rows",
      "long rows", "negative rows",
    ])
  func badFrames(odd: String) throws {
    let error = try #require(failure { try frames(odd) }, "\(odd) was accepted")
    #expect(
      error.code == .plugin && error.message.contains("\"odd\" broke its contract") && error.message.contains("odd:\(odd)"),
      "\(error.message)")
  }

  @Test("statuses that are none, and streams that break off")
  func statuses() throws {
    #expect(failure { try frames("unknown status") }?.message.contains("unknown status -1 on read frame 2 of odd:unknown status") == true)
    let error = try #require(failure { try frames("breaks") })
    #expect(error.code == .format && error.message == "it breaks off")
    #expect(failure { try frames("open fails") }?.message == "the plugin \"odd\" could not open odd:open fails and gave no reason")
    #expect(failure { try frames("no reader") }?.code == .plugin)
    #expect(failure { try frames("info fails") }?.code == .format)
  }

  @Test("lost and damaged frames are such, whatever else is said of them")
  func damage() throws {
    #expect(try frames("lost").allSatisfy { $0.rgb == nil && $0.isDamaged })
    #expect(try frames("damaged").allSatisfy { $0.rgb != nil && $0.isDamaged })
    #expect(try frames("backwards").map(\.time) == [0, -1, -2, -3, -4], "times may go back; what that means is the sampler's business")
  }

  @Test("facts that cannot be are refused or unknown")
  func facts() throws {
    for odd in ["negative width", "huge width", "huge height", "rotation"] {
      #expect(failure { try registry.openSource("odd:\(odd)") }?.code == .plugin, "\(odd)")
    }
    #expect(try registry.openSource("odd:unknown count").info.frameCount == nil)
    #expect(try registry.openSource("odd:wrong count").info.frameCount == .max)
    for odd in ["negative rate", "zero rate"] { #expect(try registry.openSource("odd:\(odd)").info.framesPerSecond == nil) }
    #expect(try registry.openSource("odd:huge rate").info.framesPerSecond.map { $0.isFinite } == true)
    for odd in ["nan duration", "infinite duration"] { #expect(try registry.openSource("odd:\(odd)").info.duration == nil) }
    #expect(try registry.openSource("odd:null texts").info.format == "")
  }

  @Test("seeking, with a slot that lies and without one")
  func seeking() throws {
    let source = try registry.openSource("odd:fine")
    for index in [3, 1, 4, 0] {
      try source.seek(to: index)
      #expect(try source.next()?.index == index)
    }
    for behind in [5, 9] { #expect(failure { try source.seek(to: behind) }?.code == .end) }
    try source.seek(to: 4)
    #expect(try source.next()?.index == 4)
    #expect(try source.next() == nil)
    #expect(failure { try source.seek(to: -1) }?.code == .invalidArgument)
    let lying = try registry.openSource("odd:lands elsewhere")
    let error = try #require(failure { try lying.seek(to: 2) })
    #expect(error.code == .unsupported && error.message.contains("frame 2 was sought, the plugin \"odd\" landed at 3"))
    #expect(failure { try registry.openSource("odd:seek fails").seek(to: 1) }?.code == .io)
  }

  @Test("a probe that fails or exaggerates is left out, and is the reason if nobody else can")
  func probes() throws {
    let failed = try #require(failure { try registry.openSource("odd:probe fails..") })
    #expect(failed.code == .notFound && failed.message.hasSuffix("; no probe"), "\(failed.message)")
    let exaggerated = try #require(failure { try registry.openSource("odd:score") })
    #expect(exaggerated.message.contains("broke its contract: its score is 1000"), "\(exaggerated.message)")
    try registry.load(path: workshop.build("counting", as: "counting.so"))
    #expect(try registry.openSource("counting:frames=3").plugin.id == "counting")
    #expect(
      failure { try registry.openSource("odd:fine", source: "counting") } != nil, "a source that was asked for by name is not replaced")
    #expect(try registry.openSource("odd:fine", source: "odd").plugin.id == "odd")
  }

  @Test("paths of nothing, of nothing known, and empty files")
  func paths() throws {
    #expect(failure { try registry.openSource("\(workshop.path)/none.mp4") }?.code == .notFound)
    #expect(failure { try registry.openSource("\(workshop.path)/a:b.mp4") }?.code == .notFound)
    let text = workshop.file("text.mp4", Array("no video".utf8))
    let unknown = try #require(failure { try registry.openSource(text) })
    #expect(unknown.code == .unsupported && unknown.message.contains("(asked: odd)"))
    let empty = try #require(failure { try registry.openSource(workshop.file("empty.mp4", [])) })
    #expect(empty.code == .format && empty.message.hasSuffix("is empty: there is no video in it"))
    let none = PluginRegistry(directory: nil)
    #expect(failure { try none.openSource(text) }?.message.contains("no video plugin is loaded") == true)
    #expect(failure { try none.openSink("x.mp4", width: 2, height: 2) }?.code == .unsupported)
    #expect(failure { try registry.openSource("odd:fine", config: ["x": 1]) }?.code == .config)
  }

  @Test("the host's table: memory, threads, and the wish to stop on every thread")
  func hostTable() throws {
    #expect(try registry.openSource("odd:memory").info.frameCount == 1)
    #expect(try registry.openSource("odd:parallel").info.frameCount == 0, "nobody asked to stop")
    let token = try CancelToken.make()
    defer { token.release() }
    token.request()
    for threads in [1, 4] {
      let pool = try ThreadPool(threads: threads)
      let count = try PluginScope.with(cancel: token, pool: pool) { () throws(SVFAPError) in
        try registry.openSource("odd:parallel").info.frameCount
      }
      #expect(count == 64, "\(threads) threads")
    }
    #expect(try registry.openSource("odd:parallel").info.frameCount == 0, "the wish ends with its scope")
  }
}
