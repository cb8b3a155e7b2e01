import KernelsV4Quads

extension TileProduct {
  /// y (rows, outputs) = x (rows, inputs) W^T, with every row of x in 255 steps of its own.
  static func multiplyBytes(
    _ x: UnsafePointer<Float>, _ xStride: Int, _ matrix: PanelMatrix, _ y: UnsafeMutablePointer<Float>, _ yStride: Int, rows: Int,
    _ scratch: TileScratch
  ) {
    // A line between rows that lie a power of two apart, and the scale of every row behind them all.
    let stride = matrix.units + 16
    let chunk = TileScratch.roundedCount / (stride + 1)
    for first in Swift.stride(from: 0, to: rows, by: chunk) {
      let count = min(chunk, rows - first)
      let scales = scratch.rounded + count * stride
      packQuads(count, matrix.inputs, x + first * xStride, xStride, scratch.rounded, stride, scales: scales)
      for column in Swift.stride(from: 0, to: matrix.outputs, by: columns) {
        pass(count, matrix, column, scratch, stride, scales: scales, y + first * yStride + column, yStride)
      }
    }
  }

  /// Rows over one panel: sums of products in a tile, scaled on their way to y.
  private static func pass(
    _ count: Int, _ matrix: PanelMatrix, _ column: Int, _ scratch: TileScratch, _ stride: Int, scales: UnsafePointer<Float>,
    _ y: UnsafeMutablePointer<Float>, _ yStride: Int
  ) {
    let tiles = (count + tileRows - 1) / tileRows
    let width = min(columns, matrix.outputs - column)
    for index in 0..<tiles {
      let row = count * index / tiles
      let rows = count * (index + 1) / tiles - row
      let target = y + row * yStride
      let isWhole = width == columns
      multiplyTile(
        rows, matrix.units, scratch.rounded + row * stride, stride, matrix.panels + column * matrix.units,
        isWhole ? target : scratch.tile, isWhole ? yStride : columns)
      if !isWhole {
        for line in 0..<rows { (target + line * yStride).update(from: scratch.tile + line * columns, count: width) }
      }
      scaleTile(
        rows, width, target, yStride, rowScales: scales + row, columnScales: matrix.scales(from: column),
        shifts: matrix.shifts(from: column))
    }
  }
}
