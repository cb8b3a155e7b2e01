import Base
import Data
import Testing
import Video

@Suite("Clips compared with a recipe")
struct DataSetInspectionTests {
  private typealias Color = (red: UInt8, green: UInt8, blue: UInt8)

  /// A clip of one picture, a chequered board of two colours: half of the pixels have the first one.
  private func clip(
    _ path: String = "clip", _ first: Color = (200, 140, 110), _ second: Color = (60, 50, 45), width: Int = 224, height: Int = 224,
    frames: Int? = 100,
    rate: Double? = 25
  ) -> ClipObservation {
    var clip = ClipObservation(path: path)
    (clip.width, clip.height, clip.frameCount, clip.frameRate, clip.decoded) = (width, height, frames, rate, 1)
    add(to: &clip.pictures, width: width, height: height) { x, y in (x + y) % 2 == 0 ? first : second }
    return clip
  }

  private func add(to pictures: inout PictureStatistics, width: Int, height: Int, _ color: (Int, Int) -> Color, box: PixelBox? = nil) {
    var rgb: [UInt8] = []
    for y in 0..<height { for x in 0..<width { rgb += [color(x, y).red, color(x, y).green, color(x, y).blue] } }
    rgb.withUnsafeBufferPointer {
      pictures.add(
        Frame(index: 0, time: 0, width: width, height: height, rowBytes: 3 * width, rgb: $0.baseAddress, isDamaged: false),
        box: box ?? PixelBox(x: 0, y: 0, width: width, height: height))
    }
  }

  private let published = RecipeComparison(PreparationRecipe(), imageSize: 160, clipLength: 16)

  private func kinds(_ clips: [ClipObservation]) -> [DataFinding.Kind] { published.findings(clips).kinds }

