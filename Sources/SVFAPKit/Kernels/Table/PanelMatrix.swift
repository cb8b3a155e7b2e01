import Base
import KernelsV4
import KernelsV4Pairs
import KernelsV4Quads

/// A weight W (outputs, inputs), packed once for products x W^T by tiles: panels of 32 outputs, each [units][32], where a
/// unit holds as many inputs as the precision fits into 32 bits. Outputs that do not fill the last panel are 0. Behind the
/// panels of int8 stand the scales of all outputs and then their shifts.
package struct PanelMatrix: Sendable {
  package let precision: Precision
  package let outputs: Int
  package let inputs: Int
  nonisolated(unsafe) package let panels: UnsafePointer<Float>

  /// Units of the depth.
  var units: Int { Self.units(inputs, precision) }

  /// - Parameter panels: what `pack` wrote; it must outlive the matrix.
  package init(_ panels: UnsafePointer<Float>, outputs: Int, inputs: Int, precision: Precision) {
    self.panels = panels
    self.outputs = outputs
    self.inputs = inputs
    self.precision = precision
  }

  private static func units(_ inputs: Int, _ precision: Precision) -> Int {
    (inputs + precision.numbersInUnit - 1) / precision.numbersInUnit
  }

  /// Floats of memory that `pack` may write to.
  package static func count(outputs: Int, inputs: Int, precision: Precision) -> Int {
    let panels = (outputs + TileProduct.columns - 1) / TileProduct.columns
    let ends = precision == .int8 ? 2 * panels : TileProduct.slack
    return (panels * units(inputs, precision) + ends) * TileProduct.columns
  }

  /// int8: the scales of the outputs from `first` on, and 128 times the sums of their bytes.
  func scales(from first: Int) -> UnsafePointer<Float> { panels + Self.filled(outputs) * units + first }
  func shifts(from first: Int) -> UnsafePointer<Float> { scales(from: first) + Self.filled(outputs) }

  /// Outputs with those that fill up the last panel.
  private static func filled(_ outputs: Int) -> Int {
    (outputs + TileProduct.columns - 1) / TileProduct.columns * TileProduct.columns
  }

  /// Packs the rows of a weight (outputs, inputs). The processor must support the precision.
  ///
  /// - Throws: `noMemory` for what products with it will need.
  package static func pack(
    _ weight: UnsafePointer<Float>, outputs: Int, inputs: Int, precision: Precision, into panels: UnsafeMutablePointer<Float>
  ) throws(SVFAPError) {
    try TileScratch.reserve()
    if precision == .int8 { return try packBytes(weight, outputs: outputs, inputs: inputs, into: panels) }
    let packPanel = precision == .float32 ? KernelsV4.packPanel : KernelsV4Pairs.packPanel
    for first in stride(from: 0, to: outputs, by: TileProduct.columns) {
      packPanel(
        true, inputs, min(TileProduct.columns, outputs - first), weight + first * inputs, inputs, panels + first * units(inputs, precision))
    }
  }

  private static func packBytes(
    _ weight: UnsafePointer<Float>, outputs: Int, inputs: Int, into panels: UnsafeMutablePointer<Float>
  ) throws(SVFAPError) {
    let units = units(inputs, .int8)
    let line = try FloatBuffer(count: units + 16)
    let scales = panels + filled(outputs) * units
    for first in stride(from: 0, to: outputs, by: TileProduct.columns) {
      KernelsV4Quads.packPanel(
        inputs, min(TileProduct.columns, outputs - first), weight + first * inputs, panels + first * units, scales: scales + first,
        shifts: scales + filled(outputs) + first, line: line.pointer)
    }
  }

  /// The weight as it was before it was packed in float32.
  package func unpack(into weight: UnsafeMutablePointer<Float>) {
    for output in 0..<outputs {
      let column = panels + output / TileProduct.columns * TileProduct.columns * inputs + output % TileProduct.columns
      let row = weight + output * inputs
      for input in 0..<inputs { row[input] = column[input * TileProduct.columns] }
    }
  }
}
