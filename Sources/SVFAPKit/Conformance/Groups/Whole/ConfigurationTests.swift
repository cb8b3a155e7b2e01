import Base
import CSVFAPPlugin

/// What an interface is told when it is opened: by its schema, on its bounds, and beside it.
enum ConfigurationTests {
  static let all: [ConformanceTest] = [
    ConformanceTest.Subject.head, .source, .sink,
  ].flatMap { subject -> [ConformanceTest] in
    let gate = subject == .head ? HeadTests.gate : subject == .source ? SourceTests.gate : SinkTests.gate
    func test(
      _ name: String, _ title: String, _ run: @escaping @Sendable (Openings, Configurations) throws(Verdict) -> Void
    ) -> ConformanceTest {
      ConformanceTest("config.\(subject.rawValue).\(name)", "\(subject.title): \(title)", subject: subject, gates: [gate]) {
        (context) throws(Verdict) in
        try run(try Openings(subject, context), try Configurations(subject, context))
      }
    }
    return [
      test("defaults", "it opens with what the schema gives when nothing is said", defaults),
      test("bounds", "every option at its bounds is taken, or refused with a status for options", bounds),
      test("outside", "what lies outside of the schema is refused by it, and does no harm without it", outside),
      test("random", "random options that fit are taken, or refused with a status for options", fitting),
      test("wrong", "random options that do not fit do no harm", unfitting),
      test("text", "text that is no configuration does no harm: long, deep, broken, none", broken),
    ]
  }

  private static func defaults(_ openings: Openings, _ configurations: Configurations) throws(Verdict) {
    let config = try configurations.usual(openings.context)
    try openings.open(config.text()).succeed()
  }

  /// Options may exclude each other, and a head may have too little to do with them; nothing else may come of what fits.
  private static func take(_ result: CallResult, _ subject: ConformanceTest.Subject) throws(Verdict) {
    var statuses = [SVFAP_OK, SVFAP_E_CONFIG, SVFAP_E_UNSUPPORTED, SVFAP_E_LIMIT, SVFAP_E_NO_MEMORY]
    // What is asked for may not be in the sample.
    if subject == .source { statuses += [SVFAP_E_NOT_FOUND, SVFAP_E_FORMAT] }
    try expect(
      statuses.contains { svfap_status($0) == result.status },
      "\(result.sentence); options that fit the schema may not fit each other or be too much: expected \(statuses.map { CallResult.name(svfap_status($0)) }.joined(separator: ", "))"
    )
  }

  private static func bounds(_ openings: Openings, _ configurations: Configurations) throws(Verdict) {
    let maker = DocumentMaker(configurations.schema)
    if maker.keys.isEmpty { throw .skipped("it has no options") }
    for (key, value) in maker.atBounds {
      guard let config = try configurations.usual(openings.context, with: key, value) else {
        throw .failed("the schema refuses the option \"\(key)\" with \(value.text().prefix(80)), which lies on its own bounds")
      }
      try take(try openings.open(config.text()), openings.subject)
    }
  }

  private static func outside(_ openings: Openings, _ configurations: Configurations) throws(Verdict) {
    let maker = DocumentMaker(configurations.schema)
    if maker.keys.isEmpty { throw .skipped("it has no options") }
    for (key, value) in maker.outside {
      try expect(
        try configurations.usual(openings.context, with: key, value) == nil,
        "the schema takes \(value.text().prefix(80)) for the option \"\(key)\"")
      var members = try configurations.usual(openings.context).objectValue ?? [:]
      members[key] = value
      try openings.open(JSONValue.object(members).text()).beSound()
    }
  }

  private static func fitting(_ openings: Openings, _ configurations: Configurations) throws(Verdict) {
    let context = openings.context
    let maker = DocumentMaker(configurations.schema)
    if maker.keys.isEmpty { throw .skipped("it has no options") }
    for round in 0..<context.options.rounds * 3 {
      context.course = "round \(round)"
      let document = maker.fitting(&context.random)
      guard let config = try? configurations.schema.resolve(document) else { continue }
      try take(try openings.open(config.text()), openings.subject)
    }
  }

  private static func unfitting(_ openings: Openings, _ configurations: Configurations) throws(Verdict) {
    let context = openings.context
    let maker = DocumentMaker(configurations.schema)
    for round in 0..<context.options.rounds * 3 {
      context.course = "round \(round)"
      try openings.open(maker.unfitting(&context.random).text()).beSound()
    }
  }

  private static func broken(_ openings: Openings, _ configurations: Configurations) throws(Verdict) {
    let key = DocumentMaker(configurations.schema).keys.first ?? "x"
    let texts = [
      "", "{}", "null", "[]", "0", "\"\"", "{", "{\"\(key)\":", "{\"\(key)\": 1e999}",
      "{\"\(key)\": \"" + String(repeating: "a", count: 1 << 20) + "\"}",
      String(repeating: "[", count: 64) + String(repeating: "]", count: 64),
      "{\"\(key)\": " + String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000) + "}",
      "{\"\(key)\": 1, \"\(key)\": 2}", String(repeating: " ", count: 100_000), "{\"\(key)\": \"\u{FFFD}\\u0000\\ud800\"}",
    ]
    for text in texts { try openings.open(text).beSound() }
  }
}
