import Base
import CSVFAP
import TestSupport
import Testing

@testable import CAPI

/// Memory for a struct and more behind it.
private func withStruct<Result>(_ size: Int, tail: UInt8 = 0, at offset: Int = 0, _ body: (UnsafeMutableRawPointer) throws -> Result)
  rethrows -> Result
{
  let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 8192, alignment: 64)
  defer { memory.deallocate() }
  for index in memory.indices { memory[index] = index < 256 + offset ? 0 : tail }
  guard let base = memory.baseAddress else { preconditionFailure("no memory") }
  (base + offset).storeBytes(of: UInt64(bitPattern: Int64(size)), as: UInt64.self)
  return try body(base + offset)
}

/// A struct as a later minor might have it: `added` came after 1.0.
private struct Grown: SizedStruct {
  static let sizeInFirstVersion = 16
  var struct_size: UInt64 = 0
  var first: Int64 = 0
  var added: Int64 = 0
}

@Suite("C ABI: structs of callers that know less or more than the library")
struct StructTests {
  private let known = MemoryLayout<svfap_frame>.size

  @Test("a struct_size that was never set, or cannot be true", arguments: [0, 1, 31, 8192, -1])
  func wrongSize(size: Int) throws {
    let world = try World()
    let video = try world.video("frames=3")
    let predictor = try world.predictor(try world.golden("finetune_tiny"))
    withStruct(size) { place in
      let frame = place.assumingMemoryBound(to: svfap_frame.self)
      let read = refusal { svfap_source_next(video.handle, frame, $0) }
      #expect(read?.status == SVFAP_E_ABI)
      #expect(read?.detail["expected"]?.stringValue == "\(known)")
      let pushed = refusal { svfap_predictor_push(predictor.handle, frame, $0) }
      #expect(pushed?.status == SVFAP_E_ABI)
      let stream = place.assumingMemoryBound(to: svfap_stream_info.self)
      #expect(refusal { svfap_predictor_begin(predictor.handle, stream, Windows.callback, nil, $0) }?.status == SVFAP_E_ABI)
      let options = place.assumingMemoryBound(to: svfap_run_options.self)
      #expect(
        refusal { svfap_predictor_run(predictor.handle, video.handle, Windows.callback, nil, options, $0) }?.status == SVFAP_E_ABI)
      // What was refused was not touched.
      #expect(place.load(as: Int64.self) == Int64(size))
      #expect((8..<512).allSatisfy { place.load(fromByteOffset: $0, as: UInt8.self) == 0 })
    }
  }

  @Test("a struct of an earlier minor is served: what it lacks is zero, and nothing is written behind its end")
  func olderCaller() throws {
    try withStruct(16, tail: 0xCD) { place in
      place.storeBytes(of: 7, toByteOffset: 8, as: Int64.self)
      place.storeBytes(of: -1, toByteOffset: 16, as: Int64.self)
      let grown = place.assumingMemoryBound(to: Grown.self)
      let taken = try intake(UnsafePointer(grown), "grown")
      #expect((taken.struct_size, taken.first, taken.added) == (16, 7, 0))
      try fill(grown, "grown") { Grown(struct_size: 0, first: 8, added: 9) }
      #expect((grown.pointee.struct_size, grown.pointee.first, grown.pointee.added) == (16, 8, -1))
      place.storeBytes(of: 15, as: UInt64.self)
      #expect(throws: SVFAPError.self) { try intake(UnsafePointer(grown), "grown") }
    }
  }

  @Test("a larger struct with a zero tail is served; its tail is zero afterwards")
  func newerCaller() throws {
    let world = try World()
    let video = try world.video("frames=3")
    try withStruct(known + 40, tail: 0xCD) { place in
      let frame = place.assumingMemoryBound(to: svfap_frame.self)
      try check { svfap_source_next(video.handle, frame, $0) }
      #expect(frame.pointee.struct_size == UInt64(known + 40))
      #expect(frame.pointee.width == 20)
      #expect((known..<known + 40).allSatisfy { place.load(fromByteOffset: $0, as: UInt8.self) == 0 })
      #expect(place.load(fromByteOffset: known + 256, as: UInt8.self) == 0xCD)
    }
  }

  @Test("a larger struct that uses what the library does not know is refused", arguments: [0, 17, 39])
  func dirtyTail(offset: Int) throws {
    let world = try World()
    let predictor = try world.predictor(try world.golden("finetune_tiny"))
    var stream = svfap_stream_info(rate: 25)
    try check { svfap_predictor_begin(predictor.handle, &stream, Windows.callback, nil, $0) }
    withStruct(known + 40) { place in
      place.storeBytes(of: 1, toByteOffset: known + offset, as: UInt8.self)
      let frame = place.assumingMemoryBound(to: svfap_frame.self)
      frame.pointee.damaged = 1
      let refused = refusal { svfap_predictor_push(predictor.handle, frame, $0) }
      #expect(refused?.status == SVFAP_E_ABI)
      #expect(refused?.message.contains("byte \(known + offset)") == true)
      place.storeBytes(of: 0, toByteOffset: known + offset, as: UInt8.self)
      #expect(refusal { svfap_predictor_push(predictor.handle, frame, $0) } == nil)
    }
  }

  @Test("a struct at an odd address is refused")
  func misaligned() throws {
    let world = try World()
    let video = try world.video("frames=3")
    withStruct(known, at: 4) { place in
      let refused = refusal { svfap_source_next(video.handle, place.assumingMemoryBound(to: svfap_frame.self), $0) }
      #expect(refused?.status == SVFAP_E_INVALID_ARGUMENT)
      #expect(refused?.message.contains("aligned") == true)
    }
  }
}
