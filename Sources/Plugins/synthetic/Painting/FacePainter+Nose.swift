/// The nose: what AU 9 and 10 move.
extension FacePainter {
  func paintNose() {
    let wrinkle = units[.noseWrinkler]
    let lift = 0.045 * wrinkle + 0.015 * units[.upperLipRaiser]
    let base = identity.noseLength - lift
    let wing = 0.125 * identity.noseWidth * (1 + 0.1 * wrinkle + 0.06 * units[.lipCornerPuller])
    let skin = identity.skin
    // The bridge throws its shadow away from the light.
    paintCrease(points((0.075, -0.16), (0.07, 0.02), (0.1, base - 0.12)), width: 0.06, opacity: 0.26, raise: 0.05)
    paintSpot(Point(-0.015, 0.05), 0.055, 0.26, skin.lighter(0.6), opacity: 0.35, raise: 0.1)
    paintSpot(Point(-0.01, base - 0.07), 0.08, 0.07, skin.lighter(0.6), opacity: 0.45, raise: 0.16)
    for side: Float in [-1, 1] {
      paintCrease(
        points(
          (side * wing * 0.82, base - 0.11), (side * wing * 1.08, base - 0.045), (side * wing * 0.92, base + 0.012),
          (side * wing * 0.55, base)),
        width: 0.024, opacity: 0.6, raise: 0.07)
      canvas.fill(
        head.surface(Curve.ellipse(Point(side * wing * 0.5, base + 0.006), 0.034, 0.017, points: 14), raise: 0.1), Color(52, 26, 26),
        opacity: 0.8)
    }
    paintSpot(Point(0, base + 0.05), 0.1, 0.045, shadow, opacity: 0.4, raise: 0.04)
    paintWrinkles(wrinkle)
  }

  /// Folds across the bridge and beside it.
  private func paintWrinkles(_ strength: Float) {
    for y: Float in [-0.085, -0.025, 0.035] {
      paintCrease(points((-0.085, y + 0.025), (0, y - 0.012), (0.085, y + 0.025)), width: 0.022, opacity: 0.6 * strength, raise: 0.06)
    }
    for side: Float in [-1, 1] {
      for x: Float in [0.12, 0.165] {
        paintCrease(
          points((side * x, 0.0), (side * (x - 0.01), 0.08), (side * (x + 0.025), 0.17)), width: 0.02, opacity: 0.5 * strength, raise: 0.03)
      }
    }
  }
}
