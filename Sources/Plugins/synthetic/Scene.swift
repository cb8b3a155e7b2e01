/// Who is drawn in a video, before what, and doing what: one expression that comes and goes, or a play.
enum Scene {
  case expressing(Performance, noise: Double)
  case playing(Play)

  init(_ options: SyntheticOptions) {
    let duration = options.rate.time(of: options.frames)
    if let task = options.task {
      self = .playing(
        Play(
          task, person: options.identity, seed: options.seed, frames: options.frames, duration: duration, noise: options.noise))
    } else {
      let performance = Performance(
        options.expression, intensity: options.intensity, person: options.identity, frames: options.frames, duration: duration,
        seed: options.seed)
      self = .expressing(performance, noise: options.noise ?? 0)
    }
  }

  var identity: Identity {
    switch self {
    case .expressing(let performance, _): performance.identity
    case .playing(let play): play.identity
    }
  }

  var backdrop: Backdrop {
    switch self {
    case .expressing(let performance, _): Backdrop(of: performance.identity)
    case .playing(let play): play.backdrop
    }
  }

  /// Standard deviation of the grain in grey levels.
  var noise: Double {
    switch self {
    case .expressing(_, let noise): noise
    case .playing(let play): play.noise
    }
  }

  /// The face in a frame that is shown at `time` seconds.
  func state(at frame: Int, time: Double) -> FaceState {
    switch self {
    case .expressing(let performance, _): performance.state(at: frame, time: time)
    case .playing(let play): play.state(at: frame)
    }
  }

  /// The labels, and what they came from, as the metadata of the stream.
  func metadata(_ options: SyntheticOptions) -> String {
    switch self {
    case .expressing(let performance, _): Labels(options, performance).json
    case .playing(let play): Labels.json(of: play, options)
    }
  }
}
