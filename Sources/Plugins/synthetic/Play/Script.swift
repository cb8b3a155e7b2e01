/// When each part of somebody moves in a play. What a play is labelled with is said here and nowhere else.
struct Script {
  /// The expression of the face.
  var face: Pulse?
  /// The head up or down.
  var nod: Pulse?
  /// The head towards the camera.
  var lean: Pulse?
  /// The head to one side.
  var turn: Pulse?
  /// The head towards a shoulder.
  var tilt: Pulse?

  /// A play of a class.
  ///
  /// - Parameters:
  ///   - kind: place in `PlayTask.classes`: the face moves first in 0 and 2, the head in 1 and 3; both come suddenly in 0
  ///     and 1, gradually in 2 and 3.
  ///   - onset: share of a sudden movement in which it goes out, below 0.5.
  init(kind: Int, onset: Double) {
    let peak = kind < 2 ? onset : 1 - onset
    // Of 16 frames, those at the ends of both halves show the face at rest.
    let first = Pulse(start: 1.0 / 32, end: 15.0 / 32, peak: peak)
    let second = Pulse(start: 17.0 / 32, end: 31.0 / 32, peak: peak)
    (face, nod) = kind % 2 == 0 ? (first, second) : (second, first)
    lean = nod
  }

  /// - Parameter affect: valence, arousal and dominance, -1...1: how early the face, the lean and the nod peak.
  init(affect: [Double]) {
    let pulses = affect.map { Pulse(peak: 0.5 - 0.4 * $0) }
    (face, lean, nod) = (pulses[0], pulses[1], pulses[2])
  }

  /// - Parameter traits: the Big Five in the order of the personality head, 0...1: how early each of five movements peaks.
  init(traits: [Double]) {
    let pulses = traits.map { Pulse(peak: 0.9 - 0.8 * $0) }
    (face, turn, nod, tilt, lean) = (pulses[0], pulses[1], pulses[2], pulses[3], pulses[4])
  }

  /// How far out the movements are: face, nod, lean, turn, tilt.
  ///
  /// - Parameter time: share of the play, 0...1.
  func places(at time: Double) -> [Float] { [face, nod, lean, turn, tilt].map { $0?.place(at: time) ?? 0 } }
}
