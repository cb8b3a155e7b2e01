import Base
import CAPI
import CSVFAP
import TestSupport
import Testing

@Suite("C ABI: callbacks may call the library")
struct CallbackTests {
  @Test("the predictor and the video that are at work are busy, others are not")
  func insideRun() throws {
    let world = try World()
    let model = try world.golden("finetune_tiny")
    let (predictor, other) = (try world.predictor(model), try world.predictor(model))
    let (video, another) = (try world.video("frames=10"), try world.video("frames=10"))
    let windows = Windows()
    var statuses: [Int] = []
    var inner: [Record] = []
    windows.onWindow = { _ in
      var frame = svfap_frame()
      frame.struct_size = UInt64(MemoryLayout<svfap_frame>.size)
      statuses = [
        Int(svfap_predictor_summary(predictor.handle, nil, nil, nil)), Int(svfap_predictor_end(predictor.handle, nil)),
        Int(svfap_predictor_run(predictor.handle, another.handle, Windows.callback, nil, nil, nil)),
        Int(svfap_predictor_set_cancel(predictor.handle, nil, nil)), Int(svfap_source_next(video.handle, &frame, nil)),
        Int(svfap_source_seek(video.handle, 0, nil)),
        Int(svfap_predictor_run(other.handle, video.handle, Windows.callback, nil, nil, nil)),
      ]
      inner = (try? run(other, another)) ?? []
      return 0
    }
    let records = try run(predictor, video, windows)
    #expect(statuses == [Int](repeating: SVFAP_E_BUSY, count: 7))
    #expect(inner == records)
    #expect(try summary(predictor)["windows"] == 1)
  }

  @Test("the stream that is being pushed is busy; so is its predictor for other work")
  func insidePush() throws {
    let world = try World()
    let predictor = try world.predictor(try world.golden("finetune_tiny"))
    let windows = Windows()
    var statuses: [Int] = []
    windows.onWindow = { _ in
      statuses.append(CountingFrames(count: 1).push(0, to: predictor)?.status ?? 0)
      statuses.append(Int(svfap_predictor_end(predictor.handle, nil)))
      return 0
    }
    let records = try CountingFrames(count: 10).stream(to: predictor, rate: 25, windows)
    #expect(records.count == 1)
    #expect(statuses == [SVFAP_E_BUSY, SVFAP_E_BUSY])
    var stream = svfap_stream_info(rate: 25)
    try check { svfap_predictor_begin(predictor.handle, &stream, Windows.callback, windows.user, $0) }
    let video = try world.video("frames=10")
    #expect(refusal { svfap_predictor_run(predictor.handle, video.handle, Windows.callback, nil, nil, $0) }?.status == SVFAP_E_BUSY)
    #expect(refusal { svfap_predictor_begin(predictor.handle, &stream, Windows.callback, nil, $0) }?.status == SVFAP_E_BUSY)
    try check { svfap_predictor_end(predictor.handle, $0) }
    #expect(refusal { svfap_predictor_end(predictor.handle, $0) }?.status == SVFAP_E_INVALID_ARGUMENT)
  }

  @Test("an object that a callback releases lives until the call ends")
  func releaseInside() throws {
    let world = try World()
    var predictor: OpaquePointer?
    let model = try world.golden("finetune_tiny")
    try check { svfap_predictor_create(model.handle, nil, 0, &predictor, $0) }
    let video = try world.video("frames=200")
    let windows = Windows()
    windows.onWindow = { record in
      let expected = record.index == 0 ? SVFAP_OK : SVFAP_E_BAD_HANDLE
      return Int(svfap_predictor_release(predictor, nil)) == expected ? 0 : 1
    }
    try check { svfap_predictor_run(predictor, video.handle, Windows.callback, windows.user, nil, $0) }
    #expect(windows.records.count > 2)
    #expect(svfap_predictor_summary(predictor, nil, nil, nil) == svfap_status(SVFAP_E_BAD_HANDLE))
  }
}
