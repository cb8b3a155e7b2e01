import Base
import Glibc
import TestSupport
import Testing

@testable import Checkpoints

/// Changes bytes in ways that tend to hurt parsers; the same seed makes the same changes.
private struct Mutator {
  private let random: CounterRandom
  private var drawn: UInt64 = 0

  init(seed: UInt64) { random = CounterRandom(seed: seed, stream: "mutations") }

  private mutating func draw(_ count: Int) -> Int {
    drawn += 1
    return min(Int(random.uniform(drawn) * Double(count)), count - 1)
  }

  mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0...draw(4) {
      let place = draw(bytes.count)
      switch draw(6) {
      case 0: bytes[place] ^= 1 << UInt8(draw(8))
      case 1: bytes[place] = UInt8(draw(256))
      case 2: bytes[place] = [0, 1, 0x7F, 0x80, 0xFF][draw(5)]
      case 3:  // four bytes that are a large number
        for index in place..<min(place + 4, bytes.count) { bytes[index] = 0xFF }
      case 4:  // a piece of the file over another
        let from = draw(bytes.count)
        let count = min(1 + draw(16), bytes.count - max(place, from))
        bytes.replaceSubrange(place..<place + count, with: Array(bytes[from..<from + count]))
      default: bytes.remove(at: place)
      }
      if bytes.isEmpty { bytes = [0] }
    }
    return bytes
  }
}

/// A trap would end the whole run of tests, and memory is bounded: nothing may grow with what a file claims.
@Suite("Thousands of damaged files: errors, never a crash, never much memory")
struct MutationTests {
  private let workshop = Workshop()

  /// Runs `body` on mutations of a file; returns how many were refused.
  private func run(_ bytes: [UInt8], count: Int, seed: UInt64, _ body: (String) throws -> Void) -> Int {
    var mutator = Mutator(seed: seed)
    let before = peakResidentMiB()
    var refused = 0
    for _ in 0..<count {
      let path = workshop.file("mutated", mutator.mutate(bytes))
      do {
        try body(path)
      } catch {
        refused += 1
        #expect(error is SVFAPError)
      }
    }
    // Other tests run at the same time; what is meant here are gigabytes.
    #expect(peakResidentMiB() - before < 512)
    return refused
  }

  private func readTorch(_ path: String) throws {
    let checkpoint = try TorchCheckpoint(path)
    let state = try checkpoint.stateDictionary(key: nil)
    for name in state.names {
      guard let tensor = state.tensors[name], tensor.count < 1 << 20 else { continue }
      let place = try FloatBuffer(count: tensor.count)
      try withExtendedLifetime(place) { try checkpoint.read(tensor, into: place.pointer) }
    }
    _ = checkpoint.plainValue("args", "stage_depths")
  }

  @Test("PyTorch checkpoints, whole files")
  func archives() {
    let small = CheckpointBuilder([("a", [2, 2], [1, 2, 3, 4]), ("b", [1], [5])]) { model in
      .members(["model": model, "args": .instance(.global("argparse", "Namespace"), [(.text("stage_depths"), .tuple([.integer(1)]))])])
    }
    #expect(run(small.archive.bytes, count: 3000, seed: 1, readTorch) > 1500)
  }

  @Test("PyTorch checkpoints, their pickles", arguments: ["finetune_full", "pretrain_bfloat16"])
  func pickles(name: String) throws {
    let file = try InputFile(Fixtures.path("checkpoints/\(name).pth"))
    let archive = try ZipArchive(file)
    let entry = try #require(archive[name + "/data.pkl"])
    let pickle = try file.bytes(at: entry.range.lowerBound, count: entry.range.count)
    var mutator = Mutator(seed: 2)
    var refused = 0
    for _ in 0..<1500 {
      let bytes = mutator.mutate(pickle)
      let buffer = try ByteBuffer(count: bytes.count)
      for (index, byte) in bytes.enumerated() { buffer.pointer[index] = byte }
      if failure({ try PickleMachine.read(buffer, name: "data.pkl") }) != nil { refused += 1 }
    }
    #expect(refused > 500)
  }

  @Test("model files")
  func modelFiles() throws {
    let buffer = try FloatBuffer(count: 6)
    let path = "\(workshop.folder)/model"
    try ModelFile.write(
      to: path, config: ["a": 1], recipe: nil, card: ["trained": true],
      tensors: [TensorSource("x", shape: [2, 2], buffer.pointer), TensorSource("y", shape: [2], buffer.pointer)])
    let bytes = Fixtures.bytes(path)
    let refused = run(bytes, count: 3000, seed: 3) { path in
      let file = try ModelFile(path)
      for name in file.tensorNames {
        let shape = try #require(file.shape(of: name))
        guard let count = elementCount(shape), count < 1 << 20 else { continue }
        let place = try FloatBuffer(count: count)
        try withExtendedLifetime(place) { try file.read(name, shape: shape, into: place.pointer) }
      }
    }
    #expect(refused > 2500)
  }
}
