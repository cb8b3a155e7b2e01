/// A face over time: who it is, what it expresses and how it moves. Every moment follows from the number of the frame
/// alone.
struct Performance {
  /// About how long the expression takes to rise, stay, fall and rest, in seconds.
  private static let cycle = 4.0

  let expression: Expression
  /// 0...1
  let intensity: Double
  let identity: Identity
  let manner: Manner
  private let frames: Int
  private let cycles: Double
  private let random: SeededRandom

  /// - Parameters:
  ///   - duration: seconds of the whole video, in which the expression comes and goes a whole number of times.
  ///   - seed: of the movements.
  init(_ expression: Expression, intensity: Double, person: Int, frames: Int, duration: Double, seed: Int) {
    self.expression = expression
    self.intensity = intensity
    self.frames = frames
    identity = Identity(person)
    manner = Manner(person)
    cycles = max((duration / Self.cycle).rounded(), 1)
    random = SeededRandom(seed: UInt64(bitPattern: Int64(seed)), stream: "motion")
  }

  /// How much of the expression shows in a frame: from 0 up to 1 and back, once a cycle.
  func strength(at frame: Int) -> Float {
    // Half a frame in, so that the only frame of a still picture is the height of the expression.
    let place = (Double(frame) + 0.5) / Double(frames) * cycles
    let phase = place - place.rounded(.down)
    return smoothStep(phase, from: 0.08, to: 0.3) * (1 - smoothStep(phase, from: 0.72, to: 0.95))
  }

  /// The face in a frame that is shown at `time` seconds.
  func state(at frame: Int, time: Double) -> FaceState {
    let strength = strength(at: frame) * Float(intensity)
    let reach = Float(0.4 + 1.1 * manner.extraversion)
    var state = FaceState()
    state.units = expression.units * strength
    state.offset = Point(0.07 * reach * wave(0, time), 0.04 * reach * wave(1, time))
    state.yaw = Double(0.038 * reach * wave(2, time))
    state.pitch = Double(0.014 * reach * wave(3, time) - 0.02 * expression.nod * strength)
    state.roll = Double(0.012 * reach * wave(4, time))
    let wander = Float(0.1 + 0.5 * manner.openness)
    state.gaze = Point(wander * wave(5, time), 0.4 * wander * wave(6, time)) + expression.gaze * strength
    state.blink = blink(time)
    state.restingSmile = Float(manner.agreeableness - 0.5) * 0.3
    return state
  }

  /// A slow movement between -1 and 1, another one for every number.
  private func wave(_ number: UInt64, _ time: Double) -> Float {
    let haste = 1.5 - manner.conscientiousness
    func part(_ index: UInt64, _ frequency: Double) -> Float {
      let speed = frequency * (0.7 + 0.6 * random.uniform(8 * number + index)) * haste
      return sine(turns: speed * time + random.uniform(8 * number + index + 1))
    }
    return 0.62 * part(0, 0.13) + 0.38 * part(2, 0.31)
  }

  /// How far the lids are shut by blinking: one blink in every few seconds, at its own moment.
  private func blink(_ time: Double) -> Float {
    let spacing = 5.5 - 4 * manner.neuroticism
    let slot = (time / spacing).rounded(.down)
    let start = (slot + 0.8 * random.uniform(1000 + UInt64(max(slot, 0)))) * spacing
    let since = time - start
    return smoothStep(since, from: 0, to: 0.09) * (1 - smoothStep(since, from: 0.12, to: 0.24))
  }
}
