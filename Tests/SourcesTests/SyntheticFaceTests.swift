import Base
import TestSupport
import Testing

private let expressions = ["happiness", "sadness", "neutral", "anger", "surprise", "disgust", "fear"]

/// FNV-1a-64 of bytes.
private func checksum(_ bytes: [UInt8]) -> String {
  let hash = bytes.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  return String(hash, radix: 16)
}

@Suite("Synthetic: faces are drawn the same on every machine")
struct SyntheticFaceTests {
  @Test(
    "the pixels of some frames",
    arguments: [
      ("happiness", 0, "bdd9bd34e824c79f"), ("happiness", 50, "737eee83c952846a"), ("sadness", 33, "886ec27a9fa464f5"),
      ("neutral", 99, "77855d22035f7a9"), ("anger", 50, "9eb7a36ad9f21312"), ("surprise", 50, "77e523ec4e3b8f81"),
      ("disgust", 50, "a0eaa888fcc81fe6"), ("fear", 64, "9be8f4d43f32f18d"),
    ])
  func pixels(expression: String, frame: Int, expected: String) throws {
    let rgb = try syntheticFrame(frame, ["expression": .string(expression), "seed": 7, "noise": 3])
    #expect(checksum(rgb) == expected)
  }

  @Test("seek(k) and next give the k-th frame of reading from the start")
  func seek() throws {
    let source = try synthetic(["frames": 30, "seed": 3, "noise": 2, "expression": "fear"])
    let frames = try source.rest()
    #expect(frames.count == 30)
    #expect(frames.map(\.index) == Array(0..<30))
    for index in [29, 0, 13, 13, 7] {
      #expect(try source.seek(index) == index)
      #expect(try source.next() == frames[index])
    }
    for beyond in [30, 31] { #expect(throws: PluginFailure.self) { try source.seek(beyond) } }
  }

  @Test("every two expressions look different at their height, and every one differs from none")
  func expressionsDiffer() throws {
    for person in 0..<5 {
      let faces = try expressions.map {
        try syntheticFrame(50, ["expression": .string($0), "seed": 1, "identity": .integer(Int64(person))], size: 96)
      }
      for first in faces.indices {
        for second in faces.indices.dropFirst(first + 1) {
          #expect(distance(faces[first], faces[second]) > 1, "\(expressions[first]) and \(expressions[second]) of person \(person)")
        }
      }
    }
  }

  @Test("an expression rises and falls; at no intensity there is none", arguments: expressions.filter { $0 != "neutral" })
  func courseOfTime(expression: String) throws {
    // The same movements without the expression, to compare with.
    let options: JSONObject = ["expression": .string(expression), "seed": 4, "frames": 100]
    var without = options
    without["intensity"] = 0
    var neutral = options
    neutral["expression"] = "neutral"
    let course = try [0, 16, 22, 50, 78, 90, 99].map {
      try distance(syntheticFrame($0, options, size: 96), syntheticFrame($0, without, size: 96))
    }
    #expect(course[0] == 0 && course[6] == 0)
    #expect(course[3] > 1.2)
    #expect(course[1] < course[2] && course[2] < course[3])
    #expect(course[5] < course[4] && course[4] <= course[3])
    for frame in [0, 50, 99] { #expect(try syntheticFrame(frame, without) == syntheticFrame(frame, neutral)) }
    var half = options
    half["intensity"] = 0.5
    let faint = try distance(syntheticFrame(50, half, size: 96), syntheticFrame(50, without, size: 96))
    #expect(faint > 0.3 && faint < course[3])
  }

  @Test("the expression comes and goes about every four seconds, a whole number of times")
  func cycles() throws {
    for (frames, heights) in [(1, 1), (10, 1), (100, 1), (250, 3), (1000, 10)] {
      let options: JSONObject = ["expression": "surprise", "seed": 4, "frames": .integer(Int64(frames))]
      var without = options
      without["intensity"] = 0
      let shown = try synthetic(options, size: 32).rest()
      let rest = try synthetic(without, size: 32).rest()
      let isShown = zip(shown, rest).map { distance($0.rgb ?? [], $1.rgb ?? []) > 1.5 }
      let rises = isShown.indices.filter { isShown[$0] && ($0 == 0 || !isShown[$0 - 1]) }
      #expect(rises.count == heights, "\(frames) frames")
    }
  }

  @Test("the head moves from frame to frame, by little each time")
  func movement() throws {
    let frames = try synthetic(["expression": "neutral", "seed": 2, "frames": 60]).rest().map { $0.rgb ?? [] }
    let steps = zip(frames, frames.dropFirst()).map { distance($0, $1) }
    #expect(steps.allSatisfy { $0 > 0 && $0 < 4 })
    #expect(distance(frames[0], frames[50]) > 2)
  }

  @Test("the eyes blink now and then")
  func blinks() throws {
    // A face that is otherwise at rest is compared with itself two frames on: lids are what moves fast.
    let frames = try synthetic(["expression": "neutral", "seed": 2, "frames": 150], size: 96).rest().map { $0.rgb ?? [] }
    let steps = zip(frames, frames.dropFirst(2)).map { distance($0, $1) }
    let usual = steps.sorted()[steps.count / 2]
    #expect(steps.contains { $0 > usual + 0.3 })
  }

  @Test("the same person looks the same whatever the seed; other people look different")
  func identities() throws {
    func corner(_ seed: Int, _ person: Int) throws -> ArraySlice<UInt8> {
      try syntheticFrame(0, ["seed": .integer(Int64(seed)), "identity": .integer(Int64(person))]).prefix(3 * 8)
    }
    #expect(try corner(1, 5) == corner(2, 5))
    #expect(try Set((0..<20).map { try corner(1, $0) }).count > 5)
    #expect(try syntheticFrame(0, ["seed": 1, "identity": 5]) != syntheticFrame(0, ["seed": 2, "identity": 5]))
  }

  @Test("the number in the path is the seed")
  func seedInPath() throws {
    #expect(try syntheticFrame(3, [:], path: "synthetic:12") == syntheticFrame(3, ["seed": 12]))
    #expect(try syntheticFrame(3, [:], path: "synthetic:") == syntheticFrame(3, ["seed": 0]))
    #expect(try syntheticFrame(3, [:], path: "synthetic:12") != syntheticFrame(3, [:], path: "synthetic:13"))
    #expect(try syntheticFrame(3, ["seed": 12], path: "synthetic:12") == syntheticFrame(3, ["seed": 12]))
  }

  @Test("noise has the deviation that was asked for", arguments: [1.0, 5, 20])
  func noise(deviation: Double) throws {
    let options: JSONObject = ["seed": 3, "expression": "neutral"]
    var noisy = options
    noisy["noise"] = .number(deviation)
    let clean = try syntheticFrame(5, options, size: 128)
    let grained = try syntheticFrame(5, noisy, size: 128)
    // Away from black and white, where nothing is cut off.
    let differences = zip(clean, grained).filter { (60...195).contains($0.0) }.map { Double($0.1) - Double($0.0) }
    let mean = differences.reduce(0, +) / Double(differences.count)
    let found = (differences.reduce(0) { $0 + $1 * $1 } / Double(differences.count)).squareRoot()
    #expect(abs(mean) < 0.6)
    #expect(abs(found - deviation) < 0.12 * deviation + 0.35)
    #expect(try syntheticFrame(6, noisy) != syntheticFrame(6, options))
  }

  @Test("any size can be drawn", arguments: [(32, 32), (32, 300), (500, 32), (33, 57), (1024, 64)])
  func sizes(width: Int, height: Int) throws {
    let source = try synthetic(["width": .integer(Int64(width)), "height": .integer(Int64(height)), "frames": 2])
    let frames = try source.rest()
    #expect(frames.count == 2)
    #expect(frames[0].rgb?.count == 3 * width * height)
    #expect([frames[0].width, frames[0].height] == [width, height])
  }
}
