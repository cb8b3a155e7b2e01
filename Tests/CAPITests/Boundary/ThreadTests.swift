import Base
import CAPI
import CSVFAP
import Synchronization
import TestSupport
import Testing

@Suite("C ABI: thread classes hold")
struct ThreadTests {
  @Test("an [owner] object that two threads use at once serves one and tells the other")
  func owner() throws {
    let world = try World()
    let predictor = try world.predictor(try world.model())
    let clip = Memory([Float](repeating: 0.25, count: 3 * 16 * 64 * 64)).view([1, 3, 16, 64, 64])
    let expected = try forward(predictor, clip)
    nonisolated(unsafe) let view = clip
    let served = Atomic(0)
    let busy = Atomic(0)
    let other = Atomic(0)
    onThreads(4) { _ in
      for _ in 0..<20 {
        do {
          let found = try forward(predictor, view)
          if found == expected { served.wrappingAdd(1, ordering: .relaxed) } else { other.wrappingAdd(1, ordering: .relaxed) }
        } catch {
          let isBusy = (error as? Refusal)?.status == SVFAP_E_BUSY
          if isBusy { busy.wrappingAdd(1, ordering: .relaxed) } else { other.wrappingAdd(1, ordering: .relaxed) }
        }
      }
    }
    #expect(served.load(ordering: .relaxed) + busy.load(ordering: .relaxed) == 80)
    #expect(served.load(ordering: .relaxed) > 0)
    #expect(other.load(ordering: .relaxed) == 0)
    #expect(try forward(predictor, clip) == expected)
  }

  @Test("a [shared] object serves everybody at once")
  func shared() throws {
    let world = try World("{\"threads\": 1}")
    let model = try world.golden("finetune_tiny")
    let config = try text { svfap_model_config(model.handle, $0, $1, $2) }
    let failures = Atomic(0)
    onThreads(4) { thread in
      for round in 0..<25 {
        let made = try? world.predictor(model)
        let same = try? text { svfap_model_config(model.handle, $0, $1, $2) }
        var name = svfap_text()
        let refused = refusal { svfap_model_parameter(model.handle, UInt64((thread + round) % 5), &name, nil, $0) }
        if made == nil || same != config || refused != nil { failures.wrappingAdd(1, ordering: .relaxed) }
      }
    }
    #expect(failures.load(ordering: .relaxed) == 0)
  }

  @Test("objects that are released while others use them live until those calls end")
  func releaseInUse() throws {
    let world = try World("{\"threads\": 1}")
    let unexpected = Atomic(0)
    for round in 0..<10 {
      var source: OpaquePointer?
      let path = "counting:frames=200"
      try check { svfap_source_open(world.runtime.handle, path, untilNUL, nil, 0, nil, &source, $0) }
      nonisolated(unsafe) let handle = source
      onThreads(3) { thread in
        if thread == 2 {
          for _ in 0..<round * 50 { _ = svfap_cancel_request(nil) }
          _ = svfap_source_release(handle, nil)
          return
        }
        for _ in 0..<100 {
          var frame = svfap_frame()
          frame.struct_size = UInt64(MemoryLayout<svfap_frame>.size)
          let status = Int(svfap_source_next(handle, &frame, nil))
          if ![SVFAP_OK, SVFAP_E_BUSY, SVFAP_E_END, SVFAP_E_BAD_HANDLE].contains(status) { unexpected.wrappingAdd(1, ordering: .relaxed) }
        }
      }
      #expect(svfap_source_release(source, nil) == svfap_status(SVFAP_E_BAD_HANDLE))
    }
    #expect(unexpected.load(ordering: .relaxed) == 0)
  }

  @Test("handles that many threads make and release at once never mix")
  func handles() throws {
    let failures = Atomic(0)
    onThreads(4) { _ in
      for _ in 0..<500 {
        var first: OpaquePointer?
        var second: OpaquePointer?
        guard svfap_cancel_create(&first, nil) == 0, svfap_runtime_create(nil, 0, &second, nil) == 0, first != second,
          svfap_cancel_request(first) == 0, svfap_cancel_release(first, nil) == 0,
          svfap_cancel_request(first) == svfap_status(SVFAP_E_BAD_HANDLE), svfap_runtime_release(second, nil) == 0
        else {
          failures.wrappingAdd(1, ordering: .relaxed)
          continue
        }
      }
    }
    #expect(failures.load(ordering: .relaxed) == 0)
  }
}
