import Base
import TestSupport
import Testing
import Video

@Suite("How frames are prepared")
struct RecipeTests {
  @Test("what is left out is the published pipeline's")
  func defaults() throws {
    let recipe = try PreparationRecipe(json: [:])
    #expect(recipe == PreparationRecipe())
    #expect(recipe.filter == .bilinear && recipe.samplingRate == 4 && recipe.frameRate == 25)
    #expect(recipe.mean == [0.485, 0.456, 0.406] && recipe.deviation == [0.229, 0.224, 0.225])
  }

  @Test("written and read again it is the same")
  func roundTrip() throws {
    var recipe = PreparationRecipe()
    recipe.crop = .fractions(left: 0.1, top: 0, right: 0.9, bottom: 0.75)
    recipe.filter = .bicubic
    recipe.samplingRate = 3
    recipe.hop = 9
    recipe.frameRate = 29.97
    recipe.mean = [0.5, 0.25, 0.125]
    for recipe in [recipe, PreparationRecipe()] {
      let text = recipe.json(clipLength: 16).text()
      #expect(try PreparationRecipe(json: JSONValue(parsing: text)) == recipe)
    }
    #expect(recipe.json(clipLength: 16)["clip_length"] == 16)
  }

  @Test(
    "what is wrong is named",
    arguments: [
      (["crop": "face"], "/crop"), (["crop": ["left": 1]], "/crop/left"), (["crop": [:]], "/crop"),
      (["crop": ["fractions": [0, 0, 1]]], "/crop/fractions"),
      (["crop": ["fractions": [0.5, 0, 0.5, 1]]], "/crop/fractions"), (["crop": ["fractions": [0, 0, 1.1, 1]]], "/crop/fractions/2"),
      (["crop": ["fractions": [0, 0, 1, 1], "x": 1]], "/crop/x"), (["resize": "nearest"], "/resize"), (["color": "BGR"], "/color"),
      (["mean": [1, 2]], "/mean"), (["mean": [0, 0, 1e30]], "/mean/2"), (["std": [1, 1, 0]], "/std/2"), (["std": [1, 1, -1]], "/std/2"),
      (["std": [1, 1, 1e-300]], "/std/2"), (["std": ["a", 1, 1]], "/std/0"), (["frame_rate": 0], "/frame_rate"),
      (["frame_rate": 2000], "/frame_rate"),
      (["sampling_rate": 0], "/sampling_rate"), (["sampling_rate": 1.5], "/sampling_rate"), (["hop": 0], "/hop"), (["hop": 30], "/hop"),
      (["sampling_rate": 5], "/hop"), (["clip_length": 0], "/clip_length"), (["sampling": 4], "/sampling"), ([1], ""),
    ] as [(JSONValue, String)])
  func faults(json: JSONValue, place: String) throws {
    let error = try #require(failure { try PreparationRecipe(json: json) })
    #expect(error.code == .config)
    #expect(error.detail["where"] == place, "\(error.message)")
  }

  @Test("a hop off the sampled frames gets the nearest that are on them")
  func hops() throws {
    var recipe = PreparationRecipe()
    recipe.hop = 30
    #expect(failure { try recipe.checkHop(at: "/hop") }?.message.contains("such as 28 or 32") == true)
    recipe.hop = 2
    #expect(failure { try recipe.checkHop(at: "/hop") }?.message.contains("such as 4") == true)
    recipe.hop = 4
    try recipe.checkHop(at: "/hop")
  }

  @Test("the box of a crop: nearest pixels, never empty, never outside")
  func boxes() {
    func box(_ left: Double, _ top: Double, _ right: Double, _ bottom: Double, _ width: Int, _ height: Int) -> PixelBox {
      var recipe = PreparationRecipe()
      recipe.crop = .fractions(left: left, top: top, right: right, bottom: bottom)
      return recipe.box(width: width, height: height)
    }
    #expect(PreparationRecipe().box(width: 224, height: 180) == PixelBox(x: 0, y: 0, width: 224, height: 180))
    // The published crop of VoxCeleb2: columns 32 to 192 and rows 0 to 160 of 224, written with rounded fractions.
    #expect(box(0.142857, 0, 0.857143, 0.714286, 224, 224) == PixelBox(x: 32, y: 0, width: 160, height: 160))
    #expect(box(0.25, 0.25, 0.75, 0.75, 8, 4) == PixelBox(x: 2, y: 1, width: 4, height: 2))
    #expect(box(0.99, 0.99, 1, 1, 3, 3) == PixelBox(x: 2, y: 2, width: 1, height: 1))
    let random = CounterRandom(seed: 1, stream: "boxes")
    for round in 0..<2000 {
      let values = (0..<4).map { random.uniform(UInt64(round * 8 + $0)) }
      let width = 1 + random.integer(UInt64(round * 8 + 4), below: 50)
      let height = 1 + random.integer(UInt64(round * 8 + 5), below: 50)
      let found = box(
        min(values[0], values[1]), min(values[2], values[3]), max(values[0], values[1]), max(values[2], values[3]), width, height)
      #expect(found.x >= 0 && found.y >= 0 && found.width >= 1 && found.height >= 1)
      #expect(found.x + found.width <= width && found.y + found.height <= height)
    }
  }

  @Test("pixels become (value / 255 - mean) / deviation, channels first, in float32")
  func normalizing() {
    let recipe = PreparationRecipe()
    let (size, frames) = (3, 2)
    let rgb = (0..<size * size * 3).map { UInt8($0 * 9) }
    var clip = [Float](repeating: .nan, count: 3 * frames * size * size)
    for frame in 0..<frames { ClipNormalizer(recipe).write(rgb, frame: frame, of: frames, size: size, into: &clip) }
    for channel in 0..<3 {
      for frame in 0..<frames {
        for pixel in 0..<size * size {
          let expected = (Float(rgb[pixel * 3 + channel]) / 255 - Float(recipe.mean[channel])) / Float(recipe.deviation[channel])
          #expect(clip[(channel * frames + frame) * size * size + pixel] == expected)
        }
      }
    }
  }

  @Test("a rate that is no rate is unknown")
  func rates() {
    var info = StreamInfo()
    #expect(info.framesPerSecond == nil)
    info.rate = (30000, 1001)
    #expect(abs((info.framesPerSecond ?? 0) - 29.97) < 0.001)
    info.rate = (0, 1)
    #expect(info.framesPerSecond == nil)
    info.rate = (25, 0)
    #expect(info.framesPerSecond == nil)
  }
}
