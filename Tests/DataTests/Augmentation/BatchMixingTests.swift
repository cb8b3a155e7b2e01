import Base
import Data
import TestSupport
import Testing
import Video

@Suite("Mixup and CutMix")
struct BatchMixingTests {
  private static let height = 12
  private static let width = 10
  private static let planes = 6
  private static var clipCount: Int { planes * height * width }

  private static func draws(_ mixing: BatchMixing, count: Int = 20_000, side: Int = 160) -> [BatchMixing.Draw] {
    (0..<count).map { batch in
      var random = SampleKey(seed: 6, epoch: 0, sample: batch).sequence("mixing")
      return mixing.draw(height: side, width: side, &random)
    }
  }

  @Test("mixup is share * clip + (1 - share) * partner, for clips and targets alike", arguments: [2, 4, 5])
  func mixup(clips count: Int) {
    let clips = stream("clips", seed: 1, count: count * Self.clipCount)
    let targets = stream("targets", seed: 1, count: count * 3)
    var mixed = clips
    var rows = targets
    BatchMixing.mix(.mixup(share: 0.3), &mixed, clips: count, planes: Self.planes, height: Self.height, width: Self.width)
    BatchMixing.mix(.mixup(share: 0.3), targets: &rows, rows: count, width: 3)
    for clip in 0..<count {
      let partner = count - 1 - clip
      for index in 0..<Self.clipCount {
        let expected =
          clip == partner
          ? clips[clip * Self.clipCount + index]
          : 0.3 * clips[clip * Self.clipCount + index] + 0.7 * clips[partner * Self.clipCount + index]
        #expect(abs(mixed[clip * Self.clipCount + index] - expected) < 1e-6)
      }
      for index in 0..<3 {
        let expected = clip == partner ? targets[clip * 3 + index] : 0.3 * targets[clip * 3 + index] + 0.7 * targets[partner * 3 + index]
        #expect(abs(rows[clip * 3 + index] - expected) < 1e-6)
      }
    }
  }

  @Test("CutMix takes the box from the partner in every frame and mixes targets by its area")
  func cutmix() {
    let count = 4
    let clips = stream("clips", seed: 2, count: count * Self.clipCount)
    var mixed = clips
    let box = PixelBox(x: 2, y: 5, width: 7, height: 4)
    let draw = BatchMixing.Draw.cutmix(box: box, share: 1 - 28.0 / 120)
    BatchMixing.mix(draw, &mixed, clips: count, planes: Self.planes, height: Self.height, width: Self.width)
    for clip in 0..<count {
      for plane in 0..<Self.planes {
        for y in 0..<Self.height {
          for x in 0..<Self.width {
            let isCut = (2..<9).contains(x) && (5..<9).contains(y)
            let owner = isCut ? count - 1 - clip : clip
            let place = (plane * Self.height + y) * Self.width + x
            #expect(mixed[clip * Self.clipCount + place] == clips[owner * Self.clipCount + place])
          }
        }
      }
    }
    var rows: [Float] = [1, 0, 1, 0, 0, 1, 0, 1]
    BatchMixing.mix(draw, targets: &rows, rows: 4, width: 2)
    let share = Float(1 - 28.0 / 120)
    #expect(relativeError(rows, [share, 1 - share, share, 1 - share, 1 - share, share, 1 - share, share]) < 1e-6)
  }

