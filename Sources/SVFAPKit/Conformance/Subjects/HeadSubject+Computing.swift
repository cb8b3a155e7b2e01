import Base
import CSVFAPPlugin
import Plugins

/// Inputs of some clips and what they should give.
struct HeadBatch {
  let clips: Int
  /// Tokens of a clip; nil for features.
  let tokens: Int?
  let width: Int
  let input: GuardedFloats
  let targets: GuardedFloats

  /// Numbers of one clip.
  var stride: Int { (tokens ?? 1) * width }
  var shape: [Int] { tokens.map { [clips, $0, width] } ?? [clips, width] }
}

extension HeadSubject {
  /// Weights as a training would have them: normal numbers.
  func weights(_ random: inout RandomSequence, scale: Double = 0.4) throws(Verdict) -> [GuardedFloats] {
    var list: [GuardedFloats] = []
    for parameter in parameters {
      let buffer = try GuardedFloats(count: parameter.count)
      for index in 0..<buffer.count { buffer[index] = Float(scale * random.normal()) }
      list.append(buffer)
    }
    return list
  }

  /// Clips of normal numbers, with targets that the head made of labels.
  func batch(
    _ clips: Int, _ random: inout RandomSequence, labels: Labels, tokens: Int = 6, mixed: Bool = false
  ) throws(Verdict) -> HeadBatch {
    let tokens = readsTokens ? tokens : nil
    let input = try GuardedFloats(count: clips * (tokens ?? 1) * width)
    for index in 0..<input.count { input[index] = Float(random.normal()) }
    let targets = try GuardedFloats(count: clips * targetWidth)
    for clip in 0..<clips {
      var row = try labels.row(&random)
      if mixed {
        let other = try labels.row(&random)
        let share = Float(random.uniform(in: 0.1...0.9))
        for index in row.indices { row[index] = share * row[index] + (1 - share) * other[index] }
      }
      for index in 0..<targetWidth { targets[clip * targetWidth + index] = row[index] }
    }
    return HeadBatch(clips: clips, tokens: tokens, width: width, input: input, targets: targets)
  }

  /// Some clips of a batch, in the order given.
  func clips(_ order: [Int], of batch: HeadBatch) throws(Verdict) -> HeadBatch {
    let input = try GuardedFloats(order.flatMap { clip in (0..<batch.stride).map { batch.input[clip * batch.stride + $0] } })
    let targets = try GuardedFloats(order.flatMap { clip in (0..<targetWidth).map { batch.targets[clip * targetWidth + $0] } })
    return HeadBatch(clips: order.count, tokens: batch.tokens, width: width, input: input, targets: targets)
  }

  private func views(_ buffers: [GuardedFloats]) -> [svfap_view] {
    zip(buffers, parameters).map { $0.view($1.shape) }
  }

  /// Calls `forward`; `raw` keeps what it wrote.
  func forward(_ weights: [GuardedFloats], _ batch: HeadBatch, raw: GuardedFloats) -> CallResult {
    let weightViews = views(weights)
    var inputView = batch.input.view(batch.shape)
    var rawView = raw.view([batch.clips, rawWidth])
    return context.call("forward (\(batch.clips) clips)") {
      table.forward?(handle, weightViews, &inputView, &rawView) ?? svfap_status(SVFAP_E_PLUGIN)
    }
  }

  /// The raw outputs of a batch, (clips, rawWidth).
  func forward(_ weights: [GuardedFloats], _ batch: HeadBatch) throws(Verdict) -> GuardedFloats {
    let raw = try GuardedFloats(count: batch.clips * rawWidth)
    raw.fill(.nan)
    try forward(weights, batch, raw: raw).succeed()
    return raw
  }

  /// Buffers for gradients, of 0.
  func gradients() throws(Verdict) -> [GuardedFloats] {
    var list: [GuardedFloats] = []
    for parameter in parameters { list.append(try GuardedFloats(count: parameter.count)) }
    return list
  }

