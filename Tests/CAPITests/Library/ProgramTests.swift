import GoldenSupport
import TestSupport
import Testing

@Suite("C programs against the library that was built")
struct ProgramTests {
  /// Compiles and runs a program of Tests/Fixtures/programs in an empty environment.
  private func run(_ name: String, _ arguments: [String], seconds: Int = 240) -> Command.Outcome {
    let (program, diagnostics) = Built.program(Fixtures.path("programs/\(name).c"), named: name)
    #expect(diagnostics.isEmpty, "\(diagnostics)")
    return Command.run(["env", "-i", program] + arguments, seconds: seconds)
  }

  private let model = Fixtures.path("goldens/finetune_tiny.safetensors")

  @Test("hundreds of uses leave the process as it was: signals, folder, locale, umask, threads, descriptors, memory, output")
  func hygiene() throws {
    let outcome = run("hygiene", [model, Built.countingPlugin])
    #expect(outcome.status == 0)
    #expect(outcome.stdout.isEmpty)
    #expect(outcome.stderr.isEmpty, "\(outcome.stderr)")
  }

  @Test("a signal handler may stop a run, at any moment")
  func signal() throws {
    let outcome = run("signal_cancel", [model, Built.countingPlugin])
    #expect(outcome.status == 0, "\(outcome.stderr)")
    #expect(outcome.stdout.isEmpty && outcome.stderr.isEmpty)
  }

  /// What Tests/Fixtures/programs/steady_trainer.c measures of a training in memory.
  private struct Steadiness {
    let allocations: Double
    let bytes: Double
    /// KiB after 20 and after 200 steps.
    let resident: (early: Double, late: Double)
  }

  private func steadiness(_ kind: String, threads: Int, width: Int, depth: Int) throws -> Steadiness {
    let outcome = run("steady_trainer", [kind, "\(threads)", "\(width)", "\(depth)"])
    #expect(outcome.status == 0, "\(outcome.stderr)")
    let numbers = outcome.stdout.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    try #require(numbers.count == 4)
    return Steadiness(allocations: numbers[0], bytes: numbers[1], resident: (numbers[2], numbers[3]))
  }

  @Test("after the first step a trainer's computation allocates nothing, and memory stays as it is", arguments: ["pretrain", "finetune"])
  func steady(kind: String) throws {
    let small = try steadiness(kind, threads: 1, width: 32, depth: 1)
    // What is allocated is the intake of the batch and what the head is shown: it does not depend on the layers.
    let large = try steadiness(kind, threads: 1, width: 64, depth: 3)
    // (An array whose block happened to be larger than asked for may grow once less in hundreds of steps.)
    #expect(abs(small.allocations - large.allocations) < 0.1 && abs(small.bytes - large.bytes) < 16, "\(small) \(large)")
    #expect(small.allocations < 80 && small.bytes < 10_000, "\(small)")
    // Each time that work is handed to other threads, a closure of 32 bytes lives until they are done.
    let threaded = try steadiness(kind, threads: 2, width: 32, depth: 1)
    #expect(abs(threaded.bytes - small.bytes - 32 * (threaded.allocations - small.allocations)) < 16, "\(small) \(threaded)")
    for found in [small, large, threaded] { #expect(found.resident.late - found.resident.early < 512, "\(found)") }
  }

  @Test("the base size computes the golden numbers from a model file that a C program wrote", arguments: [false, true])
  func base(isPretraining: Bool) throws {
    let result = try BaseModel.computed(isPretraining: isPretraining)
    let golden = try GoldenCase("base_16x160")
    if isPretraining {
      #expect(relativeError(result, try golden.floats("output.encoded")) < 2e-5)
    } else {
      #expect(relativeError(Array(result.prefix(512)), try golden.floats("output.features")) < 2e-5)
      #expect(relativeError(Array(result.dropFirst(512)), try golden.floats("output.logits")) < 2e-5)
    }
  }
}

@Suite("Examples: they build without a warning and work with any video")
struct ExampleTests {
  private static let library: String = {
    // A folder as an installation has it, with a video source that needs no files.
    let folder = "\(Built.folder)/installed"
    _ = Command.run(["mkdir", "-p", "\(folder)/svfap/plugins-1"])
    _ = Command.run(["cp", Built.library, "\(folder)/libsvfap.so"])
    _ = Command.run(["ln", "-sf", "libsvfap.so", "\(folder)/libsvfap.so.1"])
    _ = Command.run(["cp", Built.plugin("head_classification"), Built.countingPlugin, "\(folder)/svfap/plugins-1/"])
    return folder
  }()
  private static let model: String = {
    let path = "\(Built.folder)/example.safetensors"
    _ = Command.run([Built.host, "create", "--size", "tiny", "--seed", "3", "--out", path])
    return path
  }()

