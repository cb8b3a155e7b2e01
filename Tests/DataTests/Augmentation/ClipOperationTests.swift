import Base
import Data
import TestSupport
import Testing
import Video

@Suite("Operations on normalised clips")
struct ClipOperationTests {
  @Test("a part of a clip is resized as PyTorch does, to 1e-6")
  func bilinear() throws {
    let fixture = try AugmentationFixture("crops")
    for (index, json) in try fixture.list("cases").enumerated() {
      let box = try #require(json["box"]?.arrayValue).compactMap(\.intValue)
      let size = try #require(json["size"]?.intValue)
      let shape = try fixture.shape("input.\(index)")
      let planes = shape[0] * shape[1]
      var found = [Float](repeating: 0, count: planes * size * size)
      try BilinearResampler(size: size).resize(
        fixture.floats("input.\(index)"), planes: planes, height: shape[2], width: shape[3],
        box: PixelBox(x: box[1], y: box[0], width: box[3], height: box[2]), into: &found)
      let expected = try fixture.floats("output.\(index)")
      let difference = zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
      #expect(difference <= 1e-6, "case \(index): \(difference)")
    }
  }

  @Test("random resized crops: inside the frame, area and ratio in their ranges, spread over them")
  func cropRanges() {
    let crop = RandomResizedCrop()
    var areas: [Double] = []
    for sample in 0..<20_000 {
      var random = SampleKey(seed: 9, epoch: 0, sample: sample).sequence("crop")
      let box = crop.draw(height: 160, width: 160, &random)
      #expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= 160 && box.y + box.height <= 160)
      let ratio = Double(box.width) / Double(box.height)
      // Rounding to whole pixels moves a box of 45 pixels by up to 2 %.
      #expect(ratio > 0.73 && ratio < 1.37)
      areas.append(Double(box.width * box.height) / 25_600)
    }
    #expect((areas.min() ?? 0) > 0.078 && (areas.min() ?? 1) < 0.085)
    #expect((areas.max() ?? 0) > 0.99)
    // Large areas fit less often, so that the mean is below that of 0.08...1; both figures come from drawing 400,000 boxes by the same rule in Python.
    #expect(abs(areas.reduce(0, +) / 20_000 - 0.4803) < 0.007)
    #expect(abs(Double(areas.count { $0 < 0.31 }) / 20_000 - 0.2904) < 0.013)
  }

  @Test("a crop that cannot fit becomes the middle of the frame")
  func cropFallback() {
    var random = SampleKey(seed: 0, epoch: 0, sample: 0).sequence("crop")
    let crop = RandomResizedCrop(scale: 1...1, ratio: 0.75...1.3333)
    #expect(crop.draw(height: 20, width: 100, &random) == PixelBox(x: 36, y: 0, width: 27, height: 20))
    #expect(crop.draw(height: 100, width: 30, &random) == PixelBox(x: 0, y: 30, width: 30, height: 40))
    let whole = RandomResizedCrop(scale: 1...1, ratio: 1...1)
    #expect(whole.draw(height: 48, width: 48, &random) == PixelBox(x: 0, y: 0, width: 48, height: 48))
  }

  @Test("flipping exchanges left and right of every row; twice is the clip again")
  func flip() {
    for width in [1, 2, 5, 8] {
      let clip = stream("flip", seed: 1, count: 6 * 3 * width)
      var found = clip
      HorizontalFlip.apply(&found, planes: 6, height: 3, width: width)
      for row in 0..<18 {
        #expect(Array(found[row * width..<(row + 1) * width]) == Array(clip[row * width..<(row + 1) * width].reversed()))
      }
      HorizontalFlip.apply(&found, planes: 6, height: 3, width: width)
      #expect(found == clip)
    }
  }

  @Test("erasing: a quarter of the clips, boxes smaller than the frame, area and aspect in their ranges")
  func erasingRanges() {
    let erasing = RandomErasing()
    var boxes: [PixelBox] = []
    for sample in 0..<20_000 {
      var random = SampleKey(seed: 2, epoch: 0, sample: sample).sequence("erasing")
      boxes += erasing.draw(height: 160, width: 160, &random)
    }
    #expect(abs(Double(boxes.count) / 20_000 - 0.25) < 0.012)
    for box in boxes {
      #expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= 160 && box.y + box.height <= 160)
      #expect(box.width < 160 && box.height < 160)
      let area = Double(box.width * box.height) / 25_600
      #expect(area > 0.018 && area < 0.345)
      let aspect = Double(box.height) / Double(box.width)
      #expect(aspect > 0.28 && aspect < 3.6)
    }
    // Tall and wide boxes are equally likely.
    #expect(abs(Double(boxes.count { $0.height > $0.width }) / Double(boxes.count) - 0.5) < 0.04)
  }

  @Test("erased boxes hold standard normal noise that differs from frame to frame; nothing else changes")
  func erasedNoise() {
    let planes = 48
    let side = 32
    let box = PixelBox(x: 5, y: 3, width: 21, height: 17)
    var clip = [Float](repeating: 7, count: planes * side * side)
    var random = SampleKey(seed: 4, epoch: 0, sample: 0).sequence("erasing")
    RandomErasing().apply([box], &clip, planes: planes, height: side, width: side, &random)
    var noise: [[Double]] = []
    for plane in 0..<planes {
      var inside: [Double] = []
      for y in 0..<side {
        for x in 0..<side {
          let value = clip[(plane * side + y) * side + x]
          if box.x..<box.x + box.width ~= x && box.y..<box.y + box.height ~= y {
            inside.append(Double(value))
          } else {
            #expect(value == 7)
          }
        }
      }
      noise.append(inside)
    }
    let all = noise.flatMap { $0 }
    let count = Double(all.count)  // 17136: deviation of the mean 0.0076, of the variance 0.011
    let mean = all.reduce(0, +) / count
    #expect(abs(mean) < 0.03)
    #expect(abs(all.reduce(0) { $0 + $1 * $1 } / count - 1) < 0.045)
    #expect(abs(all.reduce(0) { $0 + $1 * $1 * $1 * $1 } / count - 3) < 0.3)
    #expect(abs(Double(all.count { abs($0) < 1 }) / count - 0.6827) < 0.015)
    // Neighbours, frames and channels are independent.
    let neighbours = zip(all, all.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / count
    #expect(abs(neighbours) < 0.03)
    let frames = zip(noise[0], noise[1]).reduce(0) { $0 + $1.0 * $1.1 } / Double(noise[0].count)
    #expect(abs(frames) < 0.25)
    #expect(noise[0] != noise[16])
  }

  @Test("erasing with \"const\" fills zeros, and several boxes share the area")
  func erasedConstant() {
    var erasing = RandomErasing()
    erasing.mode = .const
    erasing.count = 3
    erasing.probability = 1
    var largest = 0
    for sample in 0..<500 {
      var random = SampleKey(seed: 4, epoch: 0, sample: sample).sequence("erasing")
      let boxes = erasing.draw(height: 60, width: 60, &random)
      #expect(boxes.count == 3)
      largest = max(largest, boxes.map { $0.width * $0.height }.max() ?? 0)
      var clip = [Float](repeating: 1, count: 3600)
      erasing.apply(boxes, &clip, planes: 1, height: 60, width: 60, &random)
      for box in boxes where box.width > 0 && box.height > 0 { #expect(clip[box.y * 60 + box.x] == 0) }
    }
    #expect(largest <= 3600 / 9 + 60)
  }
}
