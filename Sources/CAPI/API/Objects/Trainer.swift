import Base
import CSVFAP
import Jobs
import Networks

/// What stands behind a `svfap_trainer`.
final class TrainerObject: @unchecked Sendable {
  // Used through `gate` only.
  let trainer: Trainer
  private let gate = OwnerGate()
  private var names: [Int: OwnedText] = [:]
  /// The copy of a batch whose memory has gaps.
  private var contiguous: FloatBuffer?

  init(_ trainer: Trainer) { self.trainer = trainer }

  static func use<Result>(_ handle: OpaquePointer?, _ body: (TrainerObject) throws(SVFAPError) -> Result) throws(SVFAPError) -> Result {
    let object = try HandleTable.shared.object(handle, .trainer, as: TrainerObject.self)
    return try object.gate.enter(.trainer) { () throws(SVFAPError) in try body(object) }
  }

  /// Name of a parameter, at one address for the trainer's life.
  func name(_ index: Int) -> OwnedText {
    if let name = names[index] { return name }
    let name = OwnedText(trainer.parameters.declarations[index].name)
    names[index] = name
    return name
  }

  /// Target rows (clips, targetWidth) of labels: class indices (b) or rows (b, k).
  func targets(_ labels: UnsafePointer<svfap_view>?, clips: Int) throws(SVFAPError) -> [Float] {
    guard let head = trainer.head else { throw SVFAPError(.internal, "a fine-tuning without a head") }
    if try intake(labels, "labels").dtype == Int32(SVFAP_INT64) {
      let view = try CheckedView(labels, dtype: Int32(SVFAP_INT64), dimensions: 1, "labels")
      try view.expect([clips])
      var rows: [Float] = []
      for label in view.integers {
        // A class index is a number, not text that a class named "1" might claim.
        if head.isExclusive, head.targetWidth == head.outputs.count {
          guard head.outputs.indices.contains(Int(label)) else {
            throw SVFAPError(
              .format, "labels: there is no class \(label); the classes are 0 to \(head.outputs.count - 1)",
              detail: ["where": "labels", "expected": "0 to \(head.outputs.count - 1)", "found": "\(label)"])
          }
          rows += head.outputs.indices.map { $0 == Int(label) ? 1 : 0 }
        } else {
          rows += try head.target(["\(label)"])
        }
      }
      return rows
    }
    let view = try CheckedView(labels, dtype: Int32(SVFAP_FLOAT32), dimensions: 2, "labels")
    try view.expect([clips, head.targetWidth])
    return try view.withFloats { (values) throws(SVFAPError) in Array(UnsafeBufferPointer(start: values, count: view.count)) }
  }

  func forwardBackward(_ video: UnsafePointer<svfap_view>?, _ labels: UnsafePointer<svfap_view>?) throws(SVFAPError) -> Double {
    let view = try CheckedView.clips(video, trainer.configuration)
    let clips = view.shape[0]
    guard trainer.head != nil else {
      let mask = try CheckedView.mask(labels, clips: clips, trainer.configuration)
      return try trainer.forwardBackward(view.floats(rows: 0..<clips, scratch: &contiguous), mask)
    }
    let targets = try targets(labels, clips: clips)
    return try trainer.forwardBackward(view.floats(rows: 0..<clips, scratch: &contiguous), clips: clips, targets: targets)
  }
}

@c @implementation
public func svfap_trainer_create(
  _ model: OpaquePointer!, _ task: UnsafePointer<CChar>!, _ taskSize: UInt64, _ json: UnsafePointer<CChar>!, _ size: UInt64,
  _ trainer: UnsafeMutablePointer<OpaquePointer?>!, _ error: ErrorOut
) -> svfap_status {
  call(error) { () throws(SVFAPError) in
    let place = try out(trainer, "trainer")
    let model = try ModelObject.find(model).model
    let name = try text(task, taskSize, "task")
    guard let task = TrainerOptions.Task(rawValue: name) else {
      let known = TrainerOptions.Task.allCases.map(\.rawValue).joined(separator: ", ")
      throw SVFAPError(.notFound, "there is no training task \"\(name)\"; there are \(known)", detail: ["expected": known, "found": name])
    }
    let made = try Trainer(model, try TrainerOptions(task, json: try options(json, size, "options")))
    place.pointee = try HandleTable.shared.insert(TrainerObject(made), as: .trainer)
  }
}

