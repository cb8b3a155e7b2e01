import Base

/// The loss of a head and its gradients.
enum GradientTests {
  /// The test that those rest on which need a loss.
  static let gate = "head.loss"

  static let all: [ConformanceTest] = [
    ConformanceTest(
      gate, "the loss is finite, for one clip and for many, and so are its gradients", subject: .head, gates: [HeadTests.forwardGate],
      finite),
    test("head.gradient.parameters", "gradients by the parameters agree with differences of the loss", parameters),
    test("head.gradient.input", "the gradient by the input agrees with differences of the loss", input),
    test("head.gradient.mixed", "gradients are right for mixed targets too", mixed),
    test("head.gradient.options", "gradients are right whatever is chosen among the options", options),
    test("head.gradient.accumulates", "gradients of parameters are added to what is there", accumulates),
    test("head.gradient.overwrites", "the gradient by the input is written, all of it", overwrites),
    test("head.loss.repeat", "loss and gradients are the same bits every time", repeats),
    test("head.loss.mean", "the loss is a mean: a batch that holds everything twice has the same", mean),
    test("head.loss.order", "the order of the clips does not matter to the loss", order),
    test("head.loss.descends", "steps against the gradient make the loss smaller", descends),
  ]

  private static func test(_ id: String, _ title: String, _ run: @escaping @Sendable (CheckContext) throws(Verdict) -> Void)
    -> ConformanceTest
  {
    ConformanceTest(id, title, subject: .head, gates: [gate], run)
  }

  private static func check(
    _ context: CheckContext, _ variable: GradientCheck.Variable, mixed: Bool = false, config: JSONValue? = nil, singles: Int = 12
  ) throws(Verdict) {
    let head = try HeadSubject(context, config: config)
    let labels = try Labels(head)
    try GradientCheck(head: head, labels: labels, isMixed: mixed).run(variable, &context.random, singles: singles)
  }

  private static func parameters(_ context: CheckContext) throws(Verdict) {
    if try HeadSubject(context).parameters.isEmpty { throw .skipped("it has no parameters") }
    try check(context, .parameters)
  }

  private static func input(_ context: CheckContext) throws(Verdict) { try check(context, .input) }

  private static func mixed(_ context: CheckContext) throws(Verdict) {
    guard try HeadSubject(context).info.targets_mix != 0 else { throw .skipped("its targets do not mix (targets_mix)") }
    try check(context, .parameters, mixed: true, singles: 4)
    try check(context, .input, mixed: true, singles: 4)
  }

  private static func options(_ context: CheckContext) throws(Verdict) {
    let configurations = try Configurations(.head, context)
    let choices = DocumentMaker(configurations.schema).choices
    if choices.isEmpty { throw .skipped("it has no options to choose among") }
    for (key, value) in choices {
      context.course = "option \"\(key)\" \(value.text())"
      guard let config = try configurations.usual(context, with: key, value) else { continue }
      // What options exclude each other is another test's business.
      guard (try? HeadSubject(context, config: config)) != nil else { continue }
      do throws(Verdict) {
        try check(context, .parameters, config: config, singles: 3)
        try check(context, .input, config: config, singles: 3)
      } catch {
        throw error.kind == .failed ? .failed("with \"\(key)\": \(value.text()): \(error.message)") : error
      }
    }
  }

  private static func setting(
    _ context: CheckContext, clips: Int = 6
  ) throws(Verdict) -> (head: HeadSubject, weights: [GuardedFloats], batch: HeadBatch) {
    let head = try HeadSubject(context)
    let labels = try Labels(head)
    let weights = try head.weights(&context.random)
    return (head, weights, try head.batch(clips, &context.random, labels: labels))
  }

  private static func accumulates(_ context: CheckContext) throws(Verdict) {
    let (head, weights, batch) = try setting(context)
    if head.parameters.isEmpty { throw .skipped("it has no parameters") }
    let alone = try head.loss(weights, batch)
    let raw = try head.forward(weights, batch)
    let gradients = try head.gradients()
    for gradient in gradients { gradient.fill(3) }
    let input = try GuardedFloats(count: batch.input.count)
    try head.loss(weights, batch, raw: raw, gradients: gradients, inputGradient: input).result.succeed()
    for (number, parameter) in head.parameters.enumerated() {
      for index in 0..<parameter.count {
        let (expected, found) = (3 + alone.gradients[number][index], gradients[number][index])
        try expect(
          abs(expected - found) <= 1e-4 * (3 + abs(expected)),
          "the gradient by parameter \"\(parameter.name)\", element \(index), was 3 and is \(found) after loss; expected 3 + \(alone.gradients[number][index]): gradients of parameters are added to what is there"
        )
      }
    }
  }

