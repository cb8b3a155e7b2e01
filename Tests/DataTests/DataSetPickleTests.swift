import Base
import Data
import Glibc
import TestSupport
import Testing

@Suite("Data sets with pickled annotations: ChaLearn First Impressions")
struct DataSetPickleTests {
  private static let traits = ["extraversion", "neuroticism", "agreeableness", "conscientiousness", "interview", "openness"]

  /// Annotations as Python 2 pickles them (protocol 0): names stand there once and are remembered.
  private func protocol0(_ clips: [String: Double], traits: [String] = traits) -> [UInt8] {
    var text = "(dp0\n"
    var place = 1
    var remembered: [String: Int] = [:]
    for (index, trait) in traits.enumerated() {
      text += "S'\(trait)'\np\(place)\n(dp\(place + 1)\n"
      place += 2
      for (clip, value) in clips.sorted(by: { $0.key < $1.key }) {
        if let known = remembered[clip] {
          text += "g\(known)\n"
        } else {
          text += "S'\(clip)'\np\(place)\n"
          remembered[clip] = place
          place += 1
        }
        text += "F\(value + Double(index) / 100)\ns"
      }
      text += "s"
    }
    return Array((text + ".").utf8)
  }

  /// The same as Python 3 pickles them (protocol 2): binary.
  private func protocol2(_ clips: [String: Double]) -> [UInt8] {
    var bytes: [UInt8] = [0x80, 2, UInt8(ascii: "}"), UInt8(ascii: "q"), 0, UInt8(ascii: "(")]
    for (index, trait) in Self.traits.enumerated() {
      bytes += [UInt8(ascii: "U"), UInt8(trait.utf8.count)] + Array(trait.utf8) + [UInt8(ascii: "}"), UInt8(ascii: "(")]
      for (clip, value) in clips.sorted(by: { $0.key < $1.key }) {
        bytes += [UInt8(ascii: "X"), UInt8(clip.utf8.count), 0, 0, 0] + Array(clip.utf8) + [UInt8(ascii: "G")]
        let pattern = (value + Double(index) / 100).bitPattern
        bytes += (0..<8).map { UInt8(truncatingIfNeeded: pattern >> (56 - 8 * $0)) }
      }
      bytes += [UInt8(ascii: "u")]
    }
    return bytes + [UInt8(ascii: "u"), UInt8(ascii: ".")]
  }

  private let clips = ["J4GQm9j0JZ0.003.mp4": 0.5, "J4GQm9j0JZ0.001.mp4": 0.25, "zEyRyTnIw5I.005.mp4": 0.75]

  private func made(_ annotation: [UInt8]) -> MadeFolder {
    let folder = MadeFolder()
    folder.write(annotation, to: "annotation_training.pkl")
    folder.touch("train-1/training80_01/J4GQm9j0JZ0.003.mp4", "train-1/training80_02/J4GQm9j0JZ0.001.mp4")
    folder.frames("frames/zEyRyTnIw5I.005")
    return folder
  }

