import Base
import Data
import TestSupport
import Testing
import Video

@Suite("The crop of pre-training")
struct MultiScaleCropTests {
  @Test("the ten pairs of sides of a frame of 160 x 160, in the published order")
  func pairs() {
    let crop = MultiScaleCrop()
    let sides = crop.pairs.indices.map { pair in
      let box = crop.box(MultiScaleCrop.Choice(pair: pair, place: 0), height: 160, width: 160, size: 160)
      return [box.width, box.height]
    }
    #expect(
      sides == [
        [160, 160], [140, 160], [160, 140], [140, 140], [120, 140], [140, 120], [120, 120], [105, 120], [120, 105], [105, 105],
      ])
  }

  @Test("the thirteen places, in quarters of the free room")
  func places() {
    let crop = MultiScaleCrop()
    let corners = MultiScaleCrop.places.indices.map { place in
      let box = crop.box(MultiScaleCrop.Choice(pair: 9, place: place), height: 160, width: 160, size: 160)
      return [box.x, box.y]
    }
    // 160 - 105 = 55, a quarter of it is 13 pixels.
    #expect(
      corners == [
        [0, 0], [52, 0], [0, 52], [52, 52], [26, 26], [0, 26], [52, 26], [26, 52], [26, 0], [13, 13], [39, 13], [13, 39], [39, 39],
      ])
  }

  @Test(
    "boxes lie inside frames of any size, also where a side is nearly the model's",
    arguments: [1, 3, 20, 157, 158, 159, 161, 162, 163, 224])
  func inside(side: Int) {
    let crop = MultiScaleCrop()
    for (height, width) in [(side, side), (side, side + 40), (side + 7, side)] {
      for pair in crop.pairs.indices {
        for place in MultiScaleCrop.places.indices {
          let box = crop.box(MultiScaleCrop.Choice(pair: pair, place: place), height: height, width: width, size: 160)
          #expect(box.width >= 1 && box.height >= 1 && box.x >= 0 && box.y >= 0)
          #expect(box.x + box.width <= width && box.y + box.height <= height)
        }
      }
    }
    let whole = crop.box(MultiScaleCrop.Choice(pair: 0, place: 0), height: side, width: side, size: 160)
    // Nearly the model's size becomes the model's size, as long as the frame has as many pixels.
    #expect(whole.width == ((160...162).contains(side) ? 160 : side))
  }

  @Test("all pairs and places are drawn equally often")
  func frequencies() {
    let crop = MultiScaleCrop()
    var counts = [Int](repeating: 0, count: 130)
    for sample in 0..<39_000 {
      var random = SampleKey(seed: 8, epoch: 0, sample: sample).sequence("crop")
      let choice = crop.draw(&random)
      counts[choice.pair * 13 + choice.place] += 1
    }
    // 300 each, deviation 17.
    #expect(counts.allSatisfy { (220...380).contains($0) })
  }

  @Test("cropping and squeezing equals Pillow's crop and resize, bit for bit")
  func pixels() throws {
    let fixture = try AugmentationFixture("multi_scale")
    let shape = try fixture.shape("input")
    let source = try PictureClip(fixture.bytes("input"), frames: 1, height: shape[0], width: shape[1])
    for (index, json) in try fixture.list("boxes").enumerated() {
      let values = json.arrayValue?.compactMap(\.intValue) ?? []
      let box = PixelBox(x: values[0], y: values[1], width: values[2], height: values[3])
      // A crop whose only side and place give just this box.
      let target = try PictureClip(frames: 1, height: 20, width: 20)
      let corner = source.pixels + box.y * source.rowBytes + 3 * box.x
      try PictureResizer(width: 20, height: 20, filter: .bilinear).resize(
        corner, rowBytes: source.rowBytes, width: box.width, height: box.height, into: target.pixels)
      #expect(try target.bytes == fixture.bytes("output.\(index)"), "box \(values)")
    }
  }
}
