import CPluginKit
import CSVFAPPlugin
import PluginKit

// The slots of svfap_task_head that are alike for every head: they check what the host gave and call the task.

/// A contiguous float32 view as rows of `width` numbers.
private func rows(_ view: UnsafePointer<svfap_view>?, _ name: String, width: Int, count: Int? = nil) throws(PluginError) -> Rows {
  guard let view else { throw PluginError(Status.invalidArgument, "no \(name) were given") }
  let shape = view.pointee
  guard shape.dtype == Int32(SVFAP_FLOAT32), shape.dimension_count == 2, shape.shape.1 == Int64(width), shape.shape.0 >= 0,
    count == nil || shape.shape.0 == Int64(count ?? 0)
  else {
    throw PluginError(
      Status.shape,
      "\(name): expected float32 (\(count.map(String.init) ?? "b"), \(width)), found \(shape.dimension_count) dimensions (\(shape.shape.0), \(shape.shape.1), ...)"
    )
  }
  let (numbers, overflow) = Int(shape.shape.0).multipliedReportingOverflow(by: width)
  guard !overflow, let data = shape.data, shape.byte_count / 4 >= UInt64(numbers) else {
    throw PluginError(Status.shape, "\(name): there is less memory behind the view than its shape says")
  }
  return Rows(values: data.assumingMemoryBound(to: Float.self), count: Int(shape.shape.0), width: width)
}

/// The views of weight and bias.
private func parameters(_ views: UnsafePointer<svfap_view>?, _ head: Head) throws(PluginError) -> (
  UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>
) {
  guard let views, let weight = views[0].data, let bias = views[1].data,
    views[0].byte_count / 4 >= UInt64(head.layer.inputs * head.layer.outputs), views[1].byte_count / 4 >= UInt64(head.layer.outputs)
  else { throw PluginError(Status.shape, "the views of the parameters \"weight\" and \"bias\" are missing or too small") }
  return (weight.assumingMemoryBound(to: Float.self), bias.assumingMemoryBound(to: Float.self))
}

@c @implementation
public func plugin_head_destroy(_ handle: OpaquePointer!) {
  guard let handle else { return }
  Unmanaged<Head>.fromOpaque(UnsafeRawPointer(handle)).release()
}

@c @implementation
public func plugin_head_info(_ handle: OpaquePointer!, _ info: UnsafeMutablePointer<svfap_head_info>!) -> svfap_status {
  returningStatus { () throws(PluginError) in
    let task = try Head.from(handle).task
    guard let info else { throw PluginError(Status.invalidArgument, "no place for the facts was given") }
    info.pointee = svfap_head_info(
      struct_size: info.pointee.struct_size, input: Int32(SVFAP_INPUT_FEATURES), exclusive: task.isExclusive ? 1 : 0, targets_mix: 1,
      reserved: 0, parameter_count: 2, raw_width: Int64(task.outputs.count), output_count: Int64(task.outputs.count),
      target_width: Int64(task.targetWidth), metric_count: Int64(task.metrics.count), accumulator_width: Int64(task.accumulatorWidth))
  }
}

@c @implementation
public func plugin_head_parameter(_ handle: OpaquePointer!, _ index: Int64, _ parameter: UnsafeMutablePointer<svfap_parameter>!)
  -> svfap_status
{
  returningStatus { () throws(PluginError) in
    let head = try Head.from(handle)
    guard (0..<2).contains(index), let parameter else { throw PluginError(Status.invalidArgument, "there is no parameter \(index)") }
    var declared = svfap_parameter()
    declared.struct_size = parameter.pointee.struct_size
    // As published: normal with 0.02, then everything times 0.001; a zero bias stays zero.
    if index == 0 {
      declared.name = head.text("weight")
      declared.dimension_count = 2
      declared.initializer = Int32(SVFAP_INITIAL_NORMAL)
      declared.initial_value = 0.02 * 0.001
      declared.shape.0 = Int64(head.layer.outputs)
      declared.shape.1 = Int64(head.layer.inputs)
      declared.weight_decay = 1
    } else {
      declared.name = head.text("bias")
      declared.dimension_count = 1
      declared.initializer = Int32(SVFAP_INITIAL_CONSTANT)
      declared.shape.0 = Int64(head.layer.outputs)
    }
    parameter.pointee = declared
  }
}