  @Test("face crops as published give no findings")
  func sound() { #expect(published.findings([clip(), clip("b"), clip("c", frames: 16)]).filter { $0.severity > .note }.isEmpty) }

  @Test("mean and deviation are those of all pixels of the box, with small pictures looked at in full")
  func statistics() {
    var pictures = PictureStatistics()
    add(to: &pictures, width: 4, height: 2, { x, _ in x < 2 ? (0, 51, 255) : (255, 51, 0) })
    #expect(pictures.pixels == 8)
    #expect(relative(pictures.mean, [0.5, 0.2, 0.5]) && relative(pictures.deviation, [0.5, 0, 0.5]))
    var part = PictureStatistics()
    add(to: &part, width: 4, height: 2, { x, _ in x < 2 ? (0, 51, 255) : (255, 51, 0) }, box: PixelBox(x: 2, y: 0, width: 2, height: 2))
    #expect(relative(part.mean, [1, 0.2, 0]) && relative(part.deviation, [0, 0, 0]))
    part.add(pictures)
    #expect(part.pixels == 12 && relative(part.mean, [2.0 / 3, 0.2, 1.0 / 3]))
  }

  private func relative(_ found: [Double], _ expected: [Double]) -> Bool { zip(found, expected).allSatisfy { abs($0 - $1) < 1e-9 } }

  @Test("large pictures are looked at with gaps, lost ones not at all")
  func sampling() {
    var pictures = PictureStatistics()
    add(to: &pictures, width: 640, height: 480, { _, _ in (10, 20, 30) })
    #expect((5000...PictureStatistics.pixelsPerFrame).contains(pictures.pixels))
    let before = pictures.pixels
    pictures.add(
      Frame(index: 1, time: 0, width: 640, height: 480, rowBytes: 1920, rgb: nil, isDamaged: true),
      box: PixelBox(x: 0, y: 0, width: 640, height: 480))
    #expect(pictures.pixels == before && pictures.frames == 1)
  }

  @Test("clips that cannot be read are told with their reason; none at all is certainly wrong")
  func unreadable() {
    var broken = ClipObservation(path: "b.mp4")
    broken.failure = "b.mp4: there are no frames in it"
    let some = published.findings([clip(), broken]).first(.unreadable)
    #expect(some?.severity == .warning && some?.examples == ["b.mp4: there are no frames in it"])
    #expect(published.findings([broken]).first(.unreadable)?.severity == .error)
  }

  @Test("damaged frames are told")
  func damaged() {
    var some = clip()
    some.damaged = 3
    #expect(kinds([some, clip("b")]).contains(.damagedFrames))
  }

  @Test("small pictures and whole pictures are told")
  func sizes() {
    #expect(kinds([clip(width: 112, height: 112)]).contains(.size))
    #expect(!kinds([clip(width: 160, height: 160)]).contains(.size))
    let wide = published.findings([clip(width: 640, height: 360), clip("b", width: 320, height: 180)])
    #expect(wide.first(.aspect)?.count == 2 && wide.first(.aspect)?.message.contains("crop the faces first") == true)
    #expect(wide.first(.unequalSizes)?.examples == ["320 x 180", "640 x 360"])
    #expect(!kinds([clip(width: 230, height: 224)]).contains(.aspect))
  }

  @Test("only the part that the model sees counts")
  func crop() {
    var recipe = PreparationRecipe()
    recipe.crop = .fractions(left: 0.25, top: 0, right: 0.75, bottom: 1)
    let findings = RecipeComparison(recipe, imageSize: 160, clipLength: 16).findings([clip(width: 448, height: 224)])
    #expect(findings.first(.aspect) == nil)
  }

  @Test(
    "frame rates far from the recipe's are told, unknown ones noted", arguments: [(15.0, true), (20.0, false), (30.0, false), (60.0, true)])
  func rates(_ rate: Double, _ isFar: Bool) {
    #expect(kinds([clip(rate: rate)]).contains(.frameRate) == isFar)
    #expect(published.findings([clip(rate: nil)]).first(.unknownFrameRate)?.severity == .note)
  }

  @Test("a data set whose clips all have the model's 16 frames is told as time-normalised")
  func timeNormalized() {
    let many = (0..<20).map { clip("\($0)", frames: 16) }
    let found = published.findings(many).first(.timeNormalized)
    #expect(found?.severity == .warning && found?.count == 20)
    #expect(!kinds(many + [clip(frames: 40), clip(frames: 50)]).contains(.timeNormalized))
    #expect(!kinds([clip(frames: 16), clip(frames: 16)]).contains(.timeNormalized))
    #expect(!kinds((0..<20).map { clip("\($0)", frames: 17) }).contains(.timeNormalized))
  }

  @Test("clips shorter than one window are noted")
  func short() {
    #expect(published.findings([clip(frames: 63), clip("b", frames: 64)]).first(.shortClips)?.count == 1)
    // At 50 frames/s a window spans twice as many frames.
    #expect(kinds([clip(frames: 100, rate: 50)]).contains(.shortClips))
  }

  @Test("frame names whose order as text is another one are told")
  func names() {
    var shuffled = clip("folder")
    shuffled.names = FrameNames((1...12).map { "\($0).jpg" } + ["list.txt"])
    #expect(shuffled.names?.count == 12 && shuffled.names?.misplaced == ["2.jpg", "10.jpg"])
    let found = published.findings([shuffled]).first(.frameNameOrder)
    #expect(found?.examples == ["folder (2.jpg and 10.jpg)"])
    var padded = clip()
    padded.names = FrameNames((1...12).map { $0 < 10 ? "0\($0).jpg" : "\($0).jpg" })
    #expect(padded.names?.misplaced == [])
    #expect(!kinds([padded]).contains(.frameNameOrder))
  }

  @Test("pictures of several kinds in one folder are told")
  func mixed() {
    var mixed = clip()
    mixed.names = FrameNames(["1.jpg", "1.png"])
    #expect(kinds([mixed]).contains(.mixedPictures))
  }

  @Test("grey clips are told, black ones as flat")
  func grey() {
    #expect(kinds([clip("a", (200, 200, 201), (60, 61, 60))]).contains(.grey))
    #expect(!kinds([clip("a", (200, 200, 201), (60, 70, 60))]).contains(.grey))
    let black = kinds([clip("a", (0, 0, 0), (0, 0, 0))])
    #expect(black.contains(.flat) && !black.contains(.grey))
  }

  @Test("swapped red and blue are suspected where skin would be seen")
  func swapped() {
    #expect(!kinds([clip("a", (200, 140, 110))]).contains(.swappedColors))
    #expect(kinds([clip("a", (110, 140, 200))]).contains(.swappedColors))
    // Blue all over is no skin with its channels exchanged.
    #expect(!kinds([clip("a", (20, 30, 90))]).contains(.swappedColors))
  }

  @Test("brightness and contrast far from the recipe's are told")
  func levels() {
    #expect(kinds([clip("a", (255, 250, 240), (200, 190, 200))]).contains(.brightness))
    #expect(published.findings([clip("a", (10, 20, 10), (0, 30, 9))]).first(.brightness)?.message.contains("darker") == true)
    #expect(kinds([clip("a", (130, 120, 110), (120, 110, 90))]).contains(.contrast))
  }
}
