import Base
import Testing

@testable import SyntheticVideo

@Suite("Synthetic: plays tell their labels by motion alone")
struct SyntheticPlayTests {
  /// Times evenly spread over a play, so that backwards they are the same.
  private let times = (0..<400).map { (Double($0) + 0.5) / 400 }

  /// What a face does at all times, in an order that has nothing to do with time.
  private func moments(_ script: Script) -> [[Float]] {
    times.map { script.places(at: $0).map { ($0 * 1000).rounded() } }.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// The farthest that two plays are apart at any time.
  private func gap(_ one: Script, _ other: Script, backwards: Bool) -> Float {
    times.map { time in
      zip(one.places(at: time), other.places(at: backwards ? 1 - time : time)).map { abs($0 - $1) }.max() ?? 0
    }.max() ?? 0
  }

  private func metadata(_ task: String, _ seed: Int, identity: Int = 3) throws -> JSONValue {
    try JSONValue(
      parsing: synthetic(["task": .string(task), "seed": .integer(Int64(seed)), "identity": .integer(Int64(identity))]).metadata())
  }

  @Test("a pulse is everywhere between 0 and 1 for equally long, whenever it peaks", arguments: [0.1, 0.15, 0.5, 0.8, 0.9])
  func evenly(peak: Double) {
    let places = times.map { Pulse(start: 0, end: 1, peak: peak).place(at: $0) }.sorted()
    for (rank, place) in places.enumerated() { #expect(abs(place - (Float(rank) + 0.5) / 400) < 0.012) }
    #expect(Pulse(peak: peak).place(at: 0) == 0 && Pulse(peak: peak).place(at: 1) == 0)
  }

  @Test("all classes are made of the same moments: only their order differs", arguments: [0.1, 0.15, 0.2])
  func sameMoments(onset: Double) {
    let classes = PlayTask.classes.indices.map { Script(kind: $0, onset: onset) }
    for other in classes.dropFirst() {
      for (one, two) in zip(moments(classes[0]), moments(other)) {
        #expect(zip(one, two).allSatisfy { abs($0 - $1) < 25 })
      }
    }
    for first in 0..<4 {
      for second in 0..<first { #expect(gap(classes[first], classes[second], backwards: false) > 0.5) }
    }
    #expect(gap(classes[0], classes[3], backwards: true) < 1e-5)
    #expect(gap(classes[1], classes[2], backwards: true) < 1e-5)
  }

  @Test("the first and the last frame are at rest, and so are those in the middle of an expression's play")
  func atRest() {
    func places(_ script: Script, _ frame: Int) -> Float { script.places(at: (Double(frame) + 0.5) / 16).max() ?? 1 }
    for kind in 0..<4 {
      for frame in [0, 7, 8, 15] { #expect(places(Script(kind: kind, onset: 0.15), frame) == 0) }
    }
    for frame in [0, 15] {
      #expect(places(Script(affect: [1, -1, 0.3]), frame) == 0)
      #expect(places(Script(traits: [1, 0, 0.3, 0.9, 0.1]), frame) == 0)
    }
  }

  @Test("played backwards, affect is the opposite and traits are mirrored", arguments: 0..<20)
  func backwards(seed: Int) {
    let random = SeededRandom(seed: UInt64(seed), stream: "test")
    let affect = (0..<3).map { 2 * random.uniform($0) - 1 }
    #expect(gap(Script(affect: affect), Script(affect: affect.map { -$0 }), backwards: true) < 1e-5)
    let traits = (0..<5).map { random.uniform($0) }
    #expect(gap(Script(traits: traits), Script(traits: traits.map { 1 - $0 }), backwards: true) < 1e-5)
  }

  @Test("labels are in the ranges and under the names of their heads, evenly spread")
  func labels() throws {
    let names = [
      "affect": ["valence", "arousal", "dominance"],
      "personality": ["extraversion", "neuroticism", "agreeableness", "conscientiousness", "openness"],
    ]
    for (task, columns) in names {
      let low = task == "affect" ? -1.0 : 0
      let rows = try (0..<150).map { try #require(try metadata(task, $0)["labels"]?.objectValue) }
      #expect(rows.allSatisfy { $0.keys == columns })
      for column in columns {
        let values = rows.compactMap { $0[column]?.doubleValue }
        #expect(values.count == 150 && values.allSatisfy { (low...1).contains($0) })
        #expect(abs(values.reduce(0, +) / 150 - (low + 1) / 2) < 0.12)
        #expect((values.min() ?? 1) < low + 0.1 && (values.max() ?? 0) > 0.9)
      }
    }
    let classes = try (0..<8).map { try metadata("expression", $0)["labels"]?["expression"]?.stringValue }
    #expect(classes.compactMap(\.self) == PlayTask.classes + PlayTask.classes)
    #expect(try metadata("any", 4)["labels"]?.objectValue?.keys == [])
  }

  @Test("labels belong to the seed, looks to the person, and all of it is drawn the same again")
  func seeds() throws {
    #expect(try metadata("personality", 7)["labels"] == metadata("personality", 7, identity: 4)["labels"])
    #expect(try metadata("personality", 7) != metadata("personality", 8))
    let options: JSONObject = ["task": "affect", "seed": 7, "identity": 2, "frames": 16]
    var other = options
    other["identity"] = 3
    #expect(try syntheticFrame(5, options) == syntheticFrame(5, options))
    #expect(try syntheticFrame(5, options) != syntheticFrame(5, other))
    // The wall and the grain are the seed's: a corner stays.
    #expect(try syntheticFrame(5, options).prefix(9) == syntheticFrame(5, other).prefix(9))
  }

  @Test("averaged over many videos, the frames of all classes look alike")
  func averages() throws {
    // Sums over frames and over 48 videos a class: of the same people on both sides.
    let sums = try (0..<4).map { kind in
      var sum = [Double](repeating: 0, count: 3 * 32 * 32)
      for person in 0..<48 {
        let options: JSONObject = [
          "task": "expression", "seed": .integer(Int64(4 * person + kind)), "identity": .integer(Int64(person)), "frames": 16, "noise": 0,
        ]
        for frame in try synthetic(options, size: 32).rest() {
          for (index, value) in (frame.rgb ?? []).enumerated() { sum[index] += Double(value) / (16 * 48) }
        }
      }
      return sum
    }
    for one in 0..<4 {
      for other in 0..<one {
        let apart = zip(sums[one], sums[other]).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(sums[one].count)
        #expect(apart < 8, "grey levels between \(PlayTask.classes[one]) and \(PlayTask.classes[other])")
      }
    }
  }

  @Test("a long video repeats its play about every 2.56 seconds")
  func repeats() throws {
    let options: JSONObject = ["task": "expression", "seed": 2, "frames": 48, "rate": 6.25, "noise": 0]
    // The gaze goes on; the rest is the same again.
    #expect(try distance(syntheticFrame(3, options), syntheticFrame(19, options)) < 0.5)
    #expect(try distance(syntheticFrame(3, options), syntheticFrame(11, options)) > 2)
  }

  @Test("a still shows one frame of the same video, another one for other seeds")
  func still() throws {
    let shown = try (0..<12).map { seed in
      let options: JSONObject = ["task": "affect", "seed": .integer(Int64(seed)), "frames": 16]
      var still = options
      still["still"] = true
      let frames = try synthetic(still, size: 32).rest().compactMap(\.rgb)
      #expect(frames.count == 16 && Set(frames).count == 1)
      return try #require(try synthetic(options, size: 32).rest().firstIndex { $0.rgb == frames[0] })
    }
    #expect(Set(shown).count > 5)
  }

  @Test("an expression cannot be asked for in a play")
  func expression() {
    let failure = #expect(throws: PluginFailure.self) { try synthetic(["task": "affect", "expression": "fear"]) }
    #expect(failure?.message.contains("expression") == true)
    #expect(throws: PluginFailure.self) { try synthetic(["task": "happiness"]) }
  }
}
