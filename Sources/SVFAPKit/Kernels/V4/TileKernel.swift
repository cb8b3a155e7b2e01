import CKernelShims

/// c (rows, 32) = or += op(a) (rows, depth) times a panel [depth][32]; `rows` is 1 to 14. Transposed, a is (depth, rows).
public func multiplyTile(
  _ rows: Int, _ isTransposed: Bool, _ adding: Bool, _ depth: Int, _ a: UnsafePointer<Float>, _ stride: Int, _ panel: UnsafePointer<Float>,
  _ c: UnsafeMutablePointer<Float>, _ cStride: Int
) {
  kernel_tile_of(Int64(rows), isTransposed ? 1 : 0, adding ? 1 : 0, Int64(depth), a, Int64(stride), panel, c, Int64(cStride))
}

/// Packs `count` columns of op(b) (depth, columns) from `b` on into a panel [depth][32], those missing as zeros. Transposed,
/// b is (columns, depth), as weights are. Up to 15 rows of the panel are written behind its end.
public func packPanel(
  _ isTransposed: Bool, _ depth: Int, _ count: Int, _ b: UnsafePointer<Float>, _ stride: Int, _ panel: UnsafeMutablePointer<Float>
) {
  if isTransposed {
    for half in Swift.stride(from: 0, to: 32, by: 16) {
      for step in Swift.stride(from: 0, to: depth, by: 16) {
        kernel_pack_turned(
          b + half &* stride + step, Int64(stride), Int64(min(16, max(0, count - half))), Int64(min(16, depth - step)),
          panel + step &* 32 + half)
      }
    }
    return
  }
  for step in 0..<depth {
    let (source, target) = (b + step &* stride, panel + step &* 32)
    if count == 32 {
      store(load(source), target)
      store(load(source + 16), target + 16)
    } else {
      for column in 0..<32 { target[column] = column < count ? source[column] : 0 }
    }
  }
}
