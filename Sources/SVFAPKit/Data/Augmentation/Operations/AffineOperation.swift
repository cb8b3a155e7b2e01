import Glibc

/// Moves pixels: output pixel (x, y) shows what lies at (a (x + .5) + b (y + .5) + c, d (x + .5) + e (y + .5) + f) of the
/// input, interpolated with bicubic splines; what lies outside is grey (128).
///
/// Equal to Pillow's affine transform bit for bit (published c.8): the arithmetic is its double precision, in its order.
struct AffineOperation: Equatable {
  var a = 1.0
  var b = 0.0
  var c = 0.0
  var d = 0.0
  var e = 1.0
  var f = 0.0

  static func shearX(_ slope: Double) -> AffineOperation { AffineOperation(b: slope) }
  static func shearY(_ slope: Double) -> AffineOperation { AffineOperation(d: slope) }
  static func translateX(_ pixels: Double) -> AffineOperation { AffineOperation(c: pixels) }
  static func translateY(_ pixels: Double) -> AffineOperation { AffineOperation(f: pixels) }

  /// Turns by `degrees`, counter-clockwise, about the centre of pictures of this size.
  static func rotation(_ degrees: Double, width: Int, height: Int) -> AffineOperation {
    // Python's remainder is never negative: -21 degrees become 339, whose sine differs in the last digits.
    var turn = fmod(degrees, 360)
    if turn < 0 { turn += 360 }
    let angle = -(turn * (.pi / 180))
    var matrix = AffineOperation(
      a: roundedTo15Digits(cos(angle)), b: roundedTo15Digits(sin(angle)), d: roundedTo15Digits(-sin(angle)),
      e: roundedTo15Digits(cos(angle)))
    let x = Double(width) / 2
    let y = Double(height) / 2
    matrix.c = matrix.a * -x + matrix.b * -y + x
    matrix.f = matrix.d * -x + matrix.e * -y + y
    return matrix
  }

  /// The nearest multiple of 1e-15, as Python's round(x, 15) for |x| <= 1.
  private static func roundedTo15Digits(_ x: Double) -> Double {
    let scale = 1e15
    let product = x * scale
    let rest = (-product).addingProduct(x, scale)  // product + rest is exactly x * 1e15
    var whole = product.rounded(.toNearestOrEven)
    let offset = (product - whole) + rest
    if offset > 0.5 { whole += 1 }
    if offset < -0.5 { whole -= 1 }
    return whole / scale
  }

  /// Where the pixels of an output row come from: the same for every frame.
  private struct Place {
    /// Upper left of the 4 x 4 pixels that are read; -2 or more. `outside` if there are none.
    var x: Int32
    var y: Int32
    var dx: Double
    var dy: Double

    static let outside = Int32.min
  }

  static let fill: UInt8 = 128

  func apply(_ source: PictureClip, into target: PictureClip) {
    let width = source.width
    withUnsafeTemporaryAllocation(of: Place.self, capacity: width) { places in
      for y in 0..<source.height {
        for x in 0..<width { places[x] = place(x, y, source) }
        for index in 0..<source.frames {
          let from = source.frame(index)
          let to = target.frame(index) + y * target.rowBytes
          for x in 0..<width {
            Self.interpolate(from, width: width, height: source.height, places[x], into: to + 3 &* x)
          }
        }
      }
    }
  }

  private func place(_ x: Int, _ y: Int, _ clip: PictureClip) -> Place {
    let xIn = Double(x) + 0.5
    let yIn = Double(y) + 0.5
    let xOut = a * xIn + b * yIn + c
    let yOut = d * xIn + e * yIn + f
    guard xOut >= 0, xOut < Double(clip.width), yOut >= 0, yOut < Double(clip.height) else {
      return Place(x: Place.outside, y: 0, dx: 0, dy: 0)
    }
    let column = (xOut - 0.5).rounded(.down)
    let row = (yOut - 0.5).rounded(.down)
    return Place(x: Int32(column) - 1, y: Int32(row) - 1, dx: xOut - 0.5 - column, dy: yOut - 0.5 - row)
  }

