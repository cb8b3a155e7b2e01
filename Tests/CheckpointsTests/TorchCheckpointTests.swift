import Base
import Glibc
import TestSupport
import Testing

@testable import Checkpoints

/// Values of a tensor.
private func values(_ name: String, _ state: TorchCheckpoint.StateDictionary, _ checkpoint: TorchCheckpoint) throws -> [Float] {
  let tensor = try #require(state.tensors[name])
  let buffer = try FloatBuffer(count: tensor.count)
  try checkpoint.read(tensor, into: buffer.pointer)
  return (0..<buffer.count).map { buffer[$0] }
}

@Suite("Checkpoints that PyTorch has written (Tests/Fixtures/checkpoints)")
struct TorchFileTests {
  private func open(_ name: String) throws -> TorchCheckpoint { try TorchCheckpoint(Fixtures.path("checkpoints/\(name).pth")) }

  /// How many tensors a file has, and what their values became.
  static let files: [(name: String, count: Int, rounding: @Sendable (Float) -> Float)] = [
    ("finetune_full", 73, { $0 }), ("finetune_half_ddp", 73, { Float(Float16($0)) }),
    // Round to nearest, ties to even.
    ("pretrain_bfloat16", 90, { Float(bitPattern: ($0.bitPattern &+ 0x7FFF &+ ($0.bitPattern >> 16 & 1)) & 0xFFFF_0000) }),
    ("pretrain_views", 90, { $0 }),
  ]

  @Test("every tensor is there, bit for bit", arguments: files.indices)
  func tensors(index: Int) throws {
    let (name, count, rounding) = Self.files[index]
    let checkpoint = try open(name)
    let state = try checkpoint.stateDictionary(key: nil)
    #expect(state.names.count == count)
    for name in state.names {
      let published = name.hasPrefix("module.") ? String(name.dropFirst(7)) : name
      let expected = stream(published, seed: 11, count: try #require(state.tensors[name]).count).map(rounding)
      #expect(try values(name, state, checkpoint).map(\.bitPattern) == expected.map(\.bitPattern), "\(name)")
    }
  }

  @Test("what stands beside the weights")
  func contents() throws {
    let full = try open("finetune_full")
    #expect(full.memberNames == ["model", "optimizer", "epoch", "scaler", "args", "best_acc", "history"])
    #expect(full.plainValue("epoch") == 99)
    #expect(full.plainValue("args", "stage_depths") == [1, 2])
    #expect(full.plainValue("args", "lr") == 2.5e-4)
    #expect(full.plainValue("args", "opt_betas") == nil)
    #expect(full.plainValue("args", "gpu") == nil)
    #expect(full.plainValue("scaler", "scale") == 65536.0)
    #expect(full.plainValue("best_acc") == nil)
    #expect(full.plainValue("nothing", "here") == nil)
    #expect(full.unknownNames.contains("argparse.Namespace"))
    #expect(try full.stateDictionary(key: nil).key == "model")
    #expect(try open("finetune_half_ddp").stateDictionary(key: nil).key == "module")
    #expect(try open("pretrain_bfloat16").stateDictionary(key: nil).key == nil)
    #expect(try open("pretrain_views").stateDictionary(key: nil).key == "state_dict")
    let error = try #require(failure { try full.stateDictionary(key: "model_ema") })
    #expect(error.code == .notFound && error.message.contains("it has model, optimizer, epoch"))
    #expect(failure { try full.stateDictionary(key: "epoch") }?.message.contains("a number") == true)
    #expect(failure { try full.stateDictionary(key: "args") }?.message.contains("argparse.Namespace") == true)
    #expect(failure { try full.stateDictionary(key: "scaler") }?.message.contains("no tensors under \"scaler\"") == true)
  }

  @Test("the digest is that of sha256sum", .enabled(if: ChildProcess.works(["sha256sum", "--version"]), "sha256sum is needed"))
  func digest() throws {
    let checkpoint = try open("finetune_full")
    let printed = ChildProcess.run(["sha256sum", checkpoint.path])?.output ?? ""
    #expect(try printed.hasPrefix(checkpoint.digest { _ in } + " "))
    let workshop = Workshop()
    for count in [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000] {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
      var sum = SHA256()
      for start in stride(from: 0, to: count, by: 13) { bytes[start..<min(start + 13, count)].withUnsafeBytes { sum.add($0) } }
      #expect(ChildProcess.run(["sha256sum", workshop.file("bytes", bytes)])?.output.hasPrefix(sum.text + " ") == true, "\(count) bytes")
    }
  }

  @Test("old formats, programs and whole modules are refused with what to do")
  func refused() throws {
    let legacy = try #require(failure { try open("legacy") })
    #expect(legacy.code == .format && legacy.message.contains("before PyTorch 1.6") && legacy.message.contains("torch.save("))
    #expect(failure { try open("program") }?.message.contains("torch.jit.save") == true)
    let module = try open("whole_module")
    let error = try #require(failure { try module.stateDictionary(key: nil) })
    #expect(
      error.code == .unsupported && error.message.contains("torch.nn.modules.linear.Linear") && error.message.contains("state_dict()"))
  }

