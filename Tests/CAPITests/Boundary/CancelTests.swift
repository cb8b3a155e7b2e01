import Base
import CAPI
import CSVFAP
import TestSupport
import Testing

@Suite("C ABI: long work stops on request")
struct CancelTests {
  private func cancel() throws -> Owned { try Owned(svfap_cancel_release) { svfap_cancel_create($0, $1) } }

  private func options(_ cancel: Owned?, _ progress: svfap_progress_fn? = nil) -> svfap_run_options {
    svfap_run_options(
      struct_size: UInt64(MemoryLayout<svfap_run_options>.size), cancel: cancel?.handle, progress: progress, progress_user: nil)
  }

  @Test("a flag that was raised before the call, and one that another thread raises during it", arguments: [true, false])
  func run(before: Bool) throws {
    let world = try World("{\"threads\": 1}")
    let predictor = try world.predictor(try world.golden("finetune_tiny"))
    // Half a minute of frames: the test ends early because the run does.
    let video = try world.video("frames=30000,slow=1000")
    let flag = try cancel()
    var options = options(flag)
    let windows = Windows()
    windows.onWindow = { _ in
      // Not from this thread: [any] means any.
      onThreads(1) { _ in _ = svfap_cancel_request(flag.handle) }
      return 0
    }
    if before { #expect(svfap_cancel_request(flag.handle) == svfap_status(SVFAP_OK)) }
    let refused = refusal { svfap_predictor_run(predictor.handle, video.handle, Windows.callback, windows.user, &options, $0) }
    #expect(refused?.status == SVFAP_E_CANCELLED)
    #expect(windows.records.count == (before ? 0 : 1))
    let account = try summary(predictor)
    #expect(account["ended"]?["complete"] == false)
    #expect(account["ended"]?["status"] == .integer(Int64(SVFAP_E_CANCELLED)))
    // The predictor is as good as new, and the flag stays raised.
    #expect(try CAPITests.run(predictor, try world.video("frames=10")).count == 1)
    #expect(refusal { svfap_predictor_run(predictor.handle, video.handle, Windows.callback, windows.user, &options, $0) } != nil)
  }

  @Test("a progress callback and a window callback that return something else than 0")
  func callbacks() throws {
    let world = try World()
    let predictor = try world.predictor(try world.golden("finetune_tiny"))
    var options = options(nil, { _, progress in progress?.pointee.struct_size == UInt64(MemoryLayout<svfap_progress>.size) ? 7 : 0 })
    let windows = Windows()
    let video = try world.video("frames=500")
    let first = refusal { svfap_predictor_run(predictor.handle, video.handle, Windows.callback, windows.user, &options, $0) }
    #expect(first?.status == SVFAP_E_CANCELLED)
    #expect(windows.records.isEmpty)
    windows.onWindow = { $0.index == 2 ? -1 : 0 }
    let second = refusal { svfap_predictor_run(predictor.handle, video.handle, Windows.callback, windows.user, nil, $0) }
    #expect(second?.status == SVFAP_E_CANCELLED)
    #expect(windows.records.map(\.index) == [0, 1, 2])
  }

  @Test("forward, encode and pushed streams stop by the predictor's own flag, until it is taken away")
  func predictorsFlag() throws {
    let world = try World()
    let predictor = try world.predictor(try world.model())
    let flag = try cancel()
    let clip = Memory([Float](repeating: 0.25, count: 3 * 16 * 64 * 64)).view([1, 3, 16, 64, 64])
    try check { svfap_predictor_set_cancel(predictor.handle, flag.handle, $0) }
    _ = try forward(predictor, clip)
    _ = svfap_cancel_request(flag.handle)
    for compute in [forward, readings, features] {
      #expect { try compute(predictor, clip) } throws: { ($0 as? Refusal)?.status == SVFAP_E_CANCELLED }
    }
    let frames = CountingFrames(count: 100)
    #expect { try frames.stream(to: predictor, rate: 25) } throws: { ($0 as? Refusal)?.status == SVFAP_E_CANCELLED }
    try check { svfap_predictor_end(predictor.handle, $0) }
    let video = try world.video("frames=10")
    #expect { try CAPITests.run(predictor, video) } throws: { ($0 as? Refusal)?.status == SVFAP_E_CANCELLED }
    try check { svfap_predictor_set_cancel(predictor.handle, nil, $0) }
    _ = try forward(predictor, clip)
    #expect(refusal { svfap_predictor_set_cancel(predictor.handle, predictor.handle, $0) }?.status == SVFAP_E_BAD_HANDLE)
  }

  @Test("jobs stop as well, and say so")
  func job() throws {
    let world = try World("{\"threads\": 1}")
    let folder = Fixtures.temporaryFolder()
    defer { _ = Command.run(["rm", "-rf", folder]) }
    let model = Fixtures.path("goldens/finetune_tiny.safetensors")
    let job = try world.job(
      "predict", "{\"inputs\": [\"counting:frames=30000,slow=1000\"], \"model\": \"\(model)\", \"out\": \"\(folder)\"}")
    let flag = try cancel()
    _ = svfap_cancel_request(flag.handle)
    var options = options(flag)
    #expect(refusal { svfap_job_run(job.handle, &options, $0) }?.status == SVFAP_E_CANCELLED)
    #expect(refusal { svfap_job_result(job.handle, nil, nil, $0) }?.status == SVFAP_E_BUSY)
  }

  @Test("a flag that is no flag is refused before anything runs")
  func noFlag() throws {
    let world = try World()
    let predictor = try world.predictor(try world.golden("finetune_tiny"))
    let video = try world.video("frames=10")
    var options = options(predictor)
    #expect(
      refusal { svfap_predictor_run(predictor.handle, video.handle, Windows.callback, nil, &options, $0) }?.status == SVFAP_E_BAD_HANDLE)
    #expect(try CAPITests.run(predictor, video).count == 1)
  }
}