  private func run(_ name: String, _ arguments: [String]) -> Command.Outcome {
    let (program, diagnostics) = Built.program("\(Built.root)/examples/\(name).c", named: name, libraryFolder: Self.library)
    #expect(diagnostics.isEmpty, "\(diagnostics)")
    return Command.run(["env", "-i", program] + arguments)
  }

  private func runPython(_ arguments: [String]) -> Command.Outcome {
    let environment = [
      "SVFAP_LIBRARY=\(Self.library)/libsvfap.so", "PYTHONPATH=\(Built.root)/bindings/python", "PYTHONDONTWRITEBYTECODE=1",
    ]
    return Command.run(["env"] + environment + ["python3", "\(Built.root)/examples/predict.py"] + arguments)
  }

  @Test("predict prints a line for every window, the same in C and in Python")
  func predict() throws {
    let arguments = [Self.model, "counting:frames=100"]
    let outcome = run("predict", arguments)
    #expect(outcome.status == 0, "\(outcome.stderr)")
    let lines = outcome.stdout.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines.first?.hasPrefix("    0.00 -     2.56 s  ") == true)
    let python = runPython(arguments)
    #expect(python.status == 0, "\(python.stderr)")
    #expect(python.stdout == outcome.stdout)
  }

  @Test("what goes wrong is told in the library's words, with status 1")
  func failures() throws {
    for (arguments, words) in [
      ([Self.model, "/no/such/video.mp4"], "cannot open /no/such/video.mp4"),
      (["/no/such/model", "counting:"], "cannot open /no/such/model"),
      ([Self.model, "counting:frames=0"], "no frames"),
    ] {
      for outcome in [run("predict", arguments), runPython(arguments)] {
        #expect(outcome.status == 1)
        #expect(outcome.stderr.contains(words), "\(outcome.stderr)")
        #expect(outcome.stdout.isEmpty)
      }
    }
    #expect(run("predict", []).status == 64)
    #expect(runPython([]).status == 64)
  }

  @Test("frames from memory give their windows and their account")
  func memory() throws {
    let outcome = run("frames_from_memory", [Self.model])
    #expect(outcome.status == 0, "\(outcome.stderr)")
    let lines = outcome.stdout.split(separator: "\n")
    #expect(lines.count == 5)
    #expect(lines.first?.hasPrefix("frames   0 to  63:") == true)
    #expect(lines.last?.hasPrefix("4 windows; ") == true)
    #expect(lines.last?.contains("\"decoded\": 150") == true)
  }

  @Test("train learns from memory: both losses go down, and the model reads clips that it has not seen")
  func train() throws {
    let saved = "\(Built.folder)/moves.safetensors"
    let outcome = run("train", [saved])
    #expect(outcome.status == 0, "\(outcome.stderr)")
    let lines = outcome.stdout.split(separator: "\n").map(String.init)
    for name in ["pre-training", "fine-tuning"] {
      let losses = lines.filter { $0.hasPrefix("\(name), step") }.compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
      #expect(losses.count == 3 && losses.allSatisfy(\.isFinite), "\(outcome.stdout)")
      // A head may stand still for a while before it finds what tells its classes apart.
      #expect(losses.last == losses.min() && (losses.last ?? 1) < 0.95 * (losses.first ?? 0), "\(losses)")
    }
    // By chance it would be half of the 64, give or take 12 once in a thousand times.
    let right = lines.last?.split(separator: " ").first.flatMap { Int($0) } ?? 0
    #expect(lines.last?.contains("of 64 new clips") == true && right > 44, "\(outcome.stdout)")
    let info = Command.run([Built.host, "info", saved])
    #expect(info.status == 0 && info.stdout.contains("left, right") && info.stdout.contains("trained: yes"))
    #expect(run("train", ["/no/such/folder/model"]).status == 1)
    #expect(run("train", []).status == 64)
  }
}
