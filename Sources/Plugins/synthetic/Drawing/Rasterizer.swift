import PluginKit

/// Turns areas into the share of each pixel that they cover, exactly: every edge adds the area to its right to the
/// pixels that it crosses, and a running sum along a row gives the coverage (the signed-area accumulation of font
/// rasterisers).
///
/// Nothing but single additions and multiplications in a fixed order: the same on every machine.
final class Rasterizer {
  private let width: Int
  private let height: Int
  private let stride: Int
  private let memory: HostMemory
  private let cells: UnsafeMutablePointer<Float>  // (height, stride), all 0 between areas
  private var rows = 0..<0
  private var columns = 0..<0
  private var leftmost: Float = 0
  private var rightmost: Float = 0

  /// - Throws: `noMemory`.
  init(width: Int, height: Int) throws(PluginError) {
    self.width = width
    self.height = height
    // Two more than pixels: an edge at the right border adds to the cells behind it.
    stride = width + 2
    memory = try HostMemory(capacity: stride * height * 4)
    cells = UnsafeMutableRawPointer(memory.pointer).bindMemory(to: Float.self, capacity: stride * height)
  }

  /// Calls `row` for every row that the area touches, with the first pixel and the coverage, 0...1, of pixels from there on.
  @inline(__always)
  func scan(_ edge: [Point], row: (_ y: Int, _ first: Int, _ coverage: UnsafeBufferPointer<Float>) -> Void) {
    guard edge.count > 2, setBounds(edge) else { return }
    var last = edge[edge.count - 1]
    for point in edge {
      add(last, point)
      last = point
    }
    for y in rows {
      let base = cells + y * stride
      var sum: Float = 0
      for x in columns {
        sum += base[x]
        base[x] = min(abs(sum), 1)
      }
      row(y, columns.lowerBound, UnsafeBufferPointer(start: base + columns.lowerBound, count: columns.count))
      for x in columns.lowerBound..<min(columns.upperBound + 2, stride) { base[x] = 0 }
    }
  }

  /// The rows and columns that the area may touch; false if there are none.
  private func setBounds(_ edge: [Point]) -> Bool {
    var (left, right, top, bottom) = (edge[0].x, edge[0].x, edge[0].y, edge[0].y)
    for point in edge {
      left = min(left, point.x)
      right = max(right, point.x)
      top = min(top, point.y)
      bottom = max(bottom, point.y)
    }
    // Comparisons with NaN are false: such an area is not drawn.
    guard right > 0, left < Float(width), bottom > 0, top < Float(height) else { return false }
    leftmost = max(left, 0)
    rightmost = min(right, Float(width))
    columns = Int(leftmost)..<min(Int(rightmost) + 1, width)
    rows = Int(max(top, 0))..<Int(min(bottom, Float(height - 1))) + 1
    return true
  }

  /// Adds one edge.
  private func add(_ from: Point, _ to: Point) {
    guard from.y != to.y else { return }
    let direction: Float = from.y < to.y ? 1 : -1
    let (upper, lower) = from.y < to.y ? (from, to) : (to, from)
    let slope = (lower.x - upper.x) / (lower.y - upper.y)
    let bottom = min(lower.y, Float(height))
    var y = max(upper.y, 0)
    var x = upper.x + (y - upper.y) * slope
    while y < bottom {
      let line = Int(y)
      let next = min(Float(line + 1), bottom)
      let nextX = x + slope * (next - y)
      add(cells + line * stride, min(x, nextX), max(x, nextX), (next - y) * direction)
      x = nextX
      y = next
    }
  }

  /// Adds the part of an edge within one row: it runs from `left` to `right` and is `height` high, signed.
  @inline(__always)
  private func add(_ row: UnsafeMutablePointer<Float>, _ left: Float, _ right: Float, _ height: Float) {
    // Within the bounds of the area: steps along an edge may overshoot by a rounding.
    let left = min(max(left, leftmost), rightmost)
    let right = min(max(right, leftmost), rightmost)
    let first = Int(left)
    let start = left - Float(first)
    if right <= Float(first + 1) {
      // Within one pixel: the trapezium right of the edge.
      let middle = (left + right) * 0.5 - Float(first)
      row[first] += height * (1 - middle)
      row[first + 1] += height * middle
      return
    }
    // Over several: a triangle, whole slices, a triangle.
    let slice = height / (right - left)
    let final = Int(right)
    let end = right - Float(final)
    let head = 0.5 * slice * (1 - start) * (1 - start)
    let tail = 0.5 * slice * end * end
    row[first] += head
    var covered = head
    for x in first + 1..<max(final, first + 1) {
      let total = slice * (Float(x) + 0.5 - left)
      row[x] += total - covered
      covered = total
    }
    row[final] += height - covered - tail
    row[final + 1] += tail
  }
}
