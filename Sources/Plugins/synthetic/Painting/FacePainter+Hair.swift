/// Hair, behind the head and in front of it.
extension FacePainter {
  func paintHairBehind() {
    let w = identity.faceWidth
    let color = identity.hair.darker(0.15)
    switch identity.hairStyle {
    case .long:
      let half = points((0.5 * w, -1.13), (1.05 * w, -0.85), (1.26 * w, -0.2), (1.32 * w, 0.5), (1.28 * w, 1.2), (0.75 * w, 1.5))
      canvas.fill(head.space(mirrored(half, top: Point(0, -1.18)), -0.2), color)
    case .bun:
      canvas.fill(head.space(Curve.ellipse(Point(0.04, -1.18), 0.26, 0.22), -0.3), color)
      fallthrough
    case .short, .fringe, .receding:
      let half = points((0.55 * w, -1.08), (1.0 * w, -0.78), (1.1 * w, -0.25), (1.02 * w, 0.1), (0.6 * w, 0.3))
      canvas.fill(head.space(mirrored(half, top: Point(0, -1.13)), -0.1), color)
    }
  }

  func paintHairInFront() {
    let w = identity.faceWidth
    let color = identity.hair
    // Outside along the skull, back along the hairline.
    let outside = points((1.04 * w, -0.12), (1.05 * w, -0.5), (0.86 * w, -0.87), (0.45 * w, -1.08))
    let hairline: [Point]
    switch identity.hairStyle {
    case .short: hairline = points((0.5 * w, -0.74), (0.8 * w, -0.6), (0.93 * w, -0.3))
    case .long: hairline = points((0.4 * w, -0.8), (0.8 * w, -0.5), (0.98 * w, 0.05))
    case .fringe: hairline = points((0.45 * w, -0.6), (0.78 * w, -0.56), (0.95 * w, -0.25))
    case .bun: hairline = points((0.5 * w, -0.84), (0.82 * w, -0.62), (0.95 * w, -0.25))
    case .receding: hairline = points((0.42 * w, -0.97), (0.8 * w, -0.7), (0.93 * w, -0.25))
    }
    let middle: Float =
      switch identity.hairStyle {
      case .fringe: -0.63
      case .long: -0.9
      case .receding: -0.93
      default: -0.76
      }
    let half = Curve.open(outside.reversed()) + Curve.open(hairline.reversed())
    let edge = [Point(0, -1.12)] + half + [Point(0, middle)] + half.reversed().map { Point(-$0.x, $0.y) }
    canvas.fill(
      onSkull(edge), from: color.lighter(0.14), at: head.space(-0.5, -1.1, 0.2), to: color.darker(0.25), at: head.space(0.6, -0.4, 0.2))
    for x: Float in [-0.5, -0.25, 0.05, 0.3, 0.52] {
      let strand = onSkull(Curve.open(points((x * 0.7, -1.07), (x, 0.5 * middle - 0.57), (x * 1.2, middle - 0.07))))
      canvas.fill(Curve.stroke(strand, width: head.length(0.02)), color.lighter(0.3), opacity: 0.25)
    }
  }

  /// Points of the hair: near the edge they keep to the outline of the head, in its middle they turn with the face.
  private func onSkull(_ points: [Point]) -> [Point] {
    points.map { point in
      let a = point.x / (1.08 * identity.faceWidth)
      let b = point.y / 1.2
      return head.space(point.x, point.y, 0.75 * max(1 - a * a - b * b, 0).squareRoot())
    }
  }

  private func mirrored(_ half: [Point], top: Point) -> [Point] {
    Curve.closed([top] + half + half.reversed().map { Point(-$0.x, $0.y) })
  }
}
