/// From the surface of a head to pixels.
///
/// A face is described on an ellipsoid: x to the viewer's right and y down, in halves of the head's height from its
/// middle, and how far a point stands out of the surface. The head turns about its middle and is seen from far away.
struct HeadProjection {
  private let centre: Point
  private let scale: Float
  private let halfWidth: Float
  private let sines: (yaw: Float, pitch: Float, roll: Float)
  private let cosines: (yaw: Float, pitch: Float, roll: Float)

  /// - Parameters:
  ///   - centre: middle of the head in pixels.
  ///   - scale: half of the head's height in pixels.
  init(_ state: FaceState, centre: Point, scale: Float, halfWidth: Float) {
    self.centre = centre + state.offset * scale
    self.scale = scale
    self.halfWidth = halfWidth
    sines = (sine(turns: state.yaw), sine(turns: state.pitch), sine(turns: state.roll))
    cosines = (cosine(turns: state.yaw), cosine(turns: state.pitch), cosine(turns: state.roll))
  }

  /// How far the surface stands out at (x, y).
  private func depth(_ x: Float, _ y: Float) -> Float {
    let a = x / halfWidth
    let b = y / 1.12
    return 0.8 * max(1 - a * a - b * b, 0).squareRoot()
  }

  /// A point of the surface, raised by `raise`.
  func surface(_ x: Float, _ y: Float, raise: Float = 0) -> Point { space(x, y, depth(x, y) + raise) }

  /// A point at a given depth; 0 is the middle of the head.
  func space(_ x: Float, _ y: Float, _ z: Float) -> Point {
    let turnedX = x * cosines.yaw + z * sines.yaw
    let turnedZ = z * cosines.yaw - x * sines.yaw
    let nodded = y * cosines.pitch - turnedZ * sines.pitch
    return centre + Point(turnedX * cosines.roll - nodded * sines.roll, turnedX * sines.roll + nodded * cosines.roll) * scale
  }

  /// Points of the surface.
  func surface(_ points: [Point], raise: Float = 0) -> [Point] { points.map { surface($0.x, $0.y, raise: raise) } }

  /// Points at a given depth.
  func space(_ points: [Point], _ z: Float) -> [Point] { points.map { space($0.x, $0.y, z) } }

  /// A length of the face in pixels.
  func length(_ length: Float) -> Float { length * scale }
}