  @Test("a file cut at any length is refused", arguments: ["finetune_half_ddp"])
  func truncation(name: String) throws {
    let workshop = Workshop()
    let whole = Fixtures.bytes(Fixtures.path("checkpoints/\(name).pth"))
    let path = workshop.file("cut.pth", whole)
    // From long to short, so that the file need not be written anew.
    for length in (0..<whole.count).reversed() {
      #expect(truncate(path, off_t(length)) == 0)
      let error = try #require(failure { try TorchCheckpoint(path) }, "\(length) bytes")
      #expect(error.code == .format && error.message.hasPrefix(path))
    }
  }
}

@Suite("Checkpoints are read strictly")
struct TorchCheckpointTests {
  private let workshop = Workshop()

  private func open(_ archive: ZipBuilder) throws -> TorchCheckpoint { try TorchCheckpoint(workshop.file("file.pth", archive.bytes)) }

  private var good: CheckpointBuilder { CheckpointBuilder([("a", [2, 2], [1, 2, 3, 4]), ("b", [1], [5])]) { .members(["model": $0]) } }

  /// Reads every tensor.
  private func readAll(_ archive: ZipBuilder) throws -> [String: [Float]] {
    let checkpoint = try open(archive)
    let state = try checkpoint.stateDictionary(key: nil)
    return try Dictionary(uniqueKeysWithValues: state.names.map { ($0, try values($0, state, checkpoint)) })
  }

