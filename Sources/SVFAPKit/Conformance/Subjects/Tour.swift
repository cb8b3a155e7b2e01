import Base

/// Everything that a plugin offers, used once as a host does: what the tests of its surroundings look at.
struct Tour {
  private let context: CheckContext

  init(_ context: CheckContext) { self.context = context }

  /// - Throws: `failed` if something does not work at all; other tests say what.
  func run() throws(Verdict) {
    let plugin = try context.plugin()
    if plugin.taskHead != nil { try head() }
    if plugin.videoSource != nil { try source() }
    if plugin.videoSink != nil { try sink() }
  }

  func head() throws(Verdict) {
    let head = try HeadSubject(context)
    _ = head.target(["no such label"], row: try GuardedFloats(count: head.targetWidth))
    let weights = try head.weights(&context.random)
    let batch: HeadBatch
    do throws(Verdict) { batch = try head.batch(4, &context.random, labels: try Labels(head)) } catch {
      // Without labels there is no loss to take.
      _ = try head.forward(weights, try BehaviourTests.batch(head, clips: 4))
      return
    }
    let raw = try head.forward(weights, batch)
    _ = head.loss(weights, batch, raw: raw, gradients: try head.gradients(), inputGradient: try GuardedFloats(count: batch.input.count))
    let readings = try head.readings(raw, clips: batch.clips)
    let sums = try head.sums()
    _ = head.accumulate(readings, batch.targets, clips: batch.clips, into: sums)
    _ = head.measure(sums, into: try GuardedBuffer(count: Int(head.info.metric_count)))
    _ = head.report(sums)
  }

  func source() throws(Verdict) {
    let sample: Sample
    do throws(Verdict) { sample = try Samples(context).any() } catch {
      // Nothing to read: what is missing is opened in vain.
      let made = SourceSubject.open(context, context.path("missing"), config: "{}")
      if let handle = made.handle { SourceSubject.close(context, handle) }
      return
    }
    let source = try SourceSubject(context, sample.path)
    for _ in 0..<20 { if source.next().result.isEnd { break } }
    if source.seeks {
      _ = source.seek(1)
      _ = source.next()
    }
  }

  func sink() throws(Verdict) {
    guard let path = try? SinkSubject.path(context, "toured") else { return }
    let sink = try SinkSubject(context, path)
    for index in 0..<5 { _ = sink.write(index) }
    _ = sink.finish()
  }
}
