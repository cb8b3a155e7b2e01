import SVFAP
import Testing

@Suite("Predictors")
struct PredictorTests {
  private let world: World
  private let predictor: Predictor

  init() throws {
    world = try World()
    predictor = try Predictor(world.classifier(), samplingRate: 1, hop: 8)
  }

  private struct Enough: Error, Equatable { let window: Int }

  @Test("clips become raw outputs, readings and features")
  func clips() throws {
    let clips = world.clips(2)
    let (raw, readings) = (try predictor.forward(clips), try predictor.readings(clips))
    #expect(raw.shape == [2, 2] && readings.shape == [2, 2])
    #expect(try predictor.features(clips).shape == [2, 48])
    #expect(abs(readings[1].reduce(0, +) - 1) < 1e-6)
    #expect(try predictor.forward(world.clips(1)).values == Array(raw[0]))
    #expect(status { _ = try predictor.forward(Tensor(shape: [1, 3, 8, 32, 32], values: [0])) } == .shape)
    #expect(status { _ = try predictor.forward(Tensor(shape: Array(repeating: 1, count: 9), values: [0])) } == .shape)
  }

  @Test("a model with a decoder encodes what is visible and fills in what is masked")
  func autoencoder() throws {
    let predictor = try Predictor(world.autoencoder())
    let (clips, mask) = (world.clips(2), world.mask(2))
    #expect(try predictor.encode(clips, mask: mask).shape == [2, World.tokens / 4, 48])
    #expect(try predictor.reconstruct(clips, mask: mask).shape == [2, World.tokens * 3 / 4, 2 * 8 * 8 * 3])
    #expect(status { _ = try self.predictor.encode(clips, mask: mask) } == .unsupported)
  }

  @Test("a video becomes windows, in a closure or as an array")
  func windows() throws {
    let windows = try predictor.windows(of: world.video())
    #expect(windows.map(\.index) == Array(0..<8) && windows.map(\.frames) == (0..<8).map { 8 * $0..<8 * $0 + 8 })
    let window = try #require(windows.first)
    #expect(window.start == 0 && abs(window.end - 8 / 25) < 1e-9 && window.failure == nil && window.paddedFrames == 0)
    let label = try #require(window.label)
    #expect(window[label.name] == label.probability && label.probability >= 0.5 && window["boredom"] == nil)
    var received: [Window] = []
    try predictor.run(world.video()) { received.append($0) }
    #expect(received == windows)
    #expect(try predictor.summary.contains("\"windows\": 8"))
  }

  @Test("what a closure throws ends the run and comes out of it")
  func throwing() throws {
    #expect(throws: Enough(window: 2)) {
      try predictor.run(world.video()) { window in if window.index == 2 { throw Enough(window: 2) } }
    }
    #expect(throws: Enough(window: -1)) {
      try predictor.run(world.video(), progress: { _ in throw Enough(window: -1) }) { _ in }
    }
    // The predictor is none the worse for it.
    #expect(try predictor.windows(of: world.video()).count == 8)
  }

  @Test("a flag stops a run, clips, and the opening of a video; progress is told")
  func stopping() throws {
    let cancellation = try Cancellation()
    var last: Progress?
    try predictor.run(world.video(), progress: { last = $0 }, cancellation: cancellation) { _ in }
    let progress = try #require(last)
    #expect(progress.done >= 0 && progress.total == 64 && progress.elapsed >= 0 && !progress.activity.isEmpty, "\(progress)")
    #expect(
      status {
        try predictor.run(world.video(), cancellation: cancellation) { _ in Cancellation.request(cancellation.token) }
      } == .cancelled)
    try predictor.setCancellation(cancellation)
    #expect(status { _ = try predictor.forward(world.clips(1)) } == .cancelled)
    try predictor.setCancellation(nil)
    #expect(try predictor.forward(world.clips(1)).shape == [1, 2])
    #expect(status { _ = try world.video(cancellation: cancellation) } == .cancelled)
  }

  @Test("frames that are pushed become the windows of the video that they come from")
  func pushing() throws {
    let video = try world.video()
    try predictor.begin(rate: FrameRate(frames: 25))
    var windows: [Window] = []
    while let frame = try video.next() { windows += try predictor.push(frame) }
    windows += try predictor.end()
    #expect(try windows == predictor.windows(of: world.video()))
    try predictor.begin()
    let crooked = Frame(time: 0, width: 4, height: 4, rgb: [1, 2, 3])
    #expect(status { _ = try predictor.push(crooked) } == .shape)
    #expect(status { _ = try predictor.forward(world.clips(1)) } == .busy)
    _ = try predictor.push(.lost(time: 0))
    #expect(try predictor.end().isEmpty)
  }
}
