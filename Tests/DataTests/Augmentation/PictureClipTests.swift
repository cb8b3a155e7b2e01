import Base
import Data
import Testing
import Video

@Suite("Clips of pictures")
struct PictureClipTests {
  @Test(
    "a size that makes no sense or cannot be had is an error",
    arguments: [[0, 1, 1], [1, 0, 1], [1, 1, -1], [1 << 20, 1 << 20, 1 << 20], [.max, .max, .max], [2_000_000, 1, 1]])
  func sizes(_ extents: [Int]) {
    let found = message { _ = try PictureClip(frames: extents[0], height: extents[1], width: extents[2]) }
    #expect(found.contains("\(extents[0]) frames of \(extents[2]) x \(extents[1])"), "\(found)")
  }

  @Test("normalising puts channels first and gives (value / 255 - mean) / deviation")
  func normalizing() throws {
    let clip = try PictureClip(frames: 2, height: 3, width: 5) { t, y, x, c in 100 * t + 20 * y + 3 * x + c }
    var recipe = PreparationRecipe()
    recipe.mean = [0.1, 0.2, 0.3]
    recipe.deviation = [1, 2, 4]
    var floats = [Float](repeating: 0, count: 90)
    clip.normalize(ClipNormalizer(recipe), into: &floats)
    for (index, value) in floats.enumerated() {
      let (c, t, y, x) = (index / 30, index / 15 % 2, index / 5 % 3, index % 5)
      let byte = Double(UInt8(truncatingIfNeeded: 100 * t + 20 * y + 3 * x + c))
      #expect(abs(Double(value) - (byte / 255 - recipe.mean[c]) / recipe.deviation[c]) < 1e-6)
    }
  }
}
