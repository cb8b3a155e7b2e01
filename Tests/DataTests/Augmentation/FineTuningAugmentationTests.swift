import Base
import Data
import TestSupport
import Testing
import Video

/// Clips of 4 frames of 24 x 24 for a model.
private struct Bench {
  static let frames = 4
  static let size = 24
  static var count: Int { 3 * frames * size * size }

  let source: PictureClip
  let augmentation: FineTuningAugmentation

  init(_ options: FineTuningAugmentationOptions = FineTuningAugmentationOptions(), recipe: PreparationRecipe = PreparationRecipe()) throws {
    source = try PictureClip(frames: Self.frames, height: 37, width: 31) { t, y, x, c in
      11 * t + x * (3 + c) + y * (5 - c) + (x * y) / (7 + c)
    }
    augmentation = try FineTuningAugmentation(options, recipe: recipe, frames: Self.frames, size: Self.size)
    try augmentation.load { [source] (place) throws(SVFAPError) in source.asFrame(place) }
  }

  func clip(_ sample: Int, epoch: Int = 0, seed: UInt64 = 1, view: Int = 0) -> [Float] {
    var clip = [Float](repeating: .nan, count: Self.count)
    augmentation.augment(SampleKey(seed: seed, epoch: epoch, sample: sample, view: view), into: &clip)
    return clip
  }

  var plain: [Float] {
    var clip = [Float](repeating: .nan, count: Self.count)
    augmentation.plain(into: &clip)
    return clip
  }
}

@Suite("The augmentation of fine-tuning")
struct FineTuningAugmentationTests {
  @Test("without any variation the clip is the frames, squeezed and normalised")
  func off() throws {
    let bench = try Bench(.off)
    var expected = [Float](repeating: 0, count: Bench.count)
    let resizer = PictureResizer(width: Bench.size, height: Bench.size, filter: .bilinear)
    let normalizer = ClipNormalizer(PreparationRecipe())
    var rgb = [UInt8](repeating: 0, count: Bench.size * Bench.size * 3)
    for frame in 0..<Bench.frames {
      try resizer.resize(bench.source.frame(frame), rowBytes: bench.source.rowBytes, width: 31, height: 37, into: &rgb)
      normalizer.write(rgb, frame: frame, of: Bench.frames, size: Bench.size, into: &expected)
    }
    #expect(bench.clip(3) == expected)
    #expect(bench.plain == expected)
    let varied = try Bench()
    #expect(varied.plain == expected)
  }

