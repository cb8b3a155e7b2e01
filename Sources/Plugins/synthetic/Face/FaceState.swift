/// What a face does at one moment.
struct FaceState {
  /// Where the middle of the head is, in halves of its height from its usual place.
  var offset = Point(0, 0)
  /// Turns of the head in full circles: to the viewer's right, up, and clockwise.
  var yaw = 0.0
  var pitch = 0.0
  var roll = 0.0
  /// Size of the head as a share of its usual one: above 1 it is nearer.
  var zoom: Float = 1
  var units: ActionUnits = [:]
  /// Lids: 0 open, 1 shut.
  var blink: Float = 0
  /// Where the eyes look, in radii of the iris.
  var gaze = Point(0, 0)
  /// Corners of the mouth at rest: up is positive.
  var restingSmile: Float = 0
}
