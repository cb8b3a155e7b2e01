import CSVFAPPlugin

/// Numbers with a view of them.
final class Numbers {
  private let memory: UnsafeMutableBufferPointer<Float>
  var view = svfap_view()

  init(_ shape: [Int], _ value: Float) {
    memory = .allocate(capacity: shape.reduce(1, *))
    memory.initialize(repeating: value)
    view.struct_size = UInt64(MemoryLayout<svfap_view>.size)
    view.dtype = Int32(SVFAP_FLOAT32)
    view.dimension_count = Int32(shape.count)
    withUnsafeMutableBytes(of: &view.shape) {
      for (index, extent) in shape.enumerated() { $0.storeBytes(of: Int64(extent), toByteOffset: 8 * index, as: Int64.self) }
    }
    view.data = UnsafeMutableRawPointer(memory.baseAddress)
    view.byte_count = UInt64(4 * memory.count)
  }

  deinit { memory.deallocate() }

  var values: [Float] { Array(memory) }

  func set(_ index: Int, to value: Float) { memory[index] = value }
}

/// What a host hands to a `SumHead`, for an input of ones.
final class HeadBatch {
  var input, raw, readings, targets, factor, none, gradient, noGradient, inputGradient: Numbers

  /// Views of the parameters, one after the other.
  var parameters: [svfap_view] { [factor.view, none.view] }

  init(_ shape: [Int]) {
    input = Numbers(shape, 1)
    inputGradient = Numbers(shape, -9)
    (raw, readings, targets) = (Numbers([shape[0], 2], 0), Numbers([shape[0], 2], 0), Numbers([shape[0], 1], 0.5))
    (factor, none, gradient, noGradient) = (Numbers([1], 2), Numbers([2, 3], 0), Numbers([1], 0), Numbers([2, 3], 0))
  }

  func loss(_ table: svfap_task_head, _ head: OpaquePointer, _ loss: inout Double) -> svfap_status {
    table.loss(
      head, parameters, &input.view, &raw.view, &targets.view, &loss, [gradient.view, noGradient.view], &inputGradient.view)
  }
}
