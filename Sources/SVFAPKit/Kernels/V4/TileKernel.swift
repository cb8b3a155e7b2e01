import CKernelShims

/// c (rows, 32) = or += op(a) (rows, depth) times a panel [depth][32]; `rows` is 1 to 14. Transposed, a is (depth, rows).
public func multiplyTile(
  _ rows: Int, _ isTransposed: Bool, _ adding: Bool, _ depth: Int, _ a: UnsafePointer<Float>, _ stride: Int, _ panel: UnsafePointer<Float>,
  _ c: UnsafeMutablePointer<Float>, _ cStride: Int
) {
  let (turned, more) = (Int32(isTransposed ? 1 : 0), Int32(adding ? 1 : 0))
  let (depth, stride, cStride) = (Int64(depth), Int64(stride), Int64(cStride))
  switch rows {
  case 1: kernel_tile_1(turned, more, depth, a, stride, panel, c, cStride)
  case 2: kernel_tile_2(turned, more, depth, a, stride, panel, c, cStride)
  case 3: kernel_tile_3(turned, more, depth, a, stride, panel, c, cStride)
  case 4: kernel_tile_4(turned, more, depth, a, stride, panel, c, cStride)
  case 5: kernel_tile_5(turned, more, depth, a, stride, panel, c, cStride)
  case 6: kernel_tile_6(turned, more, depth, a, stride, panel, c, cStride)
  case 7: kernel_tile_7(turned, more, depth, a, stride, panel, c, cStride)
  case 8: kernel_tile_8(turned, more, depth, a, stride, panel, c, cStride)
  case 9: kernel_tile_9(turned, more, depth, a, stride, panel, c, cStride)
  case 10: kernel_tile_10(turned, more, depth, a, stride, panel, c, cStride)
  case 11: kernel_tile_11(turned, more, depth, a, stride, panel, c, cStride)
  case 12: kernel_tile_12(turned, more, depth, a, stride, panel, c, cStride)
  case 13: kernel_tile_13(turned, more, depth, a, stride, panel, c, cStride)
  default: kernel_tile_14(turned, more, depth, a, stride, panel, c, cStride)
  }
}

/// Packs `count` columns of op(b) (depth, columns) from `b` on into a panel [depth][32], those missing as zeros. Transposed,
/// b is (columns, depth), as weights are.
public func packPanel(
  _ isTransposed: Bool, _ depth: Int, _ count: Int, _ b: UnsafePointer<Float>, _ stride: Int, _ panel: UnsafeMutablePointer<Float>
) {
  if !isTransposed {
    for step in 0..<depth {
      let (source, target) = (b + step &* stride, panel + step &* 32)
      if count == 32 {
        store(load(source), target)
        store(load(source + 16), target + 16)
      } else {
        for column in 0..<32 { target[column] = column < count ? source[column] : 0 }
      }
    }
    return
  }
  let whole = depth & ~15
  for half in Swift.stride(from: 0, to: 32, by: 16) where half + 16 <= count {
    for step in Swift.stride(from: 0, to: whole, by: 16) {
      kernel_turn(b + half &* stride + step, Int64(stride), panel + step &* 32 + half)
    }
  }
  // What does not fill sixteen rows or columns.
  let turned = count & ~15
  for step in 0..<depth {
    let target = panel + step &* 32
    for column in (step < whole ? turned : 0)..<32 { target[column] = column < count ? b[column &* stride + step] : 0 }
  }
}