@c @implementation
public func plugin_head_output(_ handle: OpaquePointer!, _ index: Int64, _ output: UnsafeMutablePointer<svfap_output>!) -> svfap_status {
  returningStatus { () throws(PluginError) in
    let head = try Head.from(handle)
    guard index >= 0, index < head.task.outputs.count, let output else {
      throw PluginError(Status.invalidArgument, "there is no output \(index)")
    }
    let described = head.task.outputs[Int(index)]
    output.pointee = svfap_output(
      struct_size: output.pointee.struct_size, name: head.text(described.name), unit: head.text(described.unit),
      minimum: described.range.lowerBound, maximum: described.range.upperBound)
  }
}

@c @implementation
public func plugin_head_metric(_ handle: OpaquePointer!, _ index: Int64, _ metric: UnsafeMutablePointer<svfap_metric>!) -> svfap_status {
  returningStatus { () throws(PluginError) in
    let head = try Head.from(handle)
    guard index >= 0, index < head.task.metrics.count, let metric else {
      throw PluginError(Status.invalidArgument, "there is no metric \(index)")
    }
    let described = head.task.metrics[Int(index)]
    metric.pointee = svfap_metric(
      struct_size: metric.pointee.struct_size, name: head.text(described.name), unit: head.text(described.unit),
      larger_is_better: described.largerIsBetter ? 1 : 0, reserved: 0)
  }
}

@c @implementation
public func plugin_head_target(
  _ handle: OpaquePointer!, _ fields: UnsafePointer<svfap_text>!, _ count: UInt64, _ row: UnsafeMutablePointer<Float>!
) -> svfap_status {
  returningStatus { () throws(PluginError) in
    let task = try Head.from(handle).task
    guard let row, fields != nil || count == 0, count <= 4096 else {
      throw PluginError(Status.invalidArgument, "no label fields were given")
    }
    let target = try task.target((0..<Int(count)).map { String(fields[$0]) })
    row.update(from: target, count: task.targetWidth)
  }
}

@c @implementation
public func plugin_head_forward(
  _ handle: OpaquePointer!, _ views: UnsafePointer<svfap_view>!, _ input: UnsafePointer<svfap_view>!, _ raw: UnsafePointer<svfap_view>!
) -> svfap_status {
  returningStatus { () throws(PluginError) in
    let head = try Head.from(handle)
    let features = try rows(input, "features", width: head.layer.inputs)
    let (weight, bias) = try parameters(views, head)
    head.layer.forward(
      features, weight: weight, bias: bias, raw: try rows(raw, "raw outputs", width: head.layer.outputs, count: features.count))
  }
}

