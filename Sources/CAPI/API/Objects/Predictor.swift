import Base
import CSVFAP
import Jobs
import Networks

/// A function that computes one row of numbers for every clip.
private func compute(
  _ predictor: OpaquePointer?, _ video: UnsafePointer<svfap_view>?, _ result: UnsafeMutablePointer<OpaquePointer?>?, _ error: ErrorOut,
  width: (Predictor) throws(SVFAPError) -> Int,
  _ body: (PredictorObject, UnsafePointer<Float>, Int, UnsafeMutablePointer<Float>) throws(SVFAPError) -> Void
) -> svfap_status {
  call(error) { () throws(SVFAPError) in
    let place = try out(result, "result")
    try PredictorObject.use(predictor) { (object) throws(SVFAPError) in
      let view = try CheckedView.clips(video, object.predictor.model.configuration)
      let width = try width(object.predictor)
      let tensor = try TensorObject(shape: [view.shape[0], width])
      try object.inPieces(view) { (clips, values) throws(SVFAPError) in
        try body(object, values, clips.count, tensor.values.pointer + clips.lowerBound * width)
      }
      place.pointee = try HandleTable.shared.insert(tensor, as: .tensor)
    }
  }
}

@c @implementation
public func svfap_predictor_create(
  _ model: OpaquePointer!, _ json: UnsafePointer<CChar>!, _ size: UInt64, _ predictor: UnsafeMutablePointer<OpaquePointer?>!,
  _ error: ErrorOut
) -> svfap_status {
  call(error) { () throws(SVFAPError) in
    let place = try out(predictor, "predictor")
    let model = try ModelObject.find(model).model
    let made = try Predictor(model, options: try PredictorOptions(json: try options(json, size, "options")))
    place.pointee = try HandleTable.shared.insert(PredictorObject(made), as: .predictor)
  }
}

@c @implementation
public func svfap_predictor_set_cancel(_ predictor: OpaquePointer!, _ cancel: OpaquePointer!, _ error: ErrorOut) -> svfap_status {
  call(error) { () throws(SVFAPError) in
    let token = try cancelToken(cancel)
    try PredictorObject.enter(predictor) { $0.cancel = token }
  }
}

@c @implementation
public func svfap_predictor_forward(
  _ predictor: OpaquePointer!, _ video: UnsafePointer<svfap_view>!, _ outputs: UnsafeMutablePointer<OpaquePointer?>!, _ error: ErrorOut
) -> svfap_status {
  compute(predictor, video, outputs, error, width: { (predictor) throws(SVFAPError) in try predictor.affect().1.rawWidth }) {
    (object, values, clips, target) throws(SVFAPError) in
    try object.predictor.forward(values, clips: clips, into: target, cancel: object.cancel)
  }
}

@c @implementation
public func svfap_predictor_readings(
  _ predictor: OpaquePointer!, _ video: UnsafePointer<svfap_view>!, _ readings: UnsafeMutablePointer<OpaquePointer?>!, _ error: ErrorOut
) -> svfap_status {
  compute(predictor, video, readings, error, width: { (predictor) throws(SVFAPError) in try predictor.affect().1.outputs.count }) {
    (object, values, clips, target) throws(SVFAPError) in
    try object.predictor.readings(values, clips: clips, into: target, cancel: object.cancel)
  }
}

@c @implementation
public func svfap_predictor_features(
  _ predictor: OpaquePointer!, _ video: UnsafePointer<svfap_view>!, _ features: UnsafeMutablePointer<OpaquePointer?>!, _ error: ErrorOut
) -> svfap_status {
  compute(predictor, video, features, error, width: { $0.model.configuration.embedDim }) {
    (object, values, clips, target) throws(SVFAPError) in
    try object.predictor.features(values, clips: clips, into: target, cancel: object.cancel)
  }
}

/// A function of a pre-training model that needs a mask.
private func computeMasked(
  _ predictor: OpaquePointer?, _ video: UnsafePointer<svfap_view>?, _ mask: UnsafePointer<svfap_view>?,
  _ result: UnsafeMutablePointer<OpaquePointer?>?, _ error: ErrorOut, shape: (ModelConfiguration, TubeMask) -> (rows: Int, width: Int),
  _ body: (Predictor, UnsafePointer<Float>, TubeMask, UnsafeMutablePointer<Float>) throws(SVFAPError) -> Void
) -> svfap_status {
  call(error) { () throws(SVFAPError) in
    let place = try out(result, "result")
    try PredictorObject.use(predictor) { (object) throws(SVFAPError) in
      _ = try object.predictor.pretraining()
      let view = try CheckedView.clips(video, object.predictor.model.configuration)
      let mask = try CheckedView.mask(mask, clips: view.shape[0], object.predictor.model.configuration)
      let (rows, width) = shape(object.predictor.model.configuration, mask)
      let tensor = try TensorObject(shape: [view.shape[0], rows, width])
      try object.inPieces(view) { (clips, values) throws(SVFAPError) in
        try body(object.predictor, values, mask.clips(clips), tensor.values.pointer + clips.lowerBound * rows * width)
      }
      place.pointee = try HandleTable.shared.insert(tensor, as: .tensor)
    }
  }
}

@c @implementation
public func svfap_predictor_encode(
  _ predictor: OpaquePointer!, _ video: UnsafePointer<svfap_view>!, _ mask: UnsafePointer<svfap_view>!,
  _ encoded: UnsafeMutablePointer<OpaquePointer?>!, _ error: ErrorOut
) -> svfap_status {
  computeMasked(predictor, video, mask, encoded, error, shape: { ($1.visible[0].count, $0.embedDim) }) {
    (predictor, values, mask, target) throws(SVFAPError) in try predictor.encode(values, mask, into: target)
  }
}

@c @implementation
public func svfap_predictor_reconstruct(
  _ predictor: OpaquePointer!, _ video: UnsafePointer<svfap_view>!, _ mask: UnsafePointer<svfap_view>!,
  _ pixels: UnsafeMutablePointer<OpaquePointer?>!, _ error: ErrorOut
) -> svfap_status {
  computeMasked(predictor, video, mask, pixels, error, shape: { ($1.masked[0].count, $0.patchWidth) }) {
    (predictor, values, mask, target) throws(SVFAPError) in try predictor.reconstruct(values, mask, into: target)
  }
}

@c @implementation
public func svfap_predictor_summary(
  _ predictor: OpaquePointer!, _ json: UnsafeMutablePointer<UnsafePointer<CChar>?>!, _ size: UnsafeMutablePointer<UInt64>!,
  _ error: ErrorOut
) -> svfap_status {
  callForText(json, size, error) { () throws(SVFAPError) in
    try PredictorObject.use(predictor) { $0.summary }
  }
}

@c @implementation
public func svfap_predictor_release(_ predictor: OpaquePointer!, _ error: ErrorOut) -> svfap_status {
  release(predictor, .predictor, error)
}
