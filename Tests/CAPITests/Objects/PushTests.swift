import Base
import CAPI
import CSVFAP
import TestSupport
import Testing

@Suite("C ABI: frames that the host pushes")
struct PushTests {
  private let world: World
  private let predictor: Owned
  private let outputs: Int

  init() throws {
    world = try World()
    // Every 4th frame, a window every 32 frames.
    let model = try world.golden("finetune_tiny")
    predictor = try world.predictor(model)
    var count: UInt64 = 0
    try check { svfap_model_output_count(model.handle, &count, $0) }
    outputs = Int(count)
  }

  /// Decoded, sampled, between, damaged, padded.
  private func account() throws -> [Int] {
    let frames = try summary(predictor)["frames"]
    return ["decoded", "sampled", "between", "damaged", "padded"].compactMap { frames?[$0]?.intValue }
  }

  @Test("they give what a source with the same frames gives", arguments: [1, 8, 29, 100, 131])
  func sameAsSource(count: Int) throws {
    let pushed = try CountingFrames(count: count).stream(to: predictor, rate: 25)
    let pushedAccount = try account()
    let read = try run(predictor, try world.video("frames=\(count)"))
    #expect(pushed == read)
    #expect(try account() == pushedAccount)
    #expect(pushedAccount[0] == count)
    #expect(pushedAccount[0] == pushedAccount[1] + pushedAccount[2] + pushedAccount[3])
    #expect(pushed.allSatisfy { $0.isSuccess && $0.reason.isEmpty && $0.readings.count == outputs })
  }

  @Test("windows follow each other by the hop, the last one ends with the video, times are those of the frames")
  func windows() throws {
    let length = try json { svfap_predictor_summary(predictor.handle, $0, $1, $2) }
    #expect(length == .object([:]))
    let records = try CountingFrames(count: 100).stream(to: predictor, rate: 25)
    #expect(records.map(\.index) == Array(records.indices))
    #expect(records.first?.frames.lowerBound == 0)
    #expect(records.last?.frames.upperBound == 100)
    for (record, next) in zip(records, records.dropFirst().dropLast()) {
      #expect(next.frames.lowerBound - record.frames.lowerBound == 32)
    }
    for record in records {
      #expect(abs(record.seconds.lowerBound - Double(record.frames.lowerBound) / 25) < 1e-9)
      #expect(abs(record.seconds.upperBound - Double(record.frames.upperBound) / 25) < 1e-9)
      #expect(record.readings.indices.contains(record.winner))
      #expect(record.readings[record.winner] == record.readings.max())
    }
  }

  @Test("a video that is too short is filled up with its last frame, and the account says so")
  func padding() throws {
    let records = try CountingFrames(count: 5).stream(to: predictor, rate: 25)
    #expect(records.count == 1)
    #expect(records[0].frames == 0..<5)
    let account = try account()
    #expect(records[0].paddedFrames == account[4])
    #expect(account[0...3] == [5, 2, 3, 0])
    #expect(records[0].paddedFrames > 0)
  }

  @Test("a stream without frames has no windows")
  func empty() throws {
    #expect(try CountingFrames(count: 0).stream(to: predictor, rate: 25).isEmpty)
    #expect(try account() == [0, 0, 0, 0, 0])
  }

  @Test("any size of frame works, and may change", arguments: [(1, 1), (1, 500), (500, 1), (3, 7), (161, 163)])
  func sizes(width: Int, height: Int) throws {
    var frames = CountingFrames(count: 40)
    var stream = svfap_stream_info(rate: 25)
    let windows = Windows()
    try check { svfap_predictor_begin(predictor.handle, &stream, Windows.callback, windows.user, $0) }
    for number in 0..<40 {
      if number % 8 == 4 { (frames.width, frames.height) = (width, height) } else { (frames.width, frames.height) = (20, 12) }
      #expect(frames.push(number, to: predictor) == nil)
    }
    try check { svfap_predictor_end(predictor.handle, $0) }
    #expect(windows.records.allSatisfy { $0.isSuccess })
    #expect(!windows.records.isEmpty)
  }

  @Test("a lost frame is counted and replaced by the next one")
  func damaged() throws {
    let records = try CountingFrames(count: 60).stream(to: predictor, rate: 25, lost: [4, 5, 30])
    #expect(!records.isEmpty)
    let account = try account()
    #expect(account[0] == 60)
    #expect(account[3] == 3)
    #expect(account[0] == account[1] + account[2] + account[3])
    #expect(try run(predictor, try world.video("frames=60,damaged=4")).count == records.count)
  }

