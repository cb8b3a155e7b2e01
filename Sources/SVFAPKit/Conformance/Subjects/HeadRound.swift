/// Everything that a head is given and computes, once.
struct HeadRound {
  let weights: [GuardedFloats]
  let batch: HeadBatch
  let raw: GuardedFloats
  let gradients: [GuardedFloats]
  let inputGradient: GuardedFloats
  let readings: GuardedFloats
  let sums: HeadSubject.Sums
  let metrics: GuardedBuffer<Double>
  let loss: Double

  init(_ head: HeadSubject, _ weights: [GuardedFloats], _ batch: HeadBatch) throws(Verdict) {
    self.weights = weights
    self.batch = batch
    raw = try GuardedFloats(count: batch.clips * head.rawWidth)
    try head.forward(weights, batch, raw: raw).succeed()
    gradients = try head.gradients()
    inputGradient = try GuardedFloats(count: batch.input.count)
    let (result, loss) = head.loss(weights, batch, raw: raw, gradients: gradients, inputGradient: inputGradient)
    try result.succeed()
    self.loss = loss
    readings = try GuardedFloats(count: batch.clips * head.outputCount)
    try head.readings(raw, clips: batch.clips, into: readings).succeed()
    sums = try head.sums()
    try head.accumulate(readings, batch.targets, clips: batch.clips, into: sums).succeed()
    metrics = try GuardedBuffer<Double>(count: Int(head.info.metric_count))
    try head.measure(sums, into: metrics).succeed()
  }

  /// Whether another head, or another thread, came to the same bits.
  func equals(_ other: HeadRound) -> Bool {
    raw.bytes == other.raw.bytes && zip(gradients, other.gradients).allSatisfy { $0.bytes == $1.bytes }
      && inputGradient.bytes == other.inputGradient.bytes && readings.bytes == other.readings.bytes
      && metrics.bytes == other.metrics.bytes && loss.bitPattern == other.loss.bitPattern
  }
}
