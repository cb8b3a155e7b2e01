import CKernelShims

// Units are pairs of bfloat16 that follow each other along the depth; a depth here counts units. Memory of units is
// declared as Float, whose size they have.

/// c (rows, 32) = or += op(a) (rows, depth) times a panel [depth][32]; `rows` is 1 to 14. Transposed, a is (depth, rows).
public func multiplyTile(
  _ rows: Int, _ isTransposed: Bool, _ adding: Bool, _ depth: Int, _ a: UnsafePointer<Float>, _ stride: Int, _ panel: UnsafePointer<Float>,
  _ c: UnsafeMutablePointer<Float>, _ cStride: Int
) {
  kernel_pair_tile_of(Int64(rows), isTransposed ? 1 : 0, adding ? 1 : 0, Int64(depth), a, Int64(stride), panel, c, Int64(cStride))
}

/// Packs `count` columns of op(b) (depth numbers, columns) into a panel, columns that are missing as zeros. Transposed, b is
/// (columns, depth), as weights are. Up to 15 rows of the panel are written behind its end.
public func packPanel(
  _ isTransposed: Bool, _ depth: Int, _ count: Int, _ b: UnsafePointer<Float>, _ stride: Int, _ panel: UnsafeMutablePointer<Float>
) {
  if isTransposed {
    for half in Swift.stride(from: 0, to: 32, by: 16) {
      for step in Swift.stride(from: 0, to: depth, by: 32) {
        kernel_pack_turned_pairs(
          b + half &* stride + step, Int64(stride), Int64(min(16, max(0, count - half))), Int64(min(32, depth - step)),
          panel + step &* 16 + half)
      }
    }
  } else {
    weavePairs(depth, min(count, 32), 32, b, stride, panel, 32)
  }
}

/// Rows of pairs (rows, depth / 2) from rows of numbers (rows, depth).
public func packPairs(
  _ rows: Int, _ depth: Int, _ a: UnsafePointer<Float>, _ stride: Int, _ pairs: UnsafeMutablePointer<Float>, _ pairStride: Int
) {
  for row in 0..<rows {
    let (source, target) = (a + row &* stride, pairs + row &* pairStride)
    for step in Swift.stride(from: 0, to: depth, by: 32) {
      let value = kernel_pairs(source + step, Int64(depth - step))
      let count = min(16, (depth - step + 1) / 2)
      if count == 16 { store(value, target + step / 2) } else { storeTail(value, target + step / 2, count) }
    }
  }
}

/// Rows of pairs (depth / 2, width) from pairs of rows of (depth, columns); columns behind the last one are 0.
public func weavePairs(
  _ depth: Int, _ columns: Int, _ width: Int, _ b: UnsafePointer<Float>, _ stride: Int, _ pairs: UnsafeMutablePointer<Float>,
  _ pairStride: Int
) {
  for step in Swift.stride(from: 0, to: depth, by: 2) {
    let (upper, lower, target) = (b + step &* stride, b + (step + 1) &* stride, pairs + (step / 2) &* pairStride)
    for column in Swift.stride(from: 0, to: width, by: 16) {
      let count = Int64(max(0, columns - column))
      let first = kernel_load_part(upper + column, count)
      let second = step + 1 < depth ? kernel_load_part(lower + column, count) : SIMD16<Float>(repeating: 0)
      let value = kernel_woven_pairs(first, second)
      if column + 16 <= width { store(value, target + column) } else { storeTail(value, target + column, width - column) }
    }
  }
}
