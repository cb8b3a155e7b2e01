/// Brows and forehead: what AU 1, 2 and 4 move.
extension FacePainter {
  /// How far the skin of the brow is lifted in the middle, for what lies above and below it.
  var browLift: Float { 0.09 * units[.innerBrowRaiser] + 0.05 * units[.outerBrowRaiser] - 0.07 * units[.browLowerer] }

  func paintBrow(_ side: Float) {
    let inner = units[.innerBrowRaiser]
    let outer = units[.outerBrowRaiser]
    let lower = units[.browLowerer]
    let wrinkle = units[.noseWrinkler]
    let base = -0.25 - identity.browHeight
    // Raising takes the inner end up, lowering takes it down and towards the other; both together slant the brow.
    let points = points(
      (side * (0.135 - 0.045 * lower), base + 0.01 - 0.15 * inner - 0.03 * outer + 0.14 * lower + 0.05 * wrinkle),
      (side * (0.255 - 0.03 * lower), base - 0.035 - 0.105 * inner - 0.07 * outer + 0.115 * lower + 0.04 * wrinkle),
      (side * 0.40, base - 0.05 - 0.03 * inner - 0.13 * outer + 0.06 * lower + 0.02 * wrinkle), (side * 0.555, base + 0.02 - 0.11 * outer))
    let line = head.surface(Curve.open(points), raise: 0.04)
    let thickness = head.length(identity.browThickness)
    let edge = Curve.stroke(line) { share in
      thickness * (share < 0.35 ? between(0.75, 1.1, share / 0.35) : between(1.1, 0.25, (share - 0.35) / 0.65))
    }
    canvas.fill(edge, identity.hair.darker(0.5), opacity: 0.92)
  }

  func paintForehead() {
    // Raised brows fold the forehead across, the inner ends alone only its middle.
    let across = units[.outerBrowRaiser]
    let middle = units[.innerBrowRaiser]
    for (row, y) in [Float(-0.5), -0.575, -0.65].enumerated() {
      let half: Float = 0.2 + 0.18 * across - 0.02 * Float(row)
      let height = y - 0.03 * max(across, middle)
      paintCrease(
        points((-half, height + 0.025), (-half * 0.4, height), (half * 0.4, height), (half, height + 0.025)), width: 0.02,
        opacity: 0.4 * max(across, 0.75 * middle))
    }
    // Lowered brows fold the skin between them upright.
    let lower = max(units[.browLowerer], 0.6 * units[.noseWrinkler])
    for side: Float in [-1, 1] {
      let top = Point(side * 0.055, -0.33 - 0.1 * units[.innerBrowRaiser])
      paintCrease([top, Point(side * 0.04, -0.22), Point(side * 0.05, -0.12)], width: 0.028, opacity: 0.62 * lower)
    }
  }
}