  @Test("a checkpoint of this test's own making is read")
  func reads() throws { #expect(try readAll(good.archive) == ["a": [1, 2, 3, 4], "b": [5]]) }

  /// What is done to a good checkpoint, and a part of the message that refuses it.
  static let refused: [(String, @Sendable (inout ZipBuilder) -> Void)] = [
    ("0 entries FOLDER/data.pkl", { $0.entries.remove(at: 0) }),
    ("2 entries FOLDER/data.pkl", { $0.entries.append(.init("other/data.pkl", [])) }),
    ("0 entries FOLDER/data.pkl", { $0.entries[0].name = "data.pkl" }),
    ("torch.jit.save", { $0.entries.append(.init("archive/constants.pkl", [])) }),
    ("not little-endian", { $0.entries[1].bytes = Array("big".utf8) }),
    ("not little-endian", { $0.entries[1].bytes = [0xFF] }),
    ("at most 64 are read", { $0.entries[1].bytes = Array(repeating: 0, count: 65) }),
    ("byte 0 of data.pkl", { $0.entries[0].bytes = Array("not a pickle".utf8) }),
    ("\"archive/data.pkl\" is damaged", { $0.entries[0].checksum = 77 }),
    ("\"archive/data/0\" is damaged", { $0.entries[2].checksum = 77 }),
    ("\"data/0\" is missing", { $0.entries[2].name = "archive/data/7" }),
    ("has 12 bytes, not 4 elements of F32", { $0.entries[2].bytes.removeLast(4) }),
    ("has 20 bytes, not 4 elements of F32", { $0.entries[2].bytes += [0, 0, 0, 0] }),
  ]

  @Test("a checkpoint that lies is refused with its reason", arguments: refused.indices)
  func lies(index: Int) throws {
    let (reason, change) = Self.refused[index]
    var archive = good.archive
    change(&archive)
    let error = try #require(failure { try readAll(archive) })
    #expect(error.message.contains(reason), "\(error.message)")
    #expect(error.message.hasPrefix("\(workshop.folder)/file.pth"))
  }

  @Test("what holds no tensors, or one twice, is refused")
  func noTensors() throws {
    func message(_ root: Pickled) throws -> String { try #require(failure { try readAll(CheckpointBuilder(root).archive) }).message }
    #expect(try message(.list([])).contains("is a list; a dictionary"))
    #expect(try message(.tensor(key: "0", count: 1, shape: [1])).contains("is a tensor; a dictionary"))
    #expect(try message(.members([:])).contains("no tensors in the checkpoint"))
    #expect(try message(.members(["model": .members(["n": .integer(1)]), "more": .none])).contains("it has model, more"))
    let tensor = Pickled.tensor(key: "0", count: 1, shape: [1])
    #expect(try message(.dictionary([(.text("a"), tensor), (.text("a"), tensor)])).contains("stands twice"))
    #expect(try message(.members(["model": .call(.global("my", "load"), [])])).contains("what my.load would make, which is not run"))
    #expect(try message(.members(["model": .instance(.global("my", "Net"), [])])).contains("the Python class my.Net"))
  }

  @Test("tensors that are not read are told by name, and hinder nothing")
  func others() throws {
    let root: Pickled = .members([
      "w": .tensor(key: "0", count: 1, shape: [1]), "steps": .tensor(key: "1", storage: "LongStorage", count: 1, shape: []),
      "extra": .text("x"),
      "sparse": .call(.global("torch._utils", "_rebuild_sparse_tensor"), []),
    ])
    let checkpoint = try open(CheckpointBuilder(root, storages: [("0", CheckpointBuilder.bytes([3]))]).archive)
    let state = try checkpoint.stateDictionary(key: nil)
    #expect(state.names == ["w"])
    #expect(
      state.others == [
        "steps": "a tensor of I64", "extra": "a text", "sparse": "what torch._utils._rebuild_sparse_tensor would make, which is not run",
      ])
  }

  @Test("views: offsets, strides, shared storages; a tensor that repeats its elements is refused")
  func views() throws {
    let numbers = (0..<12).map(Float.init)
    let root: Pickled = .members([
      "row": .tensor(key: "0", count: 12, offset: 4, shape: [4]),
      "column": .tensor(key: "0", count: 12, offset: 1, shape: [3], strides: [4]),
      "transposed": .tensor(key: "0", count: 12, shape: [4, 3], strides: [1, 4]),
      "one": .tensor(key: "0", count: 12, offset: 11, shape: []),
      "flat": .tensor(key: "0", count: 12, shape: [3, 1, 4], strides: [4, 77, 1]), "none": .tensor(key: "0", count: 12, shape: [0, 5]),
    ])
    let all = try readAll(CheckpointBuilder(root, storages: [("0", CheckpointBuilder.bytes(numbers))]).archive)
    #expect(all["row"] == [4, 5, 6, 7])
    #expect(all["column"] == [1, 5, 9])
    #expect(all["transposed"] == [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11])
    #expect(all["one"] == [11])
    #expect(all["flat"] == numbers)
    #expect(all["none"] == [])
    let expanded: Pickled = .members(["a": .tensor(key: "0", count: 1, shape: [1 << 40], strides: [0])])
    let checkpoint = try open(CheckpointBuilder(expanded, storages: [("0", CheckpointBuilder.bytes([1]))]).archive)
    let tensor = try #require(try checkpoint.stateDictionary(key: nil).tensors["a"])
    let place = try FloatBuffer(count: 1)
    #expect(failure { try checkpoint.read(tensor, into: place.pointer) }?.message.contains("repeats its elements") == true)
  }

  @Test("a checkpoint that would run a program when Python opens it runs nothing")
  func canary() throws {
    let canary = "\(workshop.folder)/canary"
    let evil: Pickled = .call(.global("posix", "system"), [.text("touch \(canary)")])
    var builder = good
    builder.root = .members([
      "model": .members(["a": .tensor(key: "0", count: 4, shape: [2, 2])]), "args": evil, "optimizer": .list([evil, evil]),
    ])
    #expect(try readAll(builder.archive) == ["a": [1, 2, 3, 4]])
    #expect(try open(builder.archive).unknownNames == ["posix.system"])
    // Where it stands for what is needed, it is refused.
    builder.root = .members(["model": evil])
    #expect(failure { try readAll(builder.archive) }?.message.contains("posix.system") == true)
    builder.root = evil
    #expect(failure { try readAll(builder.archive) }?.message.contains("posix.system") == true)
    #expect(access(canary, F_OK) != 0)
  }

  @Test("other files that people have are named, with what to do")
  func otherFiles() throws {
    let pages: [([UInt8], String)] = [
      ([], "an empty file"), (Array("<html><body>Sign in</body></html>".utf8), "a web page, probably of a download that failed"),
      (Array("version https://git-lfs.github.com/spec/v1\n".utf8), "git lfs pull"), (Array("hello, world".utf8), "a text"),
      (Workshop.length(2) + Array("{}".utf8), "a safetensors file"), ([0x1F, 0x8B, 0, 0], "unpack it first"),
      ([0x80, 2, 0x7D, 0x2E], "before PyTorch 1.6"), ([UInt8](repeating: 0, count: 257) + Array("ustar".utf8) + [0, 0], "a tar archive"),
      ([0, 1, 2, 3], "an unknown kind"), ([0x50, 0x4B, 0x03, 0x04], "cut short"),
    ]
    for (bytes, words) in pages {
      let error = try #require(failure { try TorchCheckpoint(workshop.file("file", bytes)) })
      #expect(error.code == .format)
      #expect(error.message.contains(words), "\(error.message)")
    }
    #expect(failure { try TorchCheckpoint(workshop.folder) }?.message.contains("a folder") == true)
    #expect(failure { try TorchCheckpoint("\(workshop.folder)/none") }?.code == .notFound)
  }
}
