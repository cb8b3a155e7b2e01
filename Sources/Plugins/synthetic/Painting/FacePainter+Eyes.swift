/// Eyes and lids: what AU 5, 6, 7 and 41, blinks and the gaze move.
extension FacePainter {
  /// The lids of one eye, from its inner to its outer corner.
  private struct Lids {
    let upper: [Point]
    let lower: [Point]
    /// Distance of the lids in the middle of the eye.
    let opening: Float
  }

  private func eyeCentre(_ side: Float) -> Point { Point(side * identity.eyeDistance, -0.02) }

  private func lids(_ side: Float) -> Lids {
    let centre = eyeCentre(side)
    let size = identity.eyeSize
    let half = 0.145 * size
    let squint = max(0.85 * units[.cheekRaiser], units[.lidTightener])
    let droop = units[.lidDroop]
    let top = -size * (0.078 + 0.052 * units[.upperLidRaiser] - 0.018 * units[.cheekRaiser] - 0.026 * units[.lidTightener] - 0.034 * droop)
    let bottom = size * (0.062 - 0.042 * squint + 0.012 * units[.upperLidRaiser] - 0.012 * units[.noseWrinkler])
    let shut = between(top, bottom, state.blink)
    // A drooping lid hangs at its outer end, more so the more the inner end of the brow pulls.
    let slant = 0.03 * droop + 0.008
    func line(_ height: Float) -> [Point] {
      (0...12).map { step in
        let t = Float(step) / 6 - 1
        let rise = (1 - t * t) * between(1, 1.15, abs(t))
        return Point(centre.x + side * half * t, centre.y + rise * height + slant * t - 0.006)
      }
    }
    return Lids(upper: line(shut), lower: line(bottom), opening: bottom - shut)
  }

  func paintEye(_ side: Float) {
    let centre = eyeCentre(side)
    let lids = lids(side)
    let skin = identity.skin
    // The socket, the lid above and the bag below.
    paintSpot(Point(centre.x, centre.y - 0.09), 0.24, 0.12, skin.darker(0.5), opacity: 0.32)
    paintCrease(
      lids.upper.map { Point($0.x, $0.y - 0.045 - 0.2 * max(browLift, -0.1) - 0.02 * state.blink) }, width: 0.016,
      opacity: 0.55 * (1 - 0.6 * units[.lidTightener]))
    paintCrease(
      lids.lower.map { Point($0.x, $0.y + 0.05 - 0.012 * units[.cheekRaiser]) }, width: 0.022,
      opacity: 0.12 + 0.5 * max(units[.cheekRaiser], 0.8 * units[.lidTightener]))
    paintCrowsFeet(side, centre)
    let upper = head.surface(lids.upper, raise: 0.02)
    let lower = head.surface(lids.lower, raise: 0.02)
    if lids.opening > 0.012 { paintEyeball(side, centre, edge: upper + lower.reversed()) }
    canvas.fill(Curve.stroke(lower, width: head.length(0.012)), skin.darker(0.55), opacity: 0.7)
    canvas.fill(Curve.stroke(upper, width: head.length(0.03), ends: 0.35), Color(36, 24, 24), opacity: 0.95)
  }

  private func paintEyeball(_ side: Float, _ centre: Point, edge: [Point]) {
    canvas.fill(edge, Color(240, 238, 234))
    canvas.clipped(to: edge) {
      let radius = 0.078 * identity.eyeSize
      let middle = Point(centre.x + state.gaze.x * radius * 0.8, centre.y - 0.004 + state.gaze.y * radius * 0.8)
      let iris = head.surface(Curve.ellipse(middle, radius, radius), raise: 0.02)
      canvas.fill(iris, identity.iris.darker(0.45))
      canvas.fill(head.surface(Curve.ellipse(middle, radius * 0.84, radius * 0.84), raise: 0.02), identity.iris)
      canvas.fill(head.surface(Curve.ellipse(middle, radius * 0.42, radius * 0.42), raise: 0.02), Color(16, 12, 14))
      // The shadow of the upper lid and the light of a window.
      paintSpot(Point(centre.x, centre.y - 0.1 * identity.eyeSize), 0.2, 0.075, Color(60, 44, 48), opacity: 0.5)
      canvas.fill(
        head.surface(Curve.ellipse(middle + Point(-0.025, -0.028), radius * 0.22, radius * 0.22, points: 12), raise: 0.02),
        Color(255, 255, 255))
    }
  }

  /// Raised cheeks fold the skin outside of the eyes.
  private func paintCrowsFeet(_ side: Float, _ centre: Point) {
    let strength = units[.cheekRaiser] * (0.4 + 0.6 * units[.lipCornerPuller])
    for (slope, length) in [(Float(-0.5), Float(0.1)), (0.05, 0.12), (0.6, 0.1)] {
      let start = Point(centre.x + side * 0.185, centre.y + 0.015 + 0.06 * slope)
      paintCrease(
        [
          start, Point(start.x + side * length * 0.5, start.y + slope * length * 0.4),
          Point(start.x + side * length, start.y + slope * length),
        ], width: 0.018, opacity: 0.5 * strength)
    }
  }
}