  @Test(
    "without a rate, and at one that is far from the model's, frames are chosen by their times",
    arguments: [(0, 25.0), (50, 50.0), (5, 5.0)])
  func time(known: Int, rate: Double) throws {
    var frames = CountingFrames(count: Int(4 * rate))
    frames.rate = rate
    let records = try frames.stream(to: predictor, rate: known)
    #expect(try summary(predictor)["sampling"] == "time")
    // Four seconds give about as many windows whatever the rate.
    let reference = try CountingFrames(count: 100).stream(to: predictor, rate: 25)
    #expect(try summary(predictor)["sampling"] == "index")
    #expect(abs(records.count - reference.count) <= 1)
  }

  @Test("a frame that cannot be is refused and leaves the stream as it was")
  func refusals() throws {
    let expected = try CountingFrames(count: 100).stream(to: predictor, rate: 25)
    let windows = Windows()
    var stream = svfap_stream_info(rate: 25)
    try check { svfap_predictor_begin(predictor.handle, &stream, Windows.callback, windows.user, $0) }
    let pixels = [UInt8](repeating: 0, count: 64)
    for number in 0..<100 {
      pixels.withUnsafeBufferPointer { rgb in
        func refused(_ change: (inout svfap_frame) -> Void) -> Int? {
          var frame = svfap_frame()
          frame.struct_size = UInt64(MemoryLayout<svfap_frame>.size)
          (frame.width, frame.height, frame.row_bytes, frame.rgb) = (4, 4, 12, rgb.baseAddress)
          change(&frame)
          return refusal { svfap_predictor_push(predictor.handle, &frame, $0) }?.status
        }
        guard number % 25 == 3 else { return }
        for side: Int64 in [0, -1, 65537, .max, .min] {
          #expect(refused { $0.width = side } == SVFAP_E_SHAPE)
          #expect(refused { $0.height = side } == SVFAP_E_SHAPE)
        }
        for bytes: Int64 in [11, 0, -12, .max, .min, 1 << 33] { #expect(refused { $0.row_bytes = bytes } == SVFAP_E_SHAPE) }
        for time in [Double.nan, .infinity, -.infinity] { #expect(refused { $0.time_s = time } == SVFAP_E_INVALID_ARGUMENT) }
        #expect(refused { $0.struct_size = 3 } == SVFAP_E_ABI)
      }
      #expect(CountingFrames(count: 100).push(number, to: predictor) == nil)
    }
    try check { svfap_predictor_end(predictor.handle, $0) }
    #expect(windows.records == expected)
  }

  @Test("a stream that a callback stopped gives no more windows, and its frames are accounted for")
  func stopped() throws {
    let windows = Windows()
    windows.onWindow = { $0.index == 1 ? 1 : 0 }
    var stream = svfap_stream_info(rate: 25)
    try check { svfap_predictor_begin(predictor.handle, &stream, Windows.callback, windows.user, $0) }
    let statuses = (0..<200).map { CountingFrames(count: 200).push($0, to: predictor)?.status ?? SVFAP_OK }
    let first = try #require(statuses.firstIndex(of: SVFAP_E_CANCELLED))
    #expect(statuses[first...].allSatisfy { $0 == SVFAP_E_CANCELLED })
    try check { svfap_predictor_end(predictor.handle, $0) }
    #expect(windows.records.count == 2)
    let account = try account()
    #expect(account[0] == first + 1)
    #expect(account[0] == account[1] + account[2] + account[3])
    #expect(try summary(predictor)["ended"]?["complete"] == false)
  }

  @Test("views spread over the whole video, which a stream does not know")
  func views() throws {
    let spread = try world.predictor(try world.golden("finetune_tiny"), "{\"views\": 3}")
    var stream = svfap_stream_info(rate: 25)
    #expect(refusal { svfap_predictor_begin(spread.handle, &stream, Windows.callback, nil, $0) }?.status == SVFAP_E_UNSUPPORTED)
    let pretraining = try world.predictor(try world.golden("pretrain_tiny_paper"))
    #expect(refusal { svfap_predictor_begin(pretraining.handle, &stream, Windows.callback, nil, $0) }?.status == SVFAP_E_UNSUPPORTED)
  }
}