  private static func overwrites(_ context: CheckContext) throws(Verdict) {
    let (head, weights, batch) = try setting(context)
    let alone = try head.loss(weights, batch).input
    let raw = try head.forward(weights, batch)
    for rubbish in [Float(7), .nan] {
      let input = try GuardedFloats(count: batch.input.count)
      input.fill(rubbish)
      try head.loss(weights, batch, raw: raw, gradients: try head.gradients(), inputGradient: input).result.succeed()
      for index in 0..<input.count {
        try expect(
          input[index] == alone[index],
          "the gradient by the input, element \(index), was \(rubbish) and is \(input[index]) after loss; expected \(alone[index]): the gradient by the input is written, whatever was there"
        )
      }
    }
  }

  private static func finite(_ context: CheckContext) throws(Verdict) {
    for clips in [1, 2, 7] {
      let (head, weights, batch) = try setting(context, clips: clips)
      let (loss, gradients, input) = try head.loss(weights, batch)
      try expect(loss.isFinite, "loss of \(clips) clips is \(loss); expected a finite number")
      for (parameter, gradient) in zip(head.parameters, gradients) {
        try expect(gradient.values.allSatisfy(\.isFinite), "a gradient by parameter \"\(parameter.name)\" is not finite for \(clips) clips")
      }
      try expect(input.values.allSatisfy(\.isFinite), "a gradient by the input is not finite for \(clips) clips")
    }
  }

  private static func repeats(_ context: CheckContext) throws(Verdict) {
    let (head, weights, batch) = try setting(context)
    let first = try head.loss(weights, batch)
    for _ in 0..<3 {
      let again = try head.loss(weights, batch)
      try expect(first.loss.bitPattern == again.loss.bitPattern, "loss of the same batch was \(first.loss) and then \(again.loss)")
      try expect(
        zip(first.gradients, again.gradients).allSatisfy { $0.bytes == $1.bytes } && first.input.bytes == again.input.bytes,
        "gradients of the same batch differ from one call of loss to the next")
    }
  }

  private static func mean(_ context: CheckContext) throws(Verdict) {
    let (head, weights, batch) = try setting(context)
    let once = try head.loss(weights, batch).loss
    let twice = try head.loss(weights, try head.clips(Array(0..<batch.clips) + Array(0..<batch.clips), of: batch)).loss
    try expect(
      abs(once - twice) <= 1e-5 * max(abs(once), 1e-3),
      "loss of \(batch.clips) clips is \(once), of the same clips twice in one batch \(twice); expected the same: the loss is a mean over the batch"
    )
  }

  private static func order(_ context: CheckContext) throws(Verdict) {
    let (head, weights, batch) = try setting(context)
    let forwards = try head.loss(weights, batch)
    let backwards = try head.loss(weights, try head.clips(Array((0..<batch.clips).reversed()), of: batch))
    try expect(
      abs(forwards.loss - backwards.loss) <= 1e-5 * max(abs(forwards.loss), 1e-3),
      "loss of \(batch.clips) clips is \(forwards.loss), and \(backwards.loss) when they come in the opposite order")
    for clip in 0..<batch.clips {
      for index in 0..<batch.stride {
        let found = backwards.input[(batch.clips - 1 - clip) * batch.stride + index]
        let expected = forwards.input[clip * batch.stride + index]
        try expect(
          abs(found - expected) <= 1e-4 * max(abs(expected), 1e-3),
          "the gradient by the input of a clip is \(expected), and \(found) when the clips come in the opposite order")
      }
    }
  }

  private static func descends(_ context: CheckContext) throws(Verdict) {
    let (head, weights, batch) = try setting(context, clips: 4)
    if head.parameters.isEmpty { throw .skipped("it has no parameters") }
    let start = try head.loss(weights, batch).loss
    var least = start
    for _ in 0..<300 {
      let (loss, gradients, _) = try head.loss(weights, batch)
      least = min(least, loss)
      // Steps of one length, so that the scale of the loss does not matter.
      let norm = gradients.reduce(0.0) { $0 + $1.values.reduce(0.0) { $0 + Double($1) * Double($1) } }.squareRoot()
      guard norm > 1e-12 else { break }
      for (weight, gradient) in zip(weights, gradients) {
        for index in 0..<weight.count { weight[index] -= Float(0.02 * Double(gradient[index]) / norm) }
      }
    }
    try expect(
      least < start - 1e-4 * abs(start) || start < 1e-6,
      "300 steps against the gradient took the loss from \(short(start)) to \(short(least)); expected it to become smaller")
  }
}