  /// Calls `loss`, which adds to `gradients` and writes `inputGradient`.
  func loss(
    _ weights: [GuardedFloats], _ batch: HeadBatch, raw: GuardedFloats, gradients: [GuardedFloats], inputGradient: GuardedFloats
  ) -> (result: CallResult, loss: Double) {
    let weightViews = views(weights)
    let gradientViews = views(gradients)
    var inputView = batch.input.view(batch.shape)
    var rawView = raw.view([batch.clips, rawWidth])
    var targetView = batch.targets.view([batch.clips, targetWidth])
    var inputGradientView = inputGradient.view(batch.shape)
    var loss = Double.nan
    let result = context.call("loss (\(batch.clips) clips)") {
      table.loss?(handle, weightViews, &inputView, &rawView, &targetView, &loss, gradientViews, &inputGradientView)
        ?? svfap_status(SVFAP_E_PLUGIN)
    }
    return (result, loss)
  }

  /// The loss of a batch and its gradients.
  func loss(_ weights: [GuardedFloats], _ batch: HeadBatch) throws(Verdict) -> (
    loss: Double, gradients: [GuardedFloats], input: GuardedFloats
  ) {
    let raw = try forward(weights, batch)
    let (gradients, input) = (try gradients(), try GuardedFloats(count: batch.input.count))
    let (result, loss) = loss(weights, batch, raw: raw, gradients: gradients, inputGradient: input)
    try result.succeed()
    return (loss, gradients, input)
  }

  /// Calls `readings`.
  func readings(_ raw: GuardedFloats, clips: Int, into readings: GuardedFloats) -> CallResult {
    var rawView = raw.view([clips, rawWidth])
    var readingView = readings.view([clips, outputCount])
    return context.call("readings (\(clips) clips)") { table.readings?(handle, &rawView, &readingView) ?? svfap_status(SVFAP_E_PLUGIN) }
  }

  /// The readings of raw outputs, (clips, outputCount).
  func readings(_ raw: GuardedFloats, clips: Int) throws(Verdict) -> GuardedFloats {
    let readings = try GuardedFloats(count: clips * outputCount)
    readings.fill(.nan)
    try self.readings(raw, clips: clips, into: readings).succeed()
    return readings
  }

  /// Calls `target`; `row` keeps what it wrote.
  func target(_ fields: [String], row: GuardedFloats) -> CallResult {
    let texts = fields.map { Array($0.utf8CString) }
    let joined = texts.flatMap { $0 }
    return context.call("target (\(fields.map { "\"\($0.prefix(40))\"" }.prefix(8).joined(separator: ", ")))") {
      joined.withUnsafeBufferPointer { buffer in
        var views: [svfap_text] = []
        var offset = 0
        for text in texts {
          views.append(svfap_text(data: buffer.baseAddress.map { $0 + offset }, size: UInt64(text.count - 1)))
          offset += text.count
        }
        // Never NULL, even where there is no field.
        views.append(svfap_text())
        return table.target?(handle, views, UInt64(texts.count), row.pointer) ?? svfap_status(SVFAP_E_PLUGIN)
      }
    }
  }

  private func output(_ index: Int) -> (result: CallResult, output: svfap_output) {
    var output = svfap_output()
    output.struct_size = UInt64(MemoryLayout<svfap_output>.size)
    let result = context.call("output (\(index))") { table.output?(handle, Int64(index), &output) ?? svfap_status(SVFAP_E_PLUGIN) }
    return (result, output)
  }

  /// The name of an output, as labels may be called; "" if it has none.
  func outputName(_ index: Int) -> String {
    let (result, output) = output(index)
    return result.isOK ? HostTable.text(output.name, limit: 256) : ""
  }

  /// The range that an output is declared to have.
  func outputRange(_ index: Int) throws(Verdict) -> (minimum: Double, maximum: Double) {
    let (result, output) = output(index)
    try result.succeed()
    return (output.minimum, output.maximum)
  }
}
