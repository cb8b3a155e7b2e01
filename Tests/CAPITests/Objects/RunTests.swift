import Base
import CAPI
import CSVFAP
import TestSupport
import Testing

@Suite("C ABI: whole videos, from a source plugin written in C")
struct RunTests {
  private let world: World
  private let model: Owned

  init() throws {
    world = try World()
    model = try world.golden("finetune_tiny")
  }

  @Test("a source tells what it is, and gives its frames one by one")
  func frames() throws {
    let video = try world.video("frames=3,width=5,height=2,damaged=1")
    var info = svfap_stream_info()
    info.struct_size = UInt64(MemoryLayout<svfap_stream_info>.size)
    try check { svfap_source_info(video.handle, &info, $0) }
    #expect([info.width, info.height, info.frame_count, info.rate_numerator, info.rate_denominator] == [5, 2, 3, 25, 1])
    #expect(info.duration_s == 0.12)
    #expect(info.seekable == 1)
    #expect(String(cString: try #require(info.format.data)) == "counting")
    let reference = CountingFrames(count: 3, width: 5, height: 2)
    for number in 0..<3 {
      var frame = svfap_frame()
      frame.struct_size = UInt64(MemoryLayout<svfap_frame>.size)
      try check { svfap_source_next(video.handle, &frame, $0) }
      #expect(frame.index == Int64(number))
      #expect(frame.damaged == (number == 1 ? 1 : 0))
      guard number != 1 else {
        #expect(frame.rgb == nil)
        continue
      }
      let rgb = try #require(frame.rgb)
      let rows = (0..<2).map { row in Array(UnsafeBufferPointer(start: rgb + row * Int(frame.row_bytes), count: 15)) }
      let expected = reference.pixels(number)
      #expect(rows == [Array(expected[0..<15]), Array(expected[20..<35])])
    }
    for _ in 0..<2 {
      var frame = svfap_frame()
      frame.struct_size = UInt64(MemoryLayout<svfap_frame>.size)
      frame.rgb = UnsafePointer(bitPattern: 0x77)
      #expect(svfap_source_next(video.handle, &frame, nil) == svfap_status(SVFAP_E_END))
      #expect(frame.rgb == nil)
    }
  }

  @Test("seeking gives the frame that reading from the start gives", arguments: [0, 1])
  func seek(seekable: Int) throws {
    let video = try world.video("frames=30,seekable=\(seekable)")
    for target: Int64 in [7, 29, 0, 3, 3, 28] {
      try check { svfap_source_seek(video.handle, target, $0) }
      var frame = svfap_frame()
      frame.struct_size = UInt64(MemoryLayout<svfap_frame>.size)
      try check { svfap_source_next(video.handle, &frame, $0) }
      #expect(frame.index == target)
      #expect(frame.rgb?.pointee == UInt8(truncatingIfNeeded: 7 * target))
    }
    for target: Int64 in [-1, .min] {
      #expect(refusal { svfap_source_seek(video.handle, target, $0) }?.status == SVFAP_E_INVALID_ARGUMENT)
    }
    for target: Int64 in [31, .max] { #expect(refusal { svfap_source_seek(video.handle, target, $0) }?.status == SVFAP_E_END) }
  }

  @Test("a run reads from where the video stands, with views all of it")
  func fromWhereItStands() throws {
    let predictor = try world.predictor(model)
    let video = try world.video("frames=120")
    try check { svfap_source_seek(video.handle, 60, $0) }
    let records = try run(predictor, video)
    #expect(records.first?.frames.lowerBound == 60)
    #expect(try summary(predictor)["frames"]?["decoded"] == 60)
    let spread = try world.predictor(model, "{\"views\": 3}")
    try check { svfap_source_seek(video.handle, 60, $0) }
    let averaged = try run(spread, video)
    #expect(averaged.count == 1)
    #expect(averaged[0].frames == 0..<120)
    #expect(try summary(spread)["frames"]?["decoded"] == 120)
    #expect(averaged == (try run(spread, try world.video("frames=120"))))
  }

  @Test("a video that breaks off gives what could be read, and says where and why it ended")
  func breaksOff() throws {
    let predictor = try world.predictor(model)
    let records = try run(predictor, try world.video("frames=120,breaks=70"))
    #expect(!records.isEmpty)
    let account = try summary(predictor)
    #expect(account["frames"]?["decoded"] == 70)
    #expect(account["ended"]?["complete"] == false)
    #expect(account["ended"]?["status"] == .integer(Int64(SVFAP_E_FORMAT)))
    #expect(account["ended"]?["reason"]?.stringValue?.contains("breaks off") == true)
  }

  @Test("a video without a frame that can be read is an error")
  func nothing() throws {
    let predictor = try world.predictor(model)
    for settings in ["frames=0", "frames=10,breaks=0", "frames=1,damaged=0"] {
      let video = try world.video(settings)
      #expect { try run(predictor, video) } throws: { ($0 as? Refusal)?.status == SVFAP_E_FORMAT }
    }
  }

  @Test("what no source knows, is not there, or is a source's own refusal")
  func opening() throws {
    var place: OpaquePointer?
    let runtime = world.runtime.handle
    #expect(refusal { svfap_source_open(runtime, "/no/such/video.mp4", untilNUL, nil, 0, nil, &place, $0) }?.status == SVFAP_E_NOT_FOUND)
    #expect(
      refusal { svfap_source_open(runtime, Fixtures.path("goldens/stream.json"), untilNUL, nil, 0, nil, &place, $0) }?.status
        == SVFAP_E_UNSUPPORTED)
    let wrong = refusal { svfap_source_open(runtime, "counting:colour=3", untilNUL, nil, 0, nil, &place, $0) }
    #expect(wrong?.status == SVFAP_E_CONFIG)
    #expect(wrong?.detail["plugin"]?.stringValue == "counting")
    let other = refusal { svfap_source_open(runtime, "counting:", untilNUL, "{\"source\": \"classification\"}", untilNUL, nil, &place, $0) }
    #expect(other != nil)
    #expect(place == nil)
  }
}
