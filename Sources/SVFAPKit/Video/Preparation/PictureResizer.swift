import Base

/// Resizes RGB pictures as Pillow does, bit for bit: antialiased, horizontal pass first, 8 bits between the passes.
///
/// That is Pillow up to version 12 (the published models were trained with 9.3); version 13 takes the vertical pass first
/// for some shapes.
///
/// Weights and scratch memory are kept from picture to picture; one thread at a time uses a resizer.
package final class PictureResizer {
  package let width: Int
  package let height: Int
  package let filter: ResizeFilter

  private struct Plan {
    let sourceWidth: Int
    let sourceHeight: Int
    let box: PixelBox
    let horizontal: ResizeWeights
    let vertical: ResizeWeights
  }
  private var plan: Plan?
  /// What the horizontal pass leaves for the vertical one. Not an array: Swift 6.3 compiled the closure that would lend its
  /// memory so that it came back with the register of thrown errors in use, and the program ran on behind its end.
  private var between: ByteBuffer?

  package init(width: Int, height: Int, filter: ResizeFilter) {
    self.width = width
    self.height = height
    self.filter = filter
  }

  /// Fills `target` (height, width, 3) from the part `box` of a picture.
  ///
  /// - Parameter box: inside the picture; the whole picture by default.
  /// - Throws: `noMemory` for a picture too high.
  package func resize(
    _ rgb: UnsafePointer<UInt8>, rowBytes: Int, width sourceWidth: Int, height sourceHeight: Int, box: PixelBox? = nil,
    into target: UnsafeMutablePointer<UInt8>
  ) throws(SVFAPError) {
    let box = box ?? PixelBox(x: 0, y: 0, width: sourceWidth, height: sourceHeight)
    let plan = plan(sourceWidth, sourceHeight, box)
    // Only rows that the vertical pass reads go through the horizontal one.
    let firstRow = plan.vertical.bounds.map(\.start).min() ?? 0
    let lastRow = plan.vertical.bounds.map { $0.start + $0.count }.max() ?? 0
    let rows = lastRow - firstRow
    let middle = try room(for: rows * width * 3)
    let needsHorizontal = box.width != width || box.x != 0 || sourceWidth != width
    let needsVertical = box.height != height || box.y != 0 || sourceHeight != height
    for row in 0..<rows {
      let source = rgb + (firstRow + row) * rowBytes
      if needsHorizontal {
        Self.horizontal(source, plan.horizontal, middle + row * width * 3)
      } else {
        (middle + row * width * 3).update(from: source, count: width * 3)
      }
    }
    if needsVertical {
      Self.vertical(middle, firstRow: firstRow, width: width, plan.vertical, target)
    } else {
      target.update(from: middle, count: width * height * 3)
    }
  }

  private func room(for count: Int) throws(SVFAPError) -> UnsafeMutablePointer<UInt8> {
    if let between, between.count >= count { return between.pointer }
    between = nil
    let made = try ByteBuffer(count: count)
    between = made
    return made.pointer
  }

  private func plan(_ sourceWidth: Int, _ sourceHeight: Int, _ box: PixelBox) -> Plan {
    if let plan, plan.sourceWidth == sourceWidth, plan.sourceHeight == sourceHeight, plan.box == box { return plan }
    let made = Plan(
      sourceWidth: sourceWidth, sourceHeight: sourceHeight, box: box,
      horizontal: ResizeWeights(input: sourceWidth, output: width, box: box.x..<box.x + box.width, filter: filter),
      vertical: ResizeWeights(input: sourceHeight, output: height, box: box.y..<box.y + box.height, filter: filter))
    plan = made
    return made
  }

  private static let rounding: Int32 = 1 << (Int32(ResizeWeights.precision) - 1)

  @inline(__always)
  private static func clip(_ sum: Int32) -> UInt8 {
    UInt8(truncatingIfNeeded: min(max(sum >> Int32(ResizeWeights.precision), 0), 255))
  }

  /// Sums stay below 2^31: weights add up to about 2^22 (bicubic: below 2^23 in absolute value), pixels are below 2^8.
  private static func horizontal(_ source: UnsafePointer<UInt8>, _ weights: ResizeWeights, _ target: UnsafeMutablePointer<UInt8>) {
    weights.weights.withUnsafeBufferPointer { table in
      weights.bounds.withUnsafeBufferPointer { bounds in
        for pixel in 0..<weights.output {
          let (start, count) = bounds[pixel]
          var red = rounding
          var green = rounding
          var blue = rounding
          var tap = pixel &* weights.taps
          var place = source + start &* 3
          for _ in 0..<count {
            let weight = table[tap]
            red &+= Int32(place[0]) &* weight
            green &+= Int32(place[1]) &* weight
            blue &+= Int32(place[2]) &* weight
            tap &+= 1
            place += 3
          }
          target[3 &* pixel] = clip(red)
          target[3 &* pixel &+ 1] = clip(green)
          target[3 &* pixel &+ 2] = clip(blue)
        }
      }
    }
  }

  private static func vertical(
    _ source: UnsafePointer<UInt8>, firstRow: Int, width: Int, _ weights: ResizeWeights, _ target: UnsafeMutablePointer<UInt8>
  ) {
    let count = width * 3
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: count) { sums in
      for row in 0..<weights.output {
        let (start, taps) = weights.bounds[row]
        sums.update(repeating: rounding)
        for tap in 0..<taps {
          let weight = weights.weights[row * weights.taps + tap]
          let line = source + (start - firstRow + tap) * count
          for index in 0..<count { sums[index] &+= Int32(line[index]) &* weight }
        }
        let out = target + row * count
        for index in 0..<count { out[index] = clip(sums[index]) }
      }
    }
  }
}

/// A rectangle of whole pixels.
package struct PixelBox: Sendable, Equatable {
  package let x: Int
  package let y: Int
  package let width: Int
  package let height: Int

  package init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }
}
