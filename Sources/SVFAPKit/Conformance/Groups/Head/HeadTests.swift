import Base
import CSVFAPPlugin
import Networks
import Plugins

/// How a head is made and what it declares.
enum HeadTests {
  /// The test that all other tests of heads rest on.
  static let gate = "head.create"
  /// The test that those rest on which compute.
  static let forwardGate = "head.forward"

  static let all: [ConformanceTest] = [
    ConformanceTest(gate, "a head is made and ended, and NULL is ended too", subject: .head, gates: [FileTests.gate], create),
    test("head.widths", "features of any width are read, or refused with a reason", widths),
    test("head.declarations", "parameters, outputs and metrics are declared so that the library takes them", declarations),
    test("head.declarations.stable", "declarations are the same every time, and of every head", stable),
    ConformanceTest(forwardGate, "outputs are computed: all of them, and finite", subject: .head, gates: [gate], forward),
  ]

  private static func test(_ id: String, _ title: String, _ run: @escaping @Sendable (CheckContext) throws(Verdict) -> Void)
    -> ConformanceTest
  {
    ConformanceTest(id, title, subject: .head, gates: [gate], run)
  }

  private static func create(_ context: CheckContext) throws(Verdict) {
    for _ in 0..<5 { _ = try HeadSubject(context) }
    HeadSubject.destroy(context, nil)
  }

  private static func widths(_ context: CheckContext) throws(Verdict) {
    let config = try Configurations(.head, context).usual(context).text()
    var taken = 0
    for width in [1, 2, 7, 32, 384, 512, 8192] {
      let made = HeadSubject.create(context, config: config, width: width)
      if let handle = made.handle { HeadSubject.destroy(context, handle) }
      if made.result.isOK { taken += 1 } else { try made.result.beSound() }
    }
    try expect(taken > 0, "create takes features of no width that was tried: 1, 2, 7, 32, 384, 512, 8192")
  }

  private static func declarations(_ context: CheckContext) throws(Verdict) {
    let plugin = try context.plugin()
    let config = try Configurations(.head, context).usual(context)
    context.trace.note("reading what the head declares")
    let head = try attempt { () throws(SVFAPError) in try PluginHead(plugin, config: config, embedDim: 12) }
    for declaration in head.declarations {
      guard case .normal(let deviation) = declaration.initializer else { continue }
      try expect(deviation >= 0, "parameter \"\(declaration.name)\" starts with the standard deviation \(deviation)")
    }
    if head.isExclusive {
      try expect(head.outputs.count >= 2, "its readings exclude each other (exclusive), and there is \(head.outputs.count) of them")
      try expect(
        head.outputs.allSatisfy { $0.minimum <= 0 && $0.maximum >= 1 },
        "its readings are probabilities (exclusive), and the range of an output does not hold 0 to 1")
    }
  }

  /// Everything that a head declares, as text.
  private static func account(_ head: HeadSubject) throws(Verdict) -> String {
    var text = "\(head.info.input) \(head.rawWidth) \(head.targetWidth) \(head.info.exclusive) \(head.info.targets_mix)"
    text += " \(head.info.accumulator_width)"
    for parameter in head.parameters { text += " \(parameter.name)\(parameter.shape)" }
    for index in 0..<min(head.outputCount, 4096) { text += " \(head.outputName(index))" }
    for index in 0..<min(Int(head.info.metric_count), 4096) { text += " \(try head.metric(index).name)" }
    return text
  }

  private static func stable(_ context: CheckContext) throws(Verdict) {
    let head = try HeadSubject(context)
    let first = try account(head)
    try expect(try account(head) == first, "what a head declares differs from one time to the next")
    let other = try HeadSubject(context)
    try expect(try account(other) == first, "two heads of one configuration declare different things")
    try expect(try account(head) == first, "what a head declares differs after another one was made")
  }

  private static func forward(_ context: CheckContext) throws(Verdict) {
    let head = try HeadSubject(context)
    let weights = try head.weights(&context.random)
    for tokens in head.readsTokens ? [1, 6, 40] : [1] {
      let batch = try BehaviourTests.batch(head, clips: 4, tokens: tokens)
      let raw = try head.forward(weights, batch)
      for index in 0..<raw.count {
        try expect(
          raw[index].isFinite,
          "raw output \(index % head.rawWidth) of clip \(index / head.rawWidth) is \(raw[index]) after forward; expected every output written, and finite for finite input"
        )
      }
    }
  }
}