@c @implementation
public func plugin_head_loss(
  _ handle: OpaquePointer!, _ views: UnsafePointer<svfap_view>!, _ input: UnsafePointer<svfap_view>!, _ raw: UnsafePointer<svfap_view>!,
  _ targets: UnsafePointer<svfap_view>!, _ loss: UnsafeMutablePointer<Double>!, _ gradients: UnsafePointer<svfap_view>!,
  _ inputGradient: UnsafePointer<svfap_view>!
) -> svfap_status {
  returningStatus { () throws(PluginError) in
    let head = try Head.from(handle)
    let layer = head.layer
    let features = try rows(input, "features", width: layer.inputs)
    let outputs = try rows(raw, "raw outputs", width: layer.outputs, count: features.count)
    let labels = try rows(targets, "targets", width: head.task.targetWidth, count: features.count)
    let (weight, _) = try parameters(views, head)
    let (weightGradient, biasGradient) = try parameters(gradients, head)
    let featureGradient = try rows(inputGradient, "feature gradients", width: layer.inputs, count: features.count)
    guard let loss, features.count > 0 else { throw PluginError(Status.invalidArgument, "an empty batch has no loss") }
    loss.pointee = withUnsafeTemporaryAllocation(of: Float.self, capacity: features.count * layer.outputs) { buffer in
      buffer.initialize(repeating: 0)
      guard let base = buffer.baseAddress else { return .nan }
      let gradient = Rows(values: base, count: features.count, width: layer.outputs)
      let value = head.task.loss(raw: outputs, targets: labels, gradient: gradient)
      layer.backward(
        features, weight: weight, gradient: gradient, weightGradient: weightGradient, biasGradient: biasGradient,
        inputGradient: featureGradient)
      return value
    }
  }
}

@c @implementation
public func plugin_head_readings(_ handle: OpaquePointer!, _ raw: UnsafePointer<svfap_view>!, _ readings: UnsafePointer<svfap_view>!)
  -> svfap_status
{
  returningStatus { () throws(PluginError) in
    let head = try Head.from(handle)
    let outputs = try rows(raw, "raw outputs", width: head.layer.outputs)
    let result = try rows(readings, "readings", width: head.task.outputs.count, count: outputs.count)
    for clip in 0..<outputs.count { head.task.read(outputs[clip], into: result[clip]) }
  }
}

@c @implementation
public func plugin_head_accumulate(
  _ handle: OpaquePointer!, _ readings: UnsafePointer<svfap_view>!, _ targets: UnsafePointer<svfap_view>!,
  _ accumulator: UnsafeMutablePointer<Double>!
) -> svfap_status {
  returningStatus { () throws(PluginError) in
    let task = try Head.from(handle).task
    guard let accumulator else { throw PluginError(Status.invalidArgument, "no accumulator was given") }
    let results = try rows(readings, "readings", width: task.outputs.count)
    let labels = try rows(targets, "targets", width: task.targetWidth, count: results.count)
    // A number that is none would be counted as some class, and lasts for ever in a sum.
    for (name, rows) in [("readings", results), ("targets", labels)] {
      for index in 0..<rows.count * rows.width where !rows.values[index].isFinite {
        throw PluginError(
          Status.numeric,
          "\(name): number \(index % rows.width) of clip \(index / rows.width) is \(rows.values[index]); nothing was counted")
      }
    }
    for clip in 0..<results.count { task.accumulate(results[clip], labels[clip], accumulator) }
  }
}

@c @implementation
public func plugin_head_measure(_ handle: OpaquePointer!, _ accumulator: UnsafePointer<Double>!, _ metrics: UnsafeMutablePointer<Double>!)
  -> svfap_status
{
  returningStatus { () throws(PluginError) in
    let task = try Head.from(handle).task
    guard let accumulator, let metrics else { throw PluginError(Status.invalidArgument, "no accumulator was given") }
    for (index, value) in task.measure(accumulator).enumerated() { metrics[index] = value }
  }
}

@c @implementation
public func plugin_head_report(
  _ handle: OpaquePointer!, _ accumulator: UnsafePointer<Double>!, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>!,
  _ size: UnsafeMutablePointer<UInt64>!
) -> svfap_status {
  returningStatus { () throws(PluginError) in
    let task = try Head.from(handle).task
    guard let accumulator, let json, let size else { throw PluginError(Status.invalidArgument, "no accumulator was given") }
    let text = Array(task.report(accumulator).utf8)
    guard let memory = PluginHost.allocate(text.count) else { throw PluginError(Status.noMemory, "no memory for the report") }
    memory.copyMemory(from: text, byteCount: text.count)
    json.pointee = memory.assumingMemoryBound(to: CChar.self)
    size.pointee = UInt64(text.count)
  }
}
