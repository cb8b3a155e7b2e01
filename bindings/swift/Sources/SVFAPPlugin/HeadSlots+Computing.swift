import CSVFAPPlugin
import CSVFAPPluginKit

// The slots of svfap_task_head that compute. Every clip is computed by itself, so that its result does not depend on its companions.

@c @implementation
public func svfap_swift_head_target(
  _ handle: OpaquePointer!, _ fields: UnsafePointer<svfap_text>!, _ count: UInt64, _ row: UnsafeMutablePointer<Float>!
) -> svfap_status {
  returningStatus { () throws(PluginError) in
    let box = try HeadBox.from(handle)
    let row = try given(row, "place for the target")
    guard count == 0 || fields != nil, let count = Int(exactly: count) else {
      throw PluginError(.invalidArgument, "no label fields were given")
    }
    let target = try box.head.target((0..<count).map { String(fields[$0]) })
    guard target.count == box.targetWidth else {
      throw PluginError(.internal, "the head made \(target.count) numbers of a label and declares \(box.targetWidth)")
    }
    row.update(from: target, count: target.count)
  }
}

@c @implementation
public func svfap_swift_head_forward(
  _ handle: OpaquePointer!, _ views: UnsafePointer<svfap_view>!, _ input: UnsafePointer<svfap_view>!, _ raw: UnsafePointer<svfap_view>!
) -> svfap_status {
  returningStatus { () throws(PluginError) in
    let box = try HeadBox.from(handle)
    let input = try box.input(input, shape: box.inputShape).clips.reading
    let raw = try clips(raw, "raw outputs", width: box.rawWidth, count: input.count)
    let parameters = try box.tensors(views, "parameter").map { UnsafeBufferPointer($0) }
    for clip in 0..<input.count { try box.head.forward(input[clip], parameters: parameters, raw: raw[clip]) }
  }
}

@c @implementation
public func svfap_swift_head_loss(
  _ handle: OpaquePointer!, _ views: UnsafePointer<svfap_view>!, _ input: UnsafePointer<svfap_view>!, _ raw: UnsafePointer<svfap_view>!,
  _ targets: UnsafePointer<svfap_view>!, _ loss: UnsafeMutablePointer<Double>!, _ gradients: UnsafePointer<svfap_view>!,
  _ inputGradient: UnsafePointer<svfap_view>!
) -> svfap_status {
  returningStatus { () throws(PluginError) in
    let box = try HeadBox.from(handle)
    let place = try given(loss, "place for the loss")
    let (input, shape) = try box.input(input, shape: box.inputShape)
    guard input.count > 0 else { throw PluginError(.invalidArgument, "an empty batch has no loss") }
    place.pointee = try box.head.loss(
      Batch(
        input: input.reading, raw: clips(raw, "raw outputs", width: box.rawWidth, count: input.count).reading,
        targets: clips(targets, "targets", width: box.targetWidth, count: input.count).reading,
        parameters: box.tensors(views, "parameter").map { UnsafeBufferPointer($0) }, gradients: box.tensors(gradients, "gradient of"),
        inputGradient: box.input(inputGradient, "gradient of ", shape: shape).clips))
  }
}

@c @implementation
public func svfap_swift_head_readings(
  _ handle: OpaquePointer!, _ raw: UnsafePointer<svfap_view>!, _ readings: UnsafePointer<svfap_view>!
) -> svfap_status {
  returningStatus { () throws(PluginError) in
    let box = try HeadBox.from(handle)
    let raw = try clips(raw, "raw outputs", width: box.rawWidth).reading
    let readings = try clips(readings, "readings", width: box.outputs.count, count: raw.count)
    for clip in 0..<raw.count { box.head.readings(raw[clip], into: readings[clip]) }
  }
}

@c @implementation
public func svfap_swift_head_accumulate(
  _ handle: OpaquePointer!, _ readings: UnsafePointer<svfap_view>!, _ targets: UnsafePointer<svfap_view>!,
  _ accumulator: UnsafeMutablePointer<Double>!
) -> svfap_status {
  returningStatus { () throws(PluginError) in
    let box = try HeadBox.from(handle)
    let sums = UnsafeMutableBufferPointer(start: try given(accumulator, "accumulator"), count: box.accumulatorWidth)
    let readings = try clips(readings, "readings", width: box.outputs.count).reading
    let targets = try clips(targets, "targets", width: box.targetWidth, count: readings.count).reading
    // A number that is none lasts for ever in a sum.
    for (name, rows) in [("readings", readings), ("targets", targets)] {
      for clip in 0..<rows.count {
        guard let bad = rows[clip].firstIndex(where: { !$0.isFinite }) else { continue }
        throw PluginError(.numeric, "\(name): number \(bad) of clip \(clip) is \(rows[clip][bad]); nothing was counted")
      }
    }
    for clip in 0..<readings.count { box.head.accumulate(readings[clip], target: targets[clip], into: sums) }
  }
}

@c @implementation
public func svfap_swift_head_measure(
  _ handle: OpaquePointer!, _ accumulator: UnsafePointer<Double>!, _ metrics: UnsafeMutablePointer<Double>!
) -> svfap_status {
  returningStatus { () throws(PluginError) in
    let box = try HeadBox.from(handle)
    let (sums, place) = (try given(accumulator, "accumulator"), try given(metrics, "place for the metrics"))
    let measured = box.head.measure(UnsafeBufferPointer(start: sums, count: box.accumulatorWidth))
    guard measured.count == box.metrics.count else {
      throw PluginError(.internal, "the head measured \(measured.count) metrics and declares \(box.metrics.count)")
    }
    place.update(from: measured, count: measured.count)
  }
}
