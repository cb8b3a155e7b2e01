/// The mouth: what AU 10, 12, 15, 17, 20, 23, 25 and 26 move.
extension FacePainter {
  /// The right corner; the left one mirrors it.
  var mouthCorner: Point {
    let smile = units[.lipCornerPuller] + state.restingSmile * (1 - 0.7 * units[.lipCornerDepressor])
    let x =
      identity.mouthWidth + 0.095 * units[.lipCornerPuller] + 0.085 * units[.lipStretcher] - 0.03 * units[.lipTightener]
      - 0.085 * units[.jawDrop] * (1 - units[.lipStretcher]) - 0.015 * units[.lipCornerDepressor]
    let y = 0.605 - 0.105 * smile + 0.085 * units[.lipCornerDepressor] + 0.055 * units[.lipStretcher] + 0.06 * units[.jawDrop]
    return Point(x, y)
  }

  /// The lines of the lips from left to right.
  private struct Lips {
    let upperEdge: [Point]
    let upperLine: [Point]
    let lowerLine: [Point]
    let lowerEdge: [Point]
    /// Distance of the lips in the middle.
    let opening: Float
  }

  private var lips: Lips {
    let corner = mouthCorner
    let part = units[.lipsPart]
    let jaw = units[.jawDrop]
    let smile = units[.lipCornerPuller]
    let raise = units[.upperLipRaiser]
    let tight = units[.lipTightener]
    let chin = units[.chinRaiser]
    let rest = 0.615 - 0.035 * chin
    let top = rest - 0.022 * part - 0.075 * raise - 0.02 * smile * part - 0.035 * jaw
    let bottom = rest + 0.035 * part + 0.05 * smile * part + 0.24 * jaw - 0.02 * raise * (1 - part)
    let upperThickness = 0.058 * identity.lipFullness * (1 - 0.6 * tight - 0.25 * smile * part - 0.2 * units[.lipStretcher])
    let lowerThickness = 0.08 * identity.lipFullness * (1 - 0.6 * tight - 0.2 * units[.lipStretcher] + 0.15 * chin)
    // A dropped jaw makes the opening round, a raised or a stretched lip makes it square.
    let roundness = min(jaw + 0.7 * raise + 0.8 * units[.lipStretcher], 1)
    func line(_ middle: Float, _ thickness: Float, _ bow: Float) -> [Point] {
      (0...20).map { step in
        let t = Float(step) / 10 - 1
        let arch = max(1 - t * t, 0)
        let root = arch.squareRoot()
        let dip = 1 - bow * max(1 - (t * t) / 0.05, 0)
        let y = between(corner.y, middle, between(arch, root, roundness)) + thickness * between(arch, root, 0.6) * dip
        return Point(corner.x * t, y)
      }
    }
    return Lips(
      upperEdge: line(top, -upperThickness, 0.24), upperLine: line(top, 0, 0), lowerLine: line(bottom, 0, 0),
      lowerEdge: line(bottom, lowerThickness, 0), opening: bottom - top)
  }

  func paintMouth() {
    let lips = lips
    let raise: Float = 0.05
    func area(_ a: [Point], _ b: [Point]) -> [Point] { head.surface(a, raise: raise) + head.surface(b, raise: raise).reversed() }
    let color = identity.lips
    if lips.opening > 0.006 { paintInside(area(lips.upperLine, lips.lowerLine)) }
    canvas.fill(area(lips.upperEdge, lips.upperLine), color.darker(0.2))
    canvas.fill(area(lips.lowerLine, lips.lowerEdge), color)
    let lowest = lips.lowerEdge[10].y
    let thickness = lowest - lips.lowerLine[10].y
    paintSpot(Point(-0.03, lowest - thickness * 0.5), 0.11, thickness * 0.4, color.lighter(0.7), opacity: 0.5, raise: raise)
    // The line between the lips, stronger where they are pressed together.
    if lips.opening < 0.03 {
      let line = head.surface(lips.upperLine, raise: raise)
      canvas.fill(
        Curve.stroke(line, width: head.length(0.014 + 0.008 * units[.lipTightener]), ends: 0.7), Color(70, 26, 30),
        opacity: 0.85 - 10 * lips.opening)
    }
    paintCorners()
    paintChin(below: lowest)
  }

  /// Teeth hang from the skull and stand on the jaw: lips that part show them.
  private func paintInside(_ edge: [Point]) {
    let half = mouthCorner.x * 0.92
    let raise: Float = 0.03
    canvas.fill(edge, Color(58, 18, 24))
    canvas.clipped(to: edge) {
      let jaw = 0.235 * units[.jawDrop] + 0.02 * units[.lipsPart]
      canvas.fill(head.surface(Curve.ellipse(Point(0, 0.75 + jaw * 0.9), half * 0.75, 0.1), raise: raise), Color(168, 72, 78))
      let tooth = Color(240, 236, 226)
      let upper = points((-half, 0.44), (half, 0.44), (half * 0.9, 0.62), (half * 0.4, 0.652), (-half * 0.4, 0.652), (-half * 0.9, 0.62))
      canvas.fill(head.surface(upper, raise: raise), tooth)
      let top = 0.662 + jaw
      let lower = points(
        (-half * 0.8, top + 0.02), (-half * 0.4, top), (half * 0.4, top), (half * 0.8, top + 0.02), (half * 0.7, 1.1 + jaw),
        (-half * 0.7, 1.1 + jaw))
      canvas.fill(head.surface(lower, raise: raise), tooth.darker(0.12))
      for step in -3...3 {
        let x = half * 0.24 * Float(step)
        canvas.fill(Curve.stroke(head.surface(points((x, 0.5), (x, 0.65)), raise: raise), width: head.length(0.008)), shadow, opacity: 0.3)
      }
    }
  }

  /// Dimples of a smile, and the folds below corners that are drawn down.
  private func paintCorners() {
    let corner = mouthCorner
    for side: Float in [-1, 1] {
      paintSpot(Point(side * (corner.x + 0.02), corner.y), 0.05, 0.05, shadow, opacity: 0.35 + 0.3 * units[.lipCornerPuller], raise: 0.03)
      let down = max(units[.lipCornerDepressor], 0.4 * units[.lipTightener])
      paintCrease(
        points(
          (side * (corner.x + 0.01), corner.y + 0.01), (side * (corner.x + 0.035), corner.y + 0.07),
          (side * (corner.x + 0.03), corner.y + 0.13)),
        width: 0.024, opacity: 0.6 * down)
    }
  }

  private func paintChin(below lowest: Float) {
    let chin = units[.chinRaiser]
    paintSpot(Point(0, lowest + 0.045), 0.16, 0.045, shadow, opacity: 0.4 + 0.2 * chin)
    let y = lowest + 0.075
    paintCrease(points((-0.13, y + 0.04), (-0.06, y), (0.06, y), (0.13, y + 0.04)), width: 0.026, opacity: 0.5 * chin)
    for (x, dy) in [(Float(-0.05), Float(0.09)), (0.03, 0.075), (0.06, 0.12), (-0.01, 0.13)] {
      paintSpot(Point(x, y + dy), 0.03, 0.025, shadow, opacity: 0.4 * chin)
    }
  }
}