@c @implementation
public func svfap_trainer_forward_backward(
  _ trainer: OpaquePointer!, _ video: UnsafePointer<svfap_view>!, _ labels: UnsafePointer<svfap_view>!,
  _ loss: UnsafeMutablePointer<Double>!,
  _ error: ErrorOut
) -> svfap_status {
  loss?.pointee = 0
  return call(error) { () throws(SVFAPError) in
    let value = try TrainerObject.use(trainer) { (object) throws(SVFAPError) in try object.forwardBackward(video, labels) }
    loss?.pointee = value
  }
}

@c @implementation
public func svfap_trainer_step(_ trainer: OpaquePointer!, _ step: UnsafeMutablePointer<svfap_step>!, _ error: ErrorOut) -> svfap_status {
  call(error) { () throws(SVFAPError) in
    try clear(step, "step")
    let done = try TrainerObject.use(trainer) { (object) throws(SVFAPError) in try object.trainer.step() }
    store(
      svfap_step(
        struct_size: 0, index: Int64(done.index), learning_rate: done.learningRate, weight_decay: done.weightDecay,
        gradient_norm: done.gradientNorm), in: step)
  }
}

@c @implementation
public func svfap_trainer_drop_gradients(_ trainer: OpaquePointer!, _ error: ErrorOut) -> svfap_status {
  call(error) { () throws(SVFAPError) in try TrainerObject.use(trainer) { $0.trainer.dropGradients() } }
}

@c @implementation
public func svfap_trainer_parameter_count(_ trainer: OpaquePointer!, _ count: UnsafeMutablePointer<UInt64>!, _ error: ErrorOut)
  -> svfap_status
{
  count?.pointee = 0
  return call(error) { () throws(SVFAPError) in
    guard let count else { throw nullArgument("count") }
    count.pointee = try TrainerObject.use(trainer) { UInt64($0.trainer.parameters.declarations.count) }
  }
}

@c @implementation
public func svfap_trainer_parameter(
  _ trainer: OpaquePointer!, _ index: UInt64, _ name: UnsafeMutablePointer<svfap_text>!, _ values: UnsafeMutablePointer<svfap_view>!,
  _ gradient: UnsafeMutablePointer<svfap_view>!, _ error: ErrorOut
) -> svfap_status {
  name?.pointee = svfap_text()
  return call(error) { () throws(SVFAPError) in
    // Both are cleared before either is refused.
    let refusals = [clearing(values, "values"), clearing(gradient, "gradient")].compactMap { $0 }
    if let refusal = refusals.first { throw refusal }
    try TrainerObject.use(trainer) { (object) throws(SVFAPError) in
      let parameters = object.trainer.parameters
      guard index < UInt64(parameters.declarations.count) else {
        throw SVFAPError(.notFound, "there is no parameter \(index); the trainer has \(parameters.declarations.count)")
      }
      let shape = parameters.declarations[Int(index)].shape
      store(svfap_view(floats: parameters.pointer(at: Int(index)), shape: shape), in: values)
      store(svfap_view(floats: object.trainer.gradients.pointer + parameters.offsets[Int(index)], shape: shape), in: gradient)
      name?.pointee = object.name(Int(index)).view
    }
  }
}

@c @implementation
public func svfap_trainer_snapshot(
  _ trainer: OpaquePointer!, _ averaged: Int32, _ model: UnsafeMutablePointer<OpaquePointer?>!, _ error: ErrorOut
) -> svfap_status {
  call(error) { () throws(SVFAPError) in
    let place = try out(model, "model")
    guard averaged == 0 || averaged == 1 else {
      throw SVFAPError(.invalidArgument, "\"averaged\" is \(averaged); 0 and 1 are possible", detail: ["where": "averaged"])
    }
    let snapshot = try TrainerObject.use(trainer) { (object) throws(SVFAPError) in try object.trainer.snapshot(averaged: averaged == 1) }
    place.pointee = try HandleTable.shared.insert(ModelObject(snapshot), as: .model)
  }
}

@c @implementation
public func svfap_trainer_release(_ trainer: OpaquePointer!, _ error: ErrorOut) -> svfap_status { release(trainer, .trainer, error) }