  @inline(__always)
  private static func interpolate(
    _ frame: UnsafePointer<UInt8>, width: Int, height: Int, _ place: Place, into target: UnsafeMutablePointer<UInt8>
  ) {
    guard place.x != Place.outside else {
      target[0] = fill
      target[1] = fill
      target[2] = fill
      return
    }
    // Columns are clamped to the picture.
    let x = Int(place.x)
    let last = width &- 1
    let columns = Columns(
      min(max(x, 0), last) &* 3, min(max(x &+ 1, 0), last) &* 3, min(max(x &+ 2, 0), last) &* 3, min(max(x &+ 3, 0), last) &* 3)
    let y = Int(place.y)
    let stride = width &* 3
    // A row below the picture repeats the one before it; the first one is clamped.
    let first = frame + min(max(y, 0), height &- 1) &* stride
    var value: SIMD4<Double>
    if place.dy == 0 {
      // Interpolation down to nothing: the second row as it is.
      let row = y &+ 1 >= 0 && y &+ 1 < height ? frame + (y &+ 1) &* stride : first
      value = line(row, columns, place.dx)
    } else {
      let v1 = line(first, columns, place.dx)
      let v2 = y &+ 1 >= 0 && y &+ 1 < height ? line(frame + (y &+ 1) &* stride, columns, place.dx) : v1
      let v3 = y &+ 2 >= 0 && y &+ 2 < height ? line(frame + (y &+ 2) &* stride, columns, place.dx) : v2
      let v4 = y &+ 3 >= 0 && y &+ 3 < height ? line(frame + (y &+ 3) &* stride, columns, place.dx) : v3
      let dy = SIMD4<Double>(repeating: place.dy)
      value = v2 + dy * ((v3 - v1) + dy * ((2 * (v1 - v2) + v3 - v4) + dy * (v2 - v1 - v3 + v4)))
    }
    target[0] = clip(value.x)
    target[1] = clip(value.y)
    target[2] = clip(value.z)
  }

  private struct Columns {
    let first: Int
    let second: Int
    let third: Int
    let fourth: Int

    @inline(__always)
    init(_ first: Int, _ second: Int, _ third: Int, _ fourth: Int) {
      self.first = first
      self.second = second
      self.third = third
      self.fourth = fourth
    }
  }

  /// The three channels between the second and third of four pixels of a row. Differences of bytes are exact, so they
  /// are taken as whole numbers.
  @inline(__always)
  private static func line(_ row: UnsafePointer<UInt8>, _ columns: Columns, _ dx: Double) -> SIMD4<Double> {
    let v2 = pixel(row + columns.second)
    if dx == 0 { return SIMD4<Double>(v2) }
    let v1 = pixel(row + columns.first)
    let v3 = pixel(row + columns.third)
    let v4 = pixel(row + columns.fourth)
    let t = SIMD4<Double>(repeating: dx)
    let p2 = SIMD4<Double>(v3 &- v1)
    let p3 = SIMD4<Double>((v1 &- v2) &+ (v1 &- v2) &+ v3 &- v4)
    let p4 = SIMD4<Double>(v2 &- v1 &- v3 &+ v4)
    return SIMD4<Double>(v2) + t * (p2 + t * (p3 + t * p4))
  }

  /// Three channels and a byte that nobody looks at; a clip's memory goes on behind its last pixel.
  @inline(__always)
  private static func pixel(_ place: UnsafePointer<UInt8>) -> SIMD4<Int32> {
    SIMD4<Int32>(Int32(place[0]), Int32(place[1]), Int32(place[2]), Int32(place[3]))
  }

  @inline(__always)
  private static func clip(_ value: Double) -> UInt8 {
    if value <= 0 { return 0 }
    if value >= 255 { return 255 }
    return UInt8(truncatingIfNeeded: Int32(value))
  }
}
