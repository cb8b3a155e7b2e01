import PluginKit

/// What is drawn: the configuration of the source and the number in its path.
struct SyntheticOptions {
  static let schema = StableText(
    """
    {
      "type": "object",
      "properties": {
        "seed": {"type": "integer", "minimum": 0,
          "description": "of everything that is not given; the number in the path if left out, 0 if there is none"},
        "identity": {"type": "integer", "minimum": 0, "description": "who is drawn: the same person for the same number; the seed if left out"},
        "expression": {"enum": ["happiness", "sadness", "neutral", "anger", "surprise", "disgust", "fear"],
          "description": "drawn from the seed if left out"},
        "intensity": {"type": "number", "minimum": 0, "maximum": 1, "default": 1, "description": "strength of the expression at its height"},
        "task": {"enum": ["expression", "affect", "personality", "any"],
          "description": "draws a play whose labels only its movement tells, for a task head of that kind; everything but the person comes from the seed then"},
        "frames": {"type": "integer", "minimum": 1, "maximum": 100000000, "default": 100},
        "width": {"type": "integer", "minimum": 32, "maximum": 4096, "default": 256},
        "height": {"type": "integer", "minimum": 32, "maximum": 4096, "default": 256},
        "rate": {"type": "number", "minimum": 0.1, "maximum": 1000, "default": 25, "description": "frames per second"},
        "still": {"type": "boolean", "default": false,
          "description": "shows one frame, drawn from the seed, for the whole video: what can be told without motion"},
        "noise": {"type": "number", "minimum": 0, "maximum": 64,
          "description": "standard deviation of grain, in grey levels; 0 if left out, with a task drawn from the seed"}
      }
    }
    """)

  let seed: Int
  let identity: Int
  let expression: Expression
  let intensity: Double
  /// Nil for a face that shows one expression.
  let task: PlayTask?
  let frames: Int
  let width: Int
  let height: Int
  let rate: FrameRate
  /// The only frame that is shown; nil for all of them in turn.
  let still: Int?
  /// Nil if not given.
  let noise: Double?

  /// - Parameter path: "synthetic:" or "synthetic:SEED".
  /// - Throws: `config`.
  init(path: String, _ options: borrowing Options) throws(PluginError) {
    func integer(_ key: String, _ range: ClosedRange<Int>, _ fallback: Int) throws(PluginError) -> Int {
      let value = options.has(key) ? try options.integer(key) : fallback
      guard range.contains(value) else {
        throw PluginError(Status.config, "option \"\(key)\": expected \(range.lowerBound) to \(range.upperBound), found \(value)")
      }
      return value
    }
    func number(_ key: String, _ range: ClosedRange<Double>, _ fallback: Double) throws(PluginError) -> Double {
      let value = options.has(key) ? try options.number(key) : fallback
      guard range.contains(value) else {
        throw PluginError(Status.config, "option \"\(key)\": expected \(range.lowerBound) to \(range.upperBound), found \(value)")
      }
      return value
    }
    let named = try Self.seed(in: path)
    seed = try integer("seed", 0...Int.max, named ?? 0)
    if let named, named != seed {
      throw PluginError(Status.config, "option \"seed\" is \(seed), but the path \(path) says \(named); give one of them")
    }
    identity = try integer("identity", 0...Int.max, seed)
    if options.has("expression") {
      let name = try options.text("expression")
      guard let named = Expression(rawValue: name) else {
        let known = Expression.allCases.map(\.rawValue).joined(separator: ", ")
        throw PluginError(Status.config, "option \"expression\": there is no \"\(name)\"; there are \(known)")
      }
      expression = named
    } else {
      expression = SeededRandom(seed: UInt64(seed), stream: "expression").choice(0, of: Expression.allCases)
    }
    intensity = try number("intensity", 0...1, 1)
    frames = try integer("frames", 1...100_000_000, 100)
    width = try integer("width", 32...4096, 256)
    height = try integer("height", 32...4096, 256)
    rate = FrameRate(perSecond: try number("rate", 0.1...1000, 25))
    noise = options.has("noise") ? try number("noise", 0...64, 0) : nil
    task = try Self.task(options)
    let isStill = options.has("still") ? try options.flag("still") : false
    still = isStill ? Int(SeededRandom(seed: UInt64(seed), stream: "still").uniform(0) * Double(frames)) : nil
  }

  /// The play that is asked for. What rules the expression of a face without a play has no meaning in one.
  private static func task(_ options: borrowing Options) throws(PluginError) -> PlayTask? {
    guard options.has("task") else { return nil }
    let name = try options.text("task")
    guard let task = PlayTask(rawValue: name) else {
      let known = PlayTask.allCases.map(\.rawValue).joined(separator: ", ")
      throw PluginError(Status.config, "option \"task\": there is no \"\(name)\"; there are \(known)")
    }
    if options.has("expression") {
      throw PluginError(Status.config, "option \"expression\": a task draws its own from the seed; leave it out")
    }
    return task
  }

  /// The part of a path behind "synthetic:", nil if there is none.
  private static func seed(in path: String) throws(PluginError) -> Int? {
    guard path.hasPrefix(prefix) else {
      throw PluginError(Status.invalidArgument, "\(path): the synthetic source reads \"synthetic:\" and \"synthetic:SEED\"")
    }
    let text = path.dropFirst(prefix.count)
    if text.isEmpty { return nil }
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seed = Int(text) else {
      throw PluginError(
        Status.config, "\(path): expected a seed, 0 to \(Int.max), behind \"synthetic:\"; everything else is given as options")
    }
    return seed
  }

  /// How paths of this source begin.
  static let prefix = "synthetic:"
}
