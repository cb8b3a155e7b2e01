import Base
import TestSupport
import Testing

@testable import Layers

/// Everything that a layer reads, in one block of memory: its parameters, its input, its context. The gradients lie in another
/// block of the same layout.
final class Operands {
  private let values: FloatBuffer
  private let gradients: FloatBuffer
  private var parts: [(name: String, offset: Int, count: Int)] = []
  private var used = 0
  let workspace: Workspace

  init(threads: Int = 2) throws {
    values = try FloatBuffer(count: 1 << 16)
    gradients = try FloatBuffer(count: 1 << 16)
    workspace = Workspace(pool: try ThreadPool(threads: threads))
  }

  /// Memory for an operand, filled with numbers in [-scale, scale).
  func callAsFunction(_ name: String, _ count: Int, scale: Float = 1) -> UnsafeMutablePointer<Float> {
    let pointer = values.pointer + used
    pointer.update(from: stream(name, seed: 3, count: count).map { $0 * scale }, count: count)
    parts.append((name, used, count))
    used += count
    return pointer
  }

  /// Where the gradient of an operand belongs.
  func gradient(_ operand: UnsafePointer<Float>) -> UnsafeMutablePointer<Float> { map.of(operand) }

  var map: GradientMap { GradientMap(parameters: values.pointer, gradients: gradients.pointer) }

  func linear(_ name: String, _ inputs: Int, _ outputs: Int, hasBias: Bool = true) -> Linear {
    let weight = self("\(name).weight", inputs * outputs, scale: 0.5)
    return Linear(weight: weight, bias: hasBias ? UnsafePointer(self("\(name).bias", outputs)) : nil, inputs: inputs, outputs: outputs)
  }

  func norm(_ name: String, _ width: Int) -> LayerNorm {
    LayerNorm(weight: self("\(name).weight", width), bias: self("\(name).bias", width), width: width, epsilon: 1e-6)
  }

  func ending(_ name: String, _ inputs: Int, _ width: Int) -> ResidualProjection {
    ResidualProjection(linear(name, inputs, width), gamma: self("\(name).gamma", width))
  }

  /// Compares the gradient of every operand with the derivative, along a direction, of a weighted sum of the outputs.
  ///
  /// - Parameters:
  ///   - outputs: how many numbers `forward` gives.
  ///   - forward: computes the outputs from the operands.
  ///   - backward: adds the gradients of all operands, given that of the outputs, right after a forward.
  func check(
    outputs: Int, _ forward: (_ y: UnsafeMutablePointer<Float>) throws -> Void,
    _ backward: (_ dy: UnsafeMutablePointer<Float>) throws -> Void
  ) throws {
    let slopes = stream("slopes", seed: 4, count: outputs)
    let y = try FloatBuffer(count: outputs)
    func value() throws -> Double {
      try forward(y.pointer)
      return (0..<outputs).reduce(0) { $0 + Double(y[$1]) * Double(slopes[$1]) }
    }
    _ = try value()
    let dy = try FloatBuffer(count: outputs)
    dy.pointer.update(from: slopes, count: outputs)
    try backward(dy.pointer)
    let step: Float = 1.0 / 128
    for (name, offset, count) in parts {
      let direction = stream("direction of \(name)", seed: 5, count: count)
      let start = (0..<count).map { values[offset + $0] }
      func moved(_ distance: Float) throws -> Double {
        for index in 0..<count { values[offset + index] = start[index] + distance * direction[index] }
        defer { for index in 0..<count { values[offset + index] = start[index] } }
        return try value()
      }
      let expected = (try moved(step) - moved(-step)) / Double(2 * step)
      let terms = (0..<count).map { Double(direction[$0]) * Double(gradients[offset + $0]) }
      let found = terms.reduce(0, +)
      let size = terms.reduce(0) { $0 + $1 * $1 }.squareRoot()
      #expect(abs(found - expected) < 2e-3 * max(size, 0.05), "\(name): \(found), expected \(expected)")
    }
  }
}