  @Test("the same key gives the same clip: in another object, after other samples, and in another order")
  func determinism() throws {
    let one = try Bench()
    let other = try Bench()
    let clips = (0..<40).map { one.clip($0) }
    for sample in (0..<40).reversed() { #expect(other.clip(sample) == clips[sample]) }
  }

  @Test("seed, epoch, sample and view each make a difference")
  func keys() throws {
    let bench = try Bench()
    let clip = bench.clip(7)
    #expect(bench.clip(7, seed: 2) != clip)
    #expect(bench.clip(7, epoch: 1) != clip)
    #expect(bench.clip(8) != clip)
    #expect(bench.clip(7, view: 1) != clip)
  }

  @Test("the steps come in the published order: RandAugment, normalising, crop, flip, erasing")
  func order() throws {
    let bench = try Bench()
    let options = FineTuningAugmentationOptions()
    let pictures = try PictureClip(frames: Bench.frames, height: Bench.size, width: Bench.size)
    let resizer = PictureResizer(width: Bench.size, height: Bench.size, filter: .bilinear)
    let resampler = try BilinearResampler(size: Bench.size)
    let side = Bench.size
    for sample in 0..<60 {
      let key = SampleKey(seed: 1, epoch: 0, sample: sample)
      for frame in 0..<Bench.frames {
        try resizer.resize(bench.source.frame(frame), rowBytes: bench.source.rowBytes, width: 31, height: 37, into: pictures.frame(frame))
      }
      var random = key.sequence("RandAugment")
      for operation in RandAugment(.published).draw(&random) {
        let result = try PictureClip(frames: Bench.frames, height: side, width: side)
        operation.apply(pictures, into: result)
        pictures.copy(from: result)
      }
      var normalized = [Float](repeating: 0, count: Bench.count)
      var clip = normalized
      pictures.normalize(ClipNormalizer(PreparationRecipe()), into: &normalized)
      random = key.sequence("random resized crop")
      let box = RandomResizedCrop().draw(height: side, width: side, &random)
      resampler.resize(normalized, planes: 3 * Bench.frames, height: side, width: side, box: box, into: &clip)
      random = key.sequence("flip")
      if random.uniform() < 0.5 { HorizontalFlip.apply(&clip, planes: 3 * Bench.frames, height: side, width: side) }
      random = key.sequence("erasing")
      let erasing = try #require(options.erasing)
      let boxes = erasing.draw(height: side, width: side, &random)
      erasing.apply(boxes, &clip, planes: 3 * Bench.frames, height: side, width: side, &random)
      #expect(bench.clip(sample) == clip, "sample \(sample)")
    }
  }

  @Test("half of the clips are flipped")
  func flips() throws {
    var options = FineTuningAugmentationOptions.off
    options.flip = 0.5
    let bench = try Bench(options)
    var mirrored = bench.plain
    HorizontalFlip.apply(&mirrored, planes: 3 * Bench.frames, height: Bench.size, width: Bench.size)
    var flipped = 0
    for sample in 0..<2000 {
      let clip = bench.clip(sample)
      #expect(clip == bench.plain || clip == mirrored)
      if clip == mirrored { flipped += 1 }
    }
    #expect(abs(flipped - 1000) < 120)
  }

  @Test("values stay in the range of normalised pixels; erased ones in that of noise")
  func ranges() throws {
    var options = FineTuningAugmentationOptions()
    options.erasing = nil
    let bench = try Bench(options)
    let lowest = Float(-0.485 / 0.229) - 1e-5
    let highest = Float((1 - 0.406) / 0.225) + 1e-5
    for sample in 0..<300 { #expect(bench.clip(sample).allSatisfy { $0 >= lowest && $0 <= highest }) }
    let erased = try Bench()
    for sample in 0..<300 { #expect(erased.clip(sample).allSatisfy { $0.isFinite && abs($0) < 7 }) }
  }

  @Test("the recipe's part of the frame is what the model sees")
  func recipe() throws {
    var recipe = PreparationRecipe()
    recipe.crop = .voxceleb2
    let augmentation = try FineTuningAugmentation(.off, recipe: recipe, frames: 1, size: 160)
    let source = try PictureClip(frames: 1, height: 224, width: 224) { _, y, x, c in x * 3 + y * 5 + c * 70 }
    try augmentation.load { (_) throws(SVFAPError) in source.asFrame(0) }
    var clip = [Float](repeating: 0, count: 3 * 160 * 160)
    augmentation.plain(into: &clip)
    let expected = try PictureClip(frames: 1, height: 160, width: 160) { _, y, x, c in (x + 32) * 3 + y * 5 + c * 70 }
    var floats = clip
    expected.normalize(ClipNormalizer(recipe), into: &floats)
    #expect(clip == floats)
  }

  @Test("a lost or damaged frame, or one without pixels, is an error that names it")
  func badFrames() throws {
    let augmentation = try FineTuningAugmentation(.off, recipe: PreparationRecipe(), frames: 2, size: 8)
    let source = try PictureClip(frames: 2, height: 4, width: 4)
    let bad = [
      source.asFrame(1, isDamaged: true),
      Frame(index: 1, time: 0, width: 4, height: 4, rowBytes: 12, rgb: nil, isDamaged: false),
      Frame(index: 1, time: 0, width: 0, height: 4, rowBytes: 12, rgb: source.pixels, isDamaged: false),
      Frame(index: 1, time: 0, width: 4, height: 4, rowBytes: 11, rgb: source.pixels, isDamaged: false),
    ]
    for frame in bad {
      let found = message {
        try augmentation.load { (place) throws(SVFAPError) in place == 0 ? source.asFrame(0) : frame }
      }
      #expect(found.contains("frame 1"), "\(found)")
    }
    let broken = message {
      try augmentation.load { (_) throws(SVFAPError) in throw SVFAPError(.io, "the disk is gone") }
    }
    #expect(broken == "the disk is gone")
  }

  @Test("a frame that is given again fills its place again; frames of other sizes may be mixed in")
  func repeats() throws {
    let augmentation = try FineTuningAugmentation(.off, recipe: PreparationRecipe(), frames: 4, size: 8)
    let small = try PictureClip(frames: 1, height: 5, width: 9) { _, y, x, c in 20 * y + 7 * x + c }
    let large = try PictureClip(frames: 3, height: 30, width: 12) { t, y, x, c in 90 * t + 3 * y + 8 * x + c }
    try augmentation.load { (place) throws(SVFAPError) in place == 0 ? small.asFrame(0) : large.asFrame(min(place, 2)) }
    var clip = [Float](repeating: 0, count: 3 * 4 * 64)
    augmentation.plain(into: &clip)
    func frame(_ index: Int) -> [Float] { (0..<3).flatMap { clip[($0 * 4 + index) * 64..<($0 * 4 + index + 1) * 64] } }
    #expect(frame(3) == frame(2))
    #expect(frame(2) != frame(1))
    #expect(frame(1) != frame(0))
  }
}
