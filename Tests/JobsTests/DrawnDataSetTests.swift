import Base
import Data
import TestSupport
import Testing

@testable import Jobs

@Suite("Drawn data sets: every set has people of its own")
struct DrawnDataSetTests {
  private func set(_ sizes: [(String, Int)], seed: Int = 0) throws -> DrawnDataSet {
    try DrawnDataSet(sizes.map { ["name": .string($0.0), "videos": .integer(Int64($0.1))] }, seed: seed)
  }

  @Test("no person and no seed is in two sets, nor in sets of another seed")
  func disjoint() throws {
    var people: [Set<Int>] = []
    var seeds: [Int] = []
    for seed in 0..<3 {
      for part in try set([("train", 10), ("validation", 7), ("test", 9)], seed: seed).parts {
        people.append(Set(part.videos.map(\.person)))
        seeds += part.videos.map(\.seed)
      }
    }
    #expect(people.map(\.count) == [3, 2, 3, 3, 2, 3, 3, 2, 3])
    for (index, one) in people.enumerated() {
      for other in people[..<index] { #expect(one.isDisjoint(with: other)) }
    }
    #expect(Set(seeds).count == 3 * 26)
  }

  @Test("the videos of a person, and of a set, take the classes in turn")
  func balanced() throws {
    for part in try set([("a", 3), ("b", 8), ("c", 5)], seed: 4).parts {
      #expect(part.videos.map { $0.seed % 4 } == part.videos.indices.map { $0 % 4 })
      #expect(part.videos.map(\.index) == Array(part.videos.indices))
    }
  }

  @Test(
    "names that are no file names, names twice, and too much are refused",
    arguments: [[("a/b", 1)], [("..", 1)], [("", 1)], [("a", 1), ("a", 2)], [("a", 999_999), ("b", 2)]] as [[(String, Int)]])
  func refused(sizes: [(String, Int)]) {
    let error = #expect(throws: SVFAPError.self) { try set(sizes) }
    #expect(error?.code == .config)
  }

  @Test("seeds whose numbers would not fit are refused")
  func largeSeeds() throws {
    #expect(throws: SVFAPError.self) { try set([("a", 1)], seed: 9_007_199_254_740_992) }
    #expect(throws: SVFAPError.self) { try set([("a", 1)], seed: 9_007_199_255) }
    _ = try set([("a", 1)], seed: 9_007_199_253)
  }

  @Test("sets are written as folders with manifests that heads can read, with the people in them")
  func written() throws {
    let run = try SmallRun()
    let out = run.folder("data")
    let drawn: JSONObject = ["frames": 2, "width": 32, "height": 32]
    for task in ["expression", "affect", "personality", "any"] {
      let result = try run.run(
        "synthesize",
        [
          "out": .string("\(out)/\(task)"), "task": .string(task), "format": "frames", "config": .object(drawn),
          "sets": [["name": "train", "videos": 5], ["name": "test", "videos": 4]],
        ])
      #expect(result["manifests"]?["test"]?.stringValue == "\(out)/\(task)/test.csv")
    }
    let columns = [
      "expression": ["expression"], "affect": ["valence", "arousal", "dominance"],
      "personality": ["extraversion", "neuroticism", "agreeableness", "conscientiousness", "openness"],
    ]
    for (task, names) in columns {
      let train = try Manifest(file: "\(out)/\(task)/train.csv", options: ManifestOptions())
      let test = try Manifest(file: "\(out)/\(task)/test.csv", options: ManifestOptions())
      #expect([train.count, test.count] == [5, 4])
      #expect(train.labelNames == names)
      #expect(try SplitCheck.findings([("training list", train), ("test list", test)], lookingAtFiles: true).isEmpty)
      #expect(train.indices.allSatisfy { train[$0].subject != nil })
    }
    #expect(try Manifest.open("\(out)/any/train.csv").hasLabels == false)
  }

  @Test("sets number their videos and people themselves")
  func ownNumbers() throws {
    let run = try SmallRun()
    for key in ["seed", "identity"] {
      let error = #expect(throws: SVFAPError.self) {
        try run.run(
          "synthesize",
          ["out": .string(run.folder("data")), "task": "any", "config": .object([key: 1]), "sets": [["name": "a", "videos": 1]]])
      }
      #expect(error?.message.contains("/config/\(key)") == true)
    }
  }
}
