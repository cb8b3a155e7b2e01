/// A face whose labels its movement tells, and no single moment of it (docs/synthetic.md). Everything else is drawn from
/// the seed and has nothing to do with the labels.
struct Play {
  /// About how long a play lasts, in seconds: 16 frames, 4 of 25 a second apart.
  private static let length = 2.56

  let labels: [PlayTask.Label]
  let identity: Identity
  /// What is behind the person: of the seed, not of the person.
  let backdrop: Backdrop
  /// Standard deviation of the grain in grey levels.
  let noise: Double

  private let script: Script
  private let expression: Expression
  private let rest: FaceState
  /// The face at the height of all movements, and how strong its expression is.
  private let height: FaceState
  private let strength: Float
  private let gaze: (speed: Double, phase: Double)
  private let frames: Int
  private let cycles: Double

  /// - Parameters:
  ///   - person: who is drawn.
  ///   - seed: of everything else.
  ///   - frames: frames of the video, which takes `duration` seconds and plays a whole number of times.
  ///   - noise: nil to draw it from the seed.
  init(_ task: PlayTask, person: Int, seed: Int, frames: Int, duration: Double, noise: Double?) {
    let random = SeededRandom(seed: UInt64(bitPattern: Int64(seed)), stream: "play")
    (script, labels) = task.draw(seed: seed)
    identity = Identity(person)
    backdrop = Backdrop(seed: seed)
    self.noise = noise ?? 1 + 5 * random.uniform(0)
    self.frames = frames
    cycles = max((duration / Self.length).rounded(), 1)
    expression = random.choice(1, of: Expression.allCases.filter { $0 != .neutral })
    let strength = random.uniform(2, in: 0.7...1)
    self.strength = strength
    gaze = (0.1 + 0.3 * random.uniform(3), random.uniform(4))
    var rest = FaceState()
    rest.offset = Point(random.uniform(5, in: -0.08...0.08), random.uniform(6, in: -0.06...0.06))
    rest.yaw = Double(random.uniform(7, in: -0.02...0.02))
    rest.pitch = Double(random.uniform(8, in: -0.01...0.01))
    rest.roll = Double(random.uniform(9, in: -0.015...0.015))
    rest.zoom = random.uniform(10, in: 0.85...1)
    self.rest = rest
    // Which way a movement goes says nothing; when it goes does.
    func side(_ index: UInt64) -> Float { random.bits(index) & 1 == 0 ? -strength : strength }
    var height = FaceState()
    height.offset = Point(0.25 * side(11), 0.22 * side(12))
    height.yaw = Double(0.3 * height.offset.x)
    height.pitch = Double(-0.2 * height.offset.y)
    height.roll = Double(0.07 * side(13))
    height.zoom = 0.35 * strength
    self.height = height
  }

  /// The face in a frame.
  func state(at frame: Int) -> FaceState {
    // Half a frame in: backwards in time, frames fall on frames.
    let place = (Double(frame) + 0.5) / Double(frames) * cycles
    let time = place - place.rounded(.down)
    func reach(_ pulse: Pulse?) -> Float { pulse?.place(at: time) ?? 0 }
    let turn = reach(script.turn)
    let nod = reach(script.nod)
    var state = rest
    state.offset = rest.offset + Point(height.offset.x * turn, height.offset.y * nod)
    state.yaw += height.yaw * Double(turn)
    state.pitch += height.pitch * Double(nod)
    state.roll += height.roll * Double(reach(script.tilt))
    state.zoom *= 1 + height.zoom * reach(script.lean)
    state.units = expression.units * (reach(script.face) * strength)
    state.gaze = Point(0.5 * sine(turns: gaze.phase + gaze.speed * place), 0)
    return state
  }
}
