import CSVFAPPlugin
import CSVFAPPluginKit

// The slots of svfap_task_head: they check what the host gave, and call the head. What the host is told lives as long as the head.

@c @implementation
public func svfap_swift_head_describe(_ host: UnsafePointer<svfap_host>!, _ json: UnsafeMutablePointer<svfap_text>!) -> svfap_status {
  returningStatus { () throws(PluginError) in
    try given(json, "place for the description").pointee = try Plugin.head().description.text
  }
}

@c @implementation
public func svfap_swift_head_create(
  _ host: UnsafePointer<svfap_host>!, _ config: UnsafePointer<CChar>!, _ size: UInt64, _ width: Int64,
  _ head: UnsafeMutablePointer<OpaquePointer?>!
) -> svfap_status {
  returningStatus { () throws(PluginError) in
    let place = try given(head, "place for the head")
    guard (1...65536).contains(width) else {
      throw PluginError(.shape, "features of width \(width) cannot be read; 1 to 65536 are possible")
    }
    let made = try Plugin.head().type.init(options: Options(config, size), width: Int(width))
    place.pointee = try HeadBox(made, width: Int(width)).handle()
  }
}

@c @implementation
public func svfap_swift_head_destroy(_ handle: OpaquePointer!) {
  guard let handle else { return }
  Unmanaged<HeadBox>.fromOpaque(UnsafeRawPointer(handle)).release()
}

@c @implementation
public func svfap_swift_head_info(_ handle: OpaquePointer!, _ info: UnsafeMutablePointer<svfap_head_info>!) -> svfap_status {
  returningStatus { () throws(PluginError) in
    let (box, info) = (try HeadBox.from(handle), try given(info, "place for the facts"))
    info.pointee.input = Int32(box.isOnTokens ? SVFAP_INPUT_TOKENS : SVFAP_INPUT_FEATURES)
    info.pointee.exclusive = box.head.isExclusive ? 1 : 0
    info.pointee.targets_mix = box.head.targetsMix ? 1 : 0
    info.pointee.parameter_count = Int64(box.parameters.count)
    info.pointee.raw_width = Int64(box.rawWidth)
    info.pointee.output_count = Int64(box.outputs.count)
    info.pointee.target_width = Int64(box.targetWidth)
    info.pointee.metric_count = Int64(box.metrics.count)
    info.pointee.accumulator_width = Int64(box.accumulatorWidth)
  }
}

@c @implementation
public func svfap_swift_head_parameter(
  _ handle: OpaquePointer!, _ index: Int64, _ parameter: UnsafeMutablePointer<svfap_parameter>!
) -> svfap_status {
  returningStatus { () throws(PluginError) in
    let (box, place) = (try HeadBox.from(handle), try given(parameter, "place for the parameter"))
    let declared = try box.declared(box.parameters, index, "parameter")
    place.pointee.name = box.text(declared.name)
    place.pointee.dimension_count = Int32(declared.shape.count)
    (place.pointee.initializer, place.pointee.initial_value) =
      switch declared.start {
      case .constant(let value): (Int32(SVFAP_INITIAL_CONSTANT), value)
      case .normal(let deviation): (Int32(SVFAP_INITIAL_NORMAL), deviation)
      case .uniform(let limit): (Int32(SVFAP_INITIAL_UNIFORM), limit)
      }
    withUnsafeMutableBytes(of: &place.pointee.shape) { extents in
      for (dimension, extent) in declared.shape.enumerated() {
        extents.storeBytes(of: Int64(extent), toByteOffset: dimension * MemoryLayout<Int64>.stride, as: Int64.self)
      }
    }
    place.pointee.weight_decay = declared.decays ? 1 : 0
  }
}

@c @implementation
public func svfap_swift_head_output(
  _ handle: OpaquePointer!, _ index: Int64, _ output: UnsafeMutablePointer<svfap_output>!
) -> svfap_status {
  returningStatus { () throws(PluginError) in
    let (box, place) = (try HeadBox.from(handle), try given(output, "place for the output"))
    let declared = try box.declared(box.outputs, index, "output")
    (place.pointee.name, place.pointee.unit) = (box.text(declared.name), box.text(declared.unit))
    (place.pointee.minimum, place.pointee.maximum) = (declared.range.lowerBound, declared.range.upperBound)
  }
}

@c @implementation
public func svfap_swift_head_metric(
  _ handle: OpaquePointer!, _ index: Int64, _ metric: UnsafeMutablePointer<svfap_metric>!
) -> svfap_status {
  returningStatus { () throws(PluginError) in
    let (box, place) = (try HeadBox.from(handle), try given(metric, "place for the metric"))
    let declared = try box.declared(box.metrics, index, "metric")
    (place.pointee.name, place.pointee.unit) = (box.text(declared.name), box.text(declared.unit))
    place.pointee.larger_is_better = declared.largerIsBetter ? 1 : 0
  }
}

@c @implementation
public func svfap_swift_head_report(
  _ handle: OpaquePointer!, _ accumulator: UnsafePointer<Double>!, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>!,
  _ size: UnsafeMutablePointer<UInt64>!
) -> svfap_status {
  returningStatus { () throws(PluginError) in
    let box = try HeadBox.from(handle)
    let (json, size) = (try given(json, "place for the report"), try given(size, "place for the report's size"))
    let sums = UnsafeBufferPointer(start: try given(accumulator, "accumulator"), count: box.accumulatorWidth)
    let text = Array(box.head.report(sums).utf8)
    guard let memory = PluginHost.allocate(text.count) else { throw PluginError(.noMemory, "there is no memory for the report") }
    memory.copyMemory(from: text, byteCount: text.count)
    json.pointee = memory.assumingMemoryBound(to: CChar.self)
    size.pointee = UInt64(text.count)
  }
}
