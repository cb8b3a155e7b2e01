import Base

/// Where the gradient of each parameter is collected: memory laid out as the parameters are, so that a layer needs to know
/// nothing but its weights.
package struct GradientMap: @unchecked Sendable {
  // Which thread writes which part is decided by the layers; the map only translates addresses.
  private let parameters: UnsafePointer<Float>
  private let gradients: UnsafeMutablePointer<Float>

  /// - Parameters:
  ///   - parameters: first number of all parameters of a model.
  ///   - gradients: as many numbers; layers add to them.
  package init(parameters: UnsafePointer<Float>, gradients: UnsafeMutablePointer<Float>) {
    self.parameters = parameters
    self.gradients = gradients
  }

  /// The gradient of the parameter at `parameter`.
  package func of(_ parameter: UnsafePointer<Float>) -> UnsafeMutablePointer<Float> { gradients + (parameter - parameters) }
}