  @Test("targets keep their sum, and threads make no difference")
  func sums() throws {
    var rows: [Float] = [0.1, 0.2, 0.7, 1, 0, 0, 0, 0.5, 0.5, 0, 0, 1]
    BatchMixing.mix(.mixup(share: 0.41), targets: &rows, rows: 4, width: 3)
    for row in 0..<4 { #expect(abs(rows[row * 3..<row * 3 + 3].reduce(0, +) - 1) < 1e-6) }
    let clips = stream("clips", seed: 3, count: 6 * Self.clipCount)
    var alone = clips
    var together = clips
    BatchMixing.mix(.mixup(share: 0.6), &alone, clips: 6, planes: Self.planes, height: Self.height, width: Self.width)
    BatchMixing.mix(
      .mixup(share: 0.6), &together, clips: 6, planes: Self.planes, height: Self.height, width: Self.width, pool: try ThreadPool(threads: 3)
    )
    #expect(alone == together)
  }

  @Test("by default half of the batches get mixup with Beta(0.8, 0.8), half CutMix with Beta(1, 1)")
  func shares() {
    var mixups: [Double] = []
    var cuts: [Double] = []
    for draw in Self.draws(BatchMixing()) {
      switch draw {
      case .nothing: Issue.record("a batch was not mixed")
      case .mixup(let share): mixups.append(share)
      case .cutmix(let box, let share):
        #expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= 160 && box.y + box.height <= 160)
        #expect(share == 1 - Double(box.width * box.height) / 25_600)
        cuts.append(share)
      }
    }
    #expect(abs(mixups.count - 10_000) < 300)
    let count = Double(mixups.count)
    let mean = mixups.reduce(0, +) / count
    // Beta(a, a): mean 1/2, variance 1 / (4 (2 a + 1)) = 0.0962.
    #expect(abs(mean - 0.5) < 0.012)
    #expect(abs(mixups.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count - 0.0962) < 0.003)
    #expect(mixups.allSatisfy { (0...1).contains($0) })
    // Boxes that hang over the edge lose area, so that clips keep more than the half that was drawn: of a box with sides r a
    // side of r - r^2 / 4 is left on average, which leaves 0.679 of the clip; sides are cut to even pixels, which leaves
    // another 0.006.
    #expect(abs(cuts.reduce(0, +) / Double(cuts.count) - 0.685) < 0.008)
  }

  @Test("a shape of Beta below 1 gives more extreme shares than one above")
  func shapes() {
    func spread(_ shape: Double) -> Double {
      var mixing = BatchMixing()
      mixing.mixup = shape
      mixing.cutmix = 0
      let shares = Self.draws(mixing, count: 5000).map(\.share)
      return shares.reduce(0) { $0 + ($1 - 0.5) * ($1 - 0.5) } / Double(shares.count)
    }
    for shape in [0.05, 0.2, 1, 2, 8.0] { #expect(abs(spread(shape) - 1 / (4 * (2 * shape + 1))) < 0.008, "\(shape)") }
  }

  @Test("what is switched off is never drawn")
  func switches() throws {
    var mixing = BatchMixing()
    mixing.cutmix = 0
    #expect(Self.draws(mixing, count: 300).allSatisfy { if case .mixup = $0 { true } else { false } })
    mixing = BatchMixing()
    mixing.mixup = 0
    #expect(Self.draws(mixing, count: 300).allSatisfy { if case .cutmix = $0 { true } else { false } })
    #expect(Self.draws(.off, count: 300).allSatisfy { $0 == .nothing })
    mixing = BatchMixing()
    mixing.probability = 0.25
    #expect(abs(Self.draws(mixing, count: 8000).count { $0 != .nothing } - 2000) < 200)
    var clips: [Float] = [1, 2, 3, 4]
    var rows: [Float] = [1, 0]
    BatchMixing.mix(.nothing, &clips, clips: 2, planes: 1, height: 1, width: 2)
    BatchMixing.mix(.nothing, targets: &rows, rows: 2, width: 1)
    #expect(clips == [1, 2, 3, 4] && rows == [1, 0])
  }

  @Test("smoothing targets before or after mixing gives the same, so that it can be the head's")
  func smoothing() {
    func smooth(_ rows: [Float]) -> [Float] { rows.map { 0.9 * $0 + 0.1 / 3 } }
    let rows: [Float] = [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0]
    var before = smooth(rows)
    var after = rows
    BatchMixing.mix(.mixup(share: 0.23), targets: &before, rows: 4, width: 3)
    BatchMixing.mix(.mixup(share: 0.23), targets: &after, rows: 4, width: 3)
    #expect(relativeError(smooth(after), before) < 1e-6)
  }
}
