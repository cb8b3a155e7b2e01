import CKernelShims

// Units are four bytes that follow each other along the depth: of x unsigned, 128 standing for 0, of weights signed. A depth
// here counts units. Memory of units is declared as Float, whose size they have.

/// Sums (rows, 32) of int32, as bits, = a (rows, depth) times a panel [depth][32]; `rows` is 1 to 14.
public func multiplyTile(
  _ rows: Int, _ depth: Int, _ a: UnsafePointer<Float>, _ stride: Int, _ panel: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>,
  _ cStride: Int
) {
  kernel_quad_tile_of(Int64(rows), 0, 0, Int64(depth), a, Int64(stride), panel, c, Int64(cStride))
}

/// In place: sums (rows, count) become numbers: (sum - shift of the column) * scale of the row * scale of the column. The
/// arrays of columns have 32 places.
public func scaleTile(
  _ rows: Int, _ count: Int, _ sums: UnsafeMutablePointer<Float>, _ stride: Int, rowScales: UnsafePointer<Float>,
  columnScales: UnsafePointer<Float>, shifts: UnsafePointer<Float>
) {
  for row in 0..<rows {
    let line = sums + row &* stride
    for column in Swift.stride(from: 0, to: count, by: 16) {
      let places = min(16, count - column)
      let value = kernel_scale_sums(
        kernel_load_part(line + column, Int64(places)), load(shifts + column), rowScales[row], load(columnScales + column))
      if places == 16 { store(value, line + column) } else { storeTail(value, line + column, places) }
    }
  }
}

/// Rows of bytes (rows, depth / 4 units) from rows of numbers, and what each row's bytes are to be multiplied by: the row's
/// largest magnitude over 127. What is not finite makes the whole row NaN.
public func packQuads(
  _ rows: Int, _ depth: Int, _ x: UnsafePointer<Float>, _ stride: Int, _ quads: UnsafeMutablePointer<Float>, _ quadStride: Int,
  scales: UnsafeMutablePointer<Float>
) {
  for row in 0..<rows {
    let line = x + row &* stride
    scales[row] = largest(line, depth) / 127
    write(line, depth, scale: scales[row], offset: 128, quads + row &* quadStride)
  }
}

/// Packs up to 32 rows of a weight (count, depth) into a panel, with the scale of each and its shift, 128 times the sum of its
/// bytes: what the offset of x adds to its sums. `line` is scratch memory for the units of a row and 16 more.
public func packPanel(
  _ depth: Int, _ count: Int, _ weight: UnsafePointer<Float>, _ panel: UnsafeMutablePointer<Float>, scales: UnsafeMutablePointer<Float>,
  shifts: UnsafeMutablePointer<Float>, line: UnsafeMutablePointer<Float>
) {
  let units = (depth + 3) / 4
  for column in 0..<32 {
    scales[column] = 0
    shifts[column] = 0
    for unit in 0..<units { panel[unit &* 32 &+ column] = 0 }
    guard column < count else { continue }
    scales[column] = largest(weight + column &* depth, depth) / 127
    write(weight + column &* depth, depth, scale: scales[column], offset: 0, line)
    var sum: Int32 = 0
    UnsafeRawPointer(line).withMemoryRebound(to: Int8.self, capacity: depth) { bytes in
      for index in 0..<depth { sum &+= Int32(bytes[index]) }
    }
    shifts[column] = Float(bitPattern: UInt32(bitPattern: 128 &* sum))
    for unit in 0..<units { panel[unit &* 32 &+ column] = line[unit] }
  }
}

/// The largest magnitude of a row; NaN if it holds one.
private func largest(_ x: UnsafePointer<Float>, _ count: Int) -> Float {
  var peaks = SIMD16<Float>(repeating: 0)
  var checks = SIMD16<Float>(repeating: 0)
  for step in Swift.stride(from: 0, to: count, by: 16) {
    let value = kernel_load_part(x + step, Int64(count - step))
    peaks = kernel_max(kernel_max(value, -value), peaks)
    // 0 times a number is 0, and NaN otherwise.
    checks = kernel_fma(value, SIMD16<Float>(repeating: 0), checks)
  }
  return kernel_largest(peaks) + kernel_sum(checks)
}

private func write(_ x: UnsafePointer<Float>, _ depth: Int, scale: Float, offset: Int32, _ units: UnsafeMutablePointer<Float>) {
  let inverse = scale > 0 ? 1 / scale : 0
  let bytes = UnsafeMutableRawPointer(units)
  for step in Swift.stride(from: 0, to: depth, by: 16) {
    kernel_store_bytes(kernel_load_part(x + step, Int64(depth - step)), inverse, offset, bytes + step)
  }
}
