/// Draws a person's head and shoulders in one moment, from the back to the front.
///
/// All measures are in halves of the head's height: the chin is at y = 1, the eyes near 0, the crown at -1.
struct FacePainter {
  let canvas: Canvas
  let identity: Identity
  let state: FaceState
  let head: HeadProjection
  /// The shoulders follow the head's place and not its turns.
  private let body: HeadProjection

  var units: ActionUnits { state.units }
  var shadow: Color { identity.skin.darker(0.38) }
  /// How far the chin is below its place.
  var jawDrop: Float { 0.17 * units[.jawDrop] + 0.015 * units[.lipsPart] }

  init(_ canvas: Canvas, _ identity: Identity, _ state: FaceState) {
    self.canvas = canvas
    self.identity = identity
    self.state = state
    // The head takes most of the picture, as in the face crops of the field's data sets.
    let usual = 0.37 * min(Float(canvas.height), Float(canvas.width) * 1.1)
    let scale = usual * state.zoom
    let centre = Point(Float(canvas.width) * 0.5, Float(canvas.height) * 0.5 + usual * 0.06)
    head = HeadProjection(state, centre: centre, scale: scale, halfWidth: identity.faceWidth)
    var still = FaceState()
    still.offset = Point(state.offset.x * 0.6, state.offset.y * 0.4)
    body = HeadProjection(still, centre: centre, scale: scale, halfWidth: identity.faceWidth)
  }

  func paint() {
    paintHairBehind()
    paintBody()
    paintEars()
    paintHead()
    paintForehead()
    for side: Float in [-1, 1] {
      paintCheek(side)
      paintEye(side)
      paintBrow(side)
    }
    paintNose()
    paintMouth()
    paintHairInFront()
  }

  /// A line on the face: a crease or a wrinkle.
  func paintCrease(_ points: [Point], width: Float, opacity: Float, raise: Float = 0) {
    guard opacity > 0.01 else { return }
    canvas.fill(Curve.stroke(head.surface(Curve.open(points), raise: raise), width: head.length(width)), shadow, opacity: opacity)
  }

  /// A soft spot on the face.
  func paintSpot(_ centre: Point, _ radiusX: Float, _ radiusY: Float, _ color: Color, opacity: Float, raise: Float = 0) {
    canvas.spot(head.surface(centre.x, centre.y, raise: raise), head.length(radiusX), head.length(radiusY), color, opacity: opacity)
  }

  private func paintBody() {
    let shoulders = points((-2.2, 3.2), (-1.75, 1.75), (-1.1, 1.36), (-0.45, 1.16), (0.45, 1.16), (1.1, 1.36), (1.75, 1.75), (2.2, 3.2))
    let neck = points((-0.4, 0.5), (-0.4, 1.05), (-0.5, 1.17), (0, 1.42), (0.5, 1.17), (0.4, 1.05), (0.4, 0.5))
    let clothes = identity.clothes
    canvas.fill(
      body.space(Curve.open(shoulders), 0), from: clothes.lighter(0.08), at: body.space(-1, 1.4, 0), to: clothes.darker(0.35),
      at: body.space(1, 2.2, 0))
    canvas.fill(body.space(Curve.open(neck), 0), identity.skin.darker(0.2))
    // The shadow of the chin.
    canvas.spot(head.space(0, 1.05 + jawDrop, 0), head.length(0.5), head.length(0.28), identity.skin.darker(0.7), opacity: 0.75)
  }

  private func paintEars() {
    for side: Float in [-1, 1] {
      let edge = head.space(Curve.ellipse(Point(side * (identity.faceWidth + 0.02), 0.1), 0.09, 0.2), -0.05)
      canvas.fill(edge, identity.skin.darker(0.12))
      canvas.spot(head.space(side * (identity.faceWidth + 0.03), 0.1, -0.05), head.length(0.07), head.length(0.14), shadow, opacity: 0.5)
    }
  }

  /// The edge of the face, in face measures.
  private var outline: [Point] {
    let w = identity.faceWidth
    let jaw = w * identity.jaw
    let half = points(
      (0.55 * w, -0.94), (0.92 * w, -0.62), (w, -0.15), (0.97 * w, 0.22), (0.86 * jaw, 0.58), (0.56 * jaw, 0.86), (0.23, 1.0))
    let lowered = half.map { Point($0.x * (1 - 0.05 * units[.jawDrop] * max($0.y, 0)), $0.y + jawDrop * max($0.y - 0.15, 0) / 0.85) }
    let chin = Point(0, 1.035 + jawDrop)
    return [Point(0, -1)] + lowered + [chin] + lowered.reversed().map { Point(-$0.x, $0.y) }
  }

  private func paintHead() {
    let edge = Curve.closed(outline).map { head.space($0.x, $0.y, 0.3 * max($0.y, 0)) }
    let skin = identity.skin
    canvas.fill(edge, from: skin.lighter(0.14), at: head.space(-0.6, -0.7, 0), to: skin.darker(0.22), at: head.space(0.8, 0.9, 0))
    canvas.clipped(to: edge) {
      paintSpot(Point(-0.1, -0.5), 0.5, 0.32, skin.lighter(0.5), opacity: 0.3)
      paintSpot(Point(0, 0.86 + jawDrop), 0.22, 0.16, skin.lighter(0.4), opacity: 0.25)
    }
  }

  /// Cheeks: colour, the apple that a smile raises, the fold from the nose to the mouth.
  private func paintCheek(_ side: Float) {
    let raise = units[.cheekRaiser]
    let smile = units[.lipCornerPuller]
    paintSpot(Point(side * 0.43, 0.34 - 0.06 * raise), 0.26, 0.2, Color(206, 84, 76), opacity: 0.14 + 0.16 * smile)
    paintSpot(Point(side * 0.41, 0.26 - 0.06 * raise), 0.2, 0.13, identity.skin.lighter(0.55), opacity: 0.12 + 0.35 * raise)
    let fold = max(0.8 * smile, 0.9 * units[.upperLipRaiser], 0.7 * units[.noseWrinkler], 0.4 * units[.lipStretcher])
    let corner = mouthCorner
    let top = Point(side * (0.15 + 0.02 * fold), identity.noseLength - 0.04 - 0.05 * units[.noseWrinkler])
    let bottom = Point(side * (corner.x + 0.07), corner.y + 0.02)
    let middle = Point(side * (0.5 * (abs(top.x) + corner.x) + 0.07 + 0.03 * smile), 0.5 * (top.y + bottom.y) - 0.02)
    paintCrease([top, middle, bottom], width: 0.03, opacity: 0.12 + 0.55 * fold)
  }
}
