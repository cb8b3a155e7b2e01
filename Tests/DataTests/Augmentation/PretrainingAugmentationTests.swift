import Base
import Data
import Testing
import Video

@Suite("The augmentation of pre-training")
struct PretrainingAugmentationTests {
  private static let size = 20

  private func clip(
    _ key: SampleKey, options: PretrainingAugmentationOptions = PretrainingAugmentationOptions(),
    recipe: PreparationRecipe = PreparationRecipe(),
    _ source: PictureClip
  ) throws -> [Float] {
    let augmentation = try PretrainingAugmentation(options, recipe: recipe, frames: source.frames, size: Self.size)
    var clip = [Float](repeating: .nan, count: 3 * source.frames * Self.size * Self.size)
    try augmentation.clip(key, into: &clip) { (place) throws(SVFAPError) in source.asFrame(place) }
    return clip
  }

  private func source() throws -> PictureClip {
    try PictureClip(frames: 3, height: 41, width: 37) { t, y, x, c in 17 * t + x * (3 + c) + y * (5 - c) + (x * y) / (7 + c) }
  }

  @Test("a clip is the drawn part of every frame, squeezed as Pillow does and normalised")
  func composition() throws {
    let source = try source()
    for sample in 0..<40 {
      let key = SampleKey(seed: 1, epoch: 2, sample: sample)
      var random = key.sequence("multi-scale crop")
      let crop = MultiScaleCrop()
      let box = crop.box(crop.draw(&random), height: 41, width: 37, size: Self.size)
      let pictures = try PictureClip(frames: 3, height: Self.size, width: Self.size)
      let resizer = PictureResizer(width: Self.size, height: Self.size, filter: .bilinear)
      for frame in 0..<3 {
        let part = try PictureClip(frames: 1, height: box.height, width: box.width) { _, y, x, c in
          Int(source.frame(frame)[((y + box.y) * 37 + x + box.x) * 3 + c])
        }
        try resizer.resize(part.pixels, rowBytes: part.rowBytes, width: box.width, height: box.height, into: pictures.frame(frame))
      }
      var expected = [Float](repeating: 0, count: 3 * 3 * Self.size * Self.size)
      pictures.normalize(ClipNormalizer(PreparationRecipe()), into: &expected)
      #expect(try clip(key, source) == expected)
    }
  }

  @Test("several clips of a video share their crop; other samples, epochs and seeds have others")
  func keys() throws {
    let source = try source()
    let key = SampleKey(seed: 1, epoch: 0, sample: 5)
    let first = try clip(key, source)
    #expect(try clip(SampleKey(seed: 1, epoch: 0, sample: 5, view: 3), source) == first)
    var differing = 0
    for other in 0..<20 {
      if try clip(SampleKey(seed: 1, epoch: 0, sample: 100 + other), source) != first { differing += 1 }
      if try clip(SampleKey(seed: 1, epoch: 1 + other, sample: 5), source) != first { differing += 1 }
      if try clip(SampleKey(seed: 2 + UInt64(other), epoch: 0, sample: 5), source) != first { differing += 1 }
    }
    // 130 boxes are possible: a few are the same by chance.
    #expect(differing > 50)
  }

  @Test("without a crop the whole frame is squeezed")
  func off() throws {
    var options = PretrainingAugmentationOptions()
    options.crop = nil
    let source = try source()
    let whole = try FineTuningAugmentation(.off, recipe: PreparationRecipe(), frames: 3, size: Self.size)
    try whole.load { (place) throws(SVFAPError) in source.asFrame(place) }
    var expected = [Float](repeating: 0, count: 3 * 3 * Self.size * Self.size)
    whole.plain(into: &expected)
    #expect(try clip(SampleKey(seed: 0, epoch: 0, sample: 0), options: options, source) == expected)
  }

  @Test("VoxCeleb2's crop is rows 0 to 160, columns 32 to 192 of its frames, whatever the path is called")
  func voxceleb2() throws {
    var recipe = try PreparationRecipe(json: ["crop": "voxceleb2"])
    #expect(recipe.box(width: 224, height: 224) == PixelBox(x: 32, y: 0, width: 160, height: 160))
    // Frames of another size: the same part.
    #expect(recipe.box(width: 448, height: 448) == PixelBox(x: 64, y: 0, width: 320, height: 320))
    // A model file stores it as fractions, which read as the same crop.
    #expect(try PreparationRecipe(json: recipe.json(clipLength: 16)) == recipe)
    let found = message { _ = try PreparationRecipe(json: ["crop": "voxceleb"]) }
    #expect(found.contains("\"voxceleb2\""), "\(found)")

    // The multi-scale crop lies inside it: what is outside is never seen.
    recipe.mean = [0, 0, 0]
    recipe.deviation = [1, 1, 1]
    let source = try PictureClip(frames: 1, height: 224, width: 224) { _, y, x, _ in y < 160 && (32..<192).contains(x) ? 255 : 0 }
    for sample in 0..<50 {
      #expect(try clip(SampleKey(seed: 0, epoch: 0, sample: sample), recipe: recipe, source).allSatisfy { $0 == 1 })
    }
  }
}
