import SVFAPPlugin

/// A head that reads the encoder's features through one linear layer, and leaves the rest to a task.
public protocol LinearHead: TaskHead {
  var task: any Task { get }
  var layer: LinearLayer { get }
}

extension LinearHead {
  /// As published: normal with 0.02, then everything times 0.001; a zero bias stays zero.
  public var parameters: [Parameter] {
    [
      Parameter("weight", shape: [layer.outputs, layer.inputs], start: .normal(deviation: 0.02 * 0.001), decays: true),
      Parameter("bias", shape: [layer.outputs]),
    ]
  }
  public var isExclusive: Bool { task.isExclusive }
  public var outputs: [Output] { task.outputs }
  public var metrics: [Metric] { task.metrics }
  public var targetWidth: Int { task.targetWidth }
  public var accumulatorWidth: Int { task.accumulatorWidth }

  public func target(_ fields: [String]) throws(PluginError) -> [Float] { try task.target(fields) }

  public func forward(
    _ input: UnsafeBufferPointer<Float>, parameters: [UnsafeBufferPointer<Float>], raw: UnsafeMutableBufferPointer<Float>
  ) {
    layer.forward(input, weight: parameters[0], bias: parameters[1], raw: raw)
  }

  public func loss(_ batch: Batch) -> Double {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: batch.count * layer.outputs) { buffer in
      buffer.initialize(repeating: 0)
      let gradient = MutableClips(buffer, width: layer.outputs)
      let loss = task.loss(raw: batch.raw, targets: batch.targets, gradient: gradient)
      layer.backward(
        batch.input, weight: batch.parameters[0], gradient: gradient, weightGradient: batch.gradients[0], biasGradient: batch.gradients[1],
        inputGradient: batch.inputGradient)
      return loss
    }
  }

  public func readings(_ raw: UnsafeBufferPointer<Float>, into readings: UnsafeMutableBufferPointer<Float>) {
    task.readings(raw, into: readings)
  }

  public func accumulate(
    _ readings: UnsafeBufferPointer<Float>, target: UnsafeBufferPointer<Float>, into accumulator: UnsafeMutableBufferPointer<Double>
  ) {
    task.accumulate(readings, target: target, into: accumulator)
  }

  public func measure(_ accumulator: UnsafeBufferPointer<Double>) -> [Double] { task.measure(accumulator) }
  public func report(_ accumulator: UnsafeBufferPointer<Double>) -> String { task.report(accumulator) }
}