  @Test("five traits in the order of the head, clips found by their dotted names", arguments: [0, 2])
  func traits(_ version: Int) throws {
    let folder = made(version == 0 ? protocol0(clips) : protocol2(clips))
    let data = try DataSetManifests.read(FirstImpressionsLayout(), in: folder.path)
    #expect(data.manifests.map(\.name) == ["train"])
    #expect(data.manifests[0].labelNames == ["extraversion", "neuroticism", "agreeableness", "conscientiousness", "openness"])
    let entries = data["train"]
    #expect(
      entries.map(\.path)
        == ["train-1/training80_02/J4GQm9j0JZ0.001.mp4", "train-1/training80_01/J4GQm9j0JZ0.003.mp4", "frames/zEyRyTnIw5I.005"].map {
          folder($0)
        })
    #expect(entries.map(\.subject) == ["J4GQm9j0JZ0", "J4GQm9j0JZ0", "zEyRyTnIw5I"])
    #expect(entries[0].labels.map { Double($0) } == [0.25, 0.26, 0.27, 0.28, 0.3])
    #expect(data.findings.filter { $0.kind == .missingFile }.map(\.message).contains { $0.hasPrefix("annotation_test.pkl is not there") })
  }

  @Test("every protocol that Python writes is read", arguments: 0...5)
  func python(_ version: Int) throws {
    let folder = made([])
    let script = """
      import pickle, sys
      clips = {"J4GQm9j0JZ0.003.mp4": 0.5, "J4GQm9j0JZ0.001.mp4": 0, "zEyRyTnIw5I.005.mp4": 1e-3}
      traits = ["extraversion", "neuroticism", "agreeableness", "conscientiousness", "openness"]
      pickle.dump({t: dict(clips) for t in traits}, open(sys.argv[1], "wb"), protocol=int(sys.argv[2]))
      """
    folder.write(script, to: "make.py")
    try #require(system("python3 '\(folder("make.py"))' '\(folder("annotation_training.pkl"))' \(version)") == 0)
    let data = try DataSetManifests.read(FirstImpressionsLayout(), in: folder.path)
    #expect(data["train"].map { $0.labels.compactMap(Double.init) } == [0, 0.5, 1e-3].map { [$0, $0, $0, $0, $0] })
  }

  @Test("a pickle that would call something is refused by instruction and position")
  func calls() {
    // What pickle.dumps gives for an object whose __reduce__ is os.system("true").
    let folder = made(Array("cposix\nsystem\np0\n(Vtrue\np1\ntp2\nRp3\n.".utf8))
    let error = failureOf { try DataSetManifests.read(FirstImpressionsLayout(), in: folder.path) }
    #expect(error?.code == .unsupported)
    #expect(error?.message.contains("GLOBAL at byte 0 is refused") == true)
  }

  @Test("annotations without a trait, with a foreign value or out of range are errors")
  func values() {
    for (bytes, word) in [
      (protocol0(clips, traits: ["extraversion"]), "no trait \"neuroticism\""), (protocol0(["a.000.mp4": 1.5]), "no number from 0 to 1"),
      (Array("F1.0\n.".utf8), "holds no dictionary"), (Array("(dS'extraversion'\nN s.".utf8), "refused"),
    ] {
      let folder = made(bytes)
      let error = failureOf { try DataSetManifests.read(FirstImpressionsLayout(), in: folder.path) }
      #expect(error?.message.contains(word) == true, "\(word): \(error?.message ?? "no error")")
    }
  }

  @Test("a pickle that is cut anywhere is an error, never a trap", arguments: [0, 2])
  func truncated(_ version: Int) {
    let whole = version == 0 ? protocol0(clips) : protocol2(clips)
    let folder = made(whole)
    for count in stride(from: 0, to: whole.count, by: 3) {
      folder.write(Array(whole[..<count]), to: "annotation_training.pkl")
      #expect(failureOf { try DataSetManifests.read(FirstImpressionsLayout(), in: folder.path) } != nil)
    }
  }

  @Test("random instructions never trap")
  func garbage() {
    let folder = made([])
    let random = CounterRandom(seed: 3, stream: "pickle garbage")
    let alphabet: [UInt8] = Array("(}dusSVUTXFILGKMJNpqrghj.'\"\n01\\x".utf8) + [0x80, 0x8C, 0x8D, 0x94, 0x95, 0xFF, 0x00, 0x01]
    for round in 0..<2000 {
      let bytes = (0..<40).map { alphabet[random.integer(UInt64(round * 40 + $0), below: alphabet.count)] }
      folder.write(bytes, to: "annotation_training.pkl")
      #expect(failureOf { try DataSetManifests.read(FirstImpressionsLayout(), in: folder.path) } != nil)
    }
  }

  @Test("dictionaries within dictionaries do not use up the stack")
  func nested() {
    let depth = 200_000
    let bytes =
      Array(repeating: Array("}U\u{1}a".utf8), count: depth).flatMap { $0 } + Array("}".utf8)
      + Array(repeating: UInt8(ascii: "s"), count: depth) + [UInt8(ascii: ".")]
    let folder = made(bytes)
    let error = failureOf { try DataSetManifests.read(FirstImpressionsLayout(), in: folder.path) }
    #expect(error?.message.contains("dictionaries within each other") == true)
    folder.write(Array("}q\u{0}U\u{1}ah\u{0}s.".utf8), to: "annotation_training.pkl")
    let loop = failureOf { try DataSetManifests.read(FirstImpressionsLayout(), in: folder.path) }
    #expect(loop?.message.contains("a dictionary for the second time") == true)
  }
}
