import PluginKit

/// An RGB picture that is drawn on: areas with smooth edges, soft spots, and a mask that limits them.
final class Canvas {
  let width: Int
  let height: Int
  /// (height, width, 3)
  var pixels: UnsafeMutablePointer<UInt8> { memory.pointer }

  private let memory: HostMemory
  private let mask: HostMemory  // (height, width): 0 outside, 255 inside
  private let rasterizer: Rasterizer
  private var isMasked = false

  /// - Throws: `noMemory`.
  init(width: Int, height: Int) throws(PluginError) {
    self.width = width
    self.height = height
    memory = try HostMemory(capacity: width * height * 3)
    mask = try HostMemory(capacity: width * height)
    rasterizer = try Rasterizer(width: width, height: height)
  }

  /// Takes over the pixels of a canvas of the same size.
  func copy(_ other: Canvas) { pixels.update(from: other.pixels, count: width * height * 3) }

  /// Mixes a colour into a pixel, `share` of 256.
  @inline(__always)
  private func mix(_ pixel: UnsafeMutablePointer<UInt8>, _ color: Color, _ share: Int32) {
    pixel[0] = UInt8(truncatingIfNeeded: Int32(pixel[0]) + ((color.red - Int32(pixel[0])) * share + 128) >> 8)
    pixel[1] = UInt8(truncatingIfNeeded: Int32(pixel[1]) + ((color.green - Int32(pixel[1])) * share + 128) >> 8)
    pixel[2] = UInt8(truncatingIfNeeded: Int32(pixel[2]) + ((color.blue - Int32(pixel[2])) * share + 128) >> 8)
  }

  /// What the mask leaves of a share.
  @inline(__always)
  private func masked(_ share: Int32, _ place: Int) -> Int32 {
    guard isMasked else { return share }
    let inside = Int32(mask.pointer[place])
    // 255 counts as the whole.
    return (share * (inside + inside >> 7)) >> 8
  }

  /// Fills an area.
  ///
  /// - Parameter edge: its corners in pixels; the area closes itself.
  func fill(_ edge: [Point], _ color: Color, opacity: Float = 1) {
    let scale = min(max(opacity, 0), 1) * 256
    guard scale >= 1 else { return }
    rasterizer.scan(edge) { y, first, coverage in
      for index in coverage.indices {
        let share = masked(Int32(coverage[index] * scale + 0.5), y * width + first + index)
        if share > 0 { mix(pixels + (y * width + first + index) * 3, color, share) }
      }
    }
  }

  /// Fills an area with a colour that changes evenly from one at `start` to another at `end`.
  func fill(_ edge: [Point], from: Color, at start: Point, to: Color, at end: Point) {
    let way = end - start
    let scale = 256 / max(way.x * way.x + way.y * way.y, 1e-6)
    rasterizer.scan(edge) { y, first, coverage in
      for index in coverage.indices {
        let share = masked(Int32(coverage[index] * 256 + 0.5), y * width + first + index)
        guard share > 0 else { continue }
        let position = ((Float(first + index) - start.x) * way.x + (Float(y) - start.y) * way.y) * scale
        let part = Int32(min(max(position, 0), 256))
        let color = Color(
          from.red + ((to.red - from.red) * part) >> 8, from.green + ((to.green - from.green) * part) >> 8,
          from.blue + ((to.blue - from.blue) * part) >> 8)
        mix(pixels + (y * width + first + index) * 3, color, share)
      }
    }
  }

  /// A soft spot: strongest in the middle, fading to nothing at its edge.
  func spot(_ centre: Point, _ radiusX: Float, _ radiusY: Float, _ color: Color, opacity: Float) {
    let scale = min(max(opacity, 0), 1) * 256
    guard scale >= 1, radiusX > 0, radiusY > 0, centre.x.isFinite, centre.y.isFinite else { return }
    let left = max(centre.x - radiusX, 0)
    let right = min(centre.x + radiusX + 1, Float(width))
    let top = max(centre.y - radiusY, 0)
    let bottom = min(centre.y + radiusY + 1, Float(height))
    guard left < right, top < bottom else { return }
    for y in Int(top)..<Int(bottom) {
      let dy = (Float(y) + 0.5 - centre.y) / radiusY
      for x in Int(left)..<Int(right) {
        let dx = (Float(x) + 0.5 - centre.x) / radiusX
        let rest = 1 - dx * dx - dy * dy
        guard rest > 0 else { continue }
        let share = masked(Int32(rest * rest * scale), y * width + x)
        if share > 0 { mix(pixels + (y * width + x) * 3, color, share) }
      }
    }
  }

  /// Draws with `body` inside an area only.
  func clipped(to edge: [Point], _ body: () -> Void) {
    var top = height
    var bottom = 0
    rasterizer.scan(edge) { y, first, coverage in
      top = min(top, y)
      bottom = max(bottom, y + 1)
      let row = mask.pointer + y * width + first
      for index in coverage.indices { row[index] = UInt8(coverage[index] * 255 + 0.5) }
    }
    isMasked = true
    body()
    isMasked = false
    guard top < bottom else { return }
    (mask.pointer + top * width).update(repeating: 0, count: (bottom - top) * width)
  }

  /// Adds grain with a standard deviation of about `amplitude` grey levels, other grain for every key.
  func addGrain(_ amplitude: Float, key: UInt64) {
    // The sum of two random bytes has a deviation of 104.5.
    let strength = Int32(amplitude * 256 / 104.5)
    guard strength > 0 else { return }
    for index in 0..<width * height {
      let bits = SeededRandom.mixed(key &+ UInt64(index))
      for channel in 0..<3 {
        let part = bits >> UInt64(channel * 16)
        let sum = Int32(part & 0xFF) + Int32(part >> 8 & 0xFF) - 255
        let value = Int32(pixels[index * 3 + channel]) + (sum * strength) >> 8
        pixels[index * 3 + channel] = UInt8(clamping: value)
      }
    }
  }
}
