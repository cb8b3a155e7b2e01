import Base
import CSVFAP

/// What stands behind a `svfap_tensor`: float32 numbers with a shape.
final class TensorObject: Sendable {
  let shape: [Int]
  let values: FloatBuffer

  /// A tensor of zeros, to be filled before it is handed out.
  init(shape: [Int]) throws(SVFAPError) {
    guard let count = elementCount(shape) else { throw SVFAPError(.limit, "a tensor of shape \(shape) is too large") }
    self.shape = shape
    values = try FloatBuffer(count: count)
  }
}

@c @implementation
public func svfap_tensor_view(_ tensor: OpaquePointer!, _ view: UnsafeMutablePointer<svfap_view>!, _ error: ErrorOut) -> svfap_status {
  call(error) { () throws(SVFAPError) in
    try fill(view, "view") { () throws(SVFAPError) in
      let tensor = try HandleTable.shared.object(tensor, .tensor, as: TensorObject.self)
      return svfap_view(floats: tensor.values.pointer, shape: tensor.shape)
    }
  }
}

@c @implementation
public func svfap_tensor_release(_ tensor: OpaquePointer!, _ error: ErrorOut) -> svfap_status { release(tensor, .tensor, error) }
