/// What is behind a person: a wall that light falls on from one side.
struct Backdrop {
  private static let walls = [
    Color(196, 208, 220), Color(214, 204, 190), Color(168, 184, 176), Color(130, 146, 168), Color(186, 172, 190), Color(92, 104, 116),
  ]

  let top: Color
  let bottom: Color

  /// A wall that somebody is always seen in front of.
  init(of identity: Identity) {
    top = identity.backgroundTop
    bottom = identity.backgroundBottom
  }

  /// A wall of its own for every seed.
  init(seed: Int) {
    let random = SeededRandom(seed: UInt64(bitPattern: Int64(seed)), stream: "backdrop")
    top = random.choice(0, of: Self.walls)
    bottom = top.mixed(with: Color(40, 40, 52), random.uniform(1, in: 0.15...0.45))
  }

  func paint(_ canvas: Canvas) {
    let size = Point(Float(canvas.width), Float(canvas.height))
    canvas.fill(
      [Point(0, 0), Point(size.x, 0), size, Point(0, size.y)], from: top, at: Point(0, 0), to: bottom, at: Point(size.x * 0.3, size.y))
    canvas.spot(Point(size.x * 0.25, size.y * 0.2), size.x * 0.6, size.y * 0.6, top.lighter(0.6), opacity: 0.35)
  }
}
