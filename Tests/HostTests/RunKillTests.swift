import Base
import CheckpointSamples
import Glibc
import TestSupport
import Testing

/// Whole runs of the driver that SIGKILL ends at random moments, as a power cut would: while they start, load, compute, save,
/// validate and finish.
///
/// `SVFAP_KILLS` says how many kills each kind of run gets (5), `SVFAP_KILL_SEED` when they come.
@Suite("A run that is killed at random moments and continued", .enabled(if: Driver.isBuilt, "make build comes first"))
struct RunKillTests {
  private let folder = MadeFolder()
  private var out: String { folder("run") }

  private static func setting(_ name: String) -> UInt64? { getenv(name).flatMap { UInt64(String(cString: $0)) } }
  private static let kills = Int(setting("SVFAP_KILLS") ?? 5)
  private static let seed = setting("SVFAP_KILL_SEED") ?? UInt64.random(in: 0..<1_000_000)

  /// Command line of a small run; it saves after every step and may be continued from anywhere.
  private func arguments(_ kind: String) -> [String] {
    let videos = (0..<8).map { "synthetic:\($0) \($0 % 2 == 0 ? "even" : "odd")\n" }
    let train = folder.write(videos.joined(), to: "train.txt")
    let validation = folder.write(videos.suffix(3).joined(), to: "validation.txt")
    let options = folder.write(
      """
      {"recipe": {"sampling_rate": 1, "hop": 4}, "source_config": {"frames": 12, "width": 32, "height": 32}, "epochs": 20, "batch": 2,
       "accumulate": 2, "warmup_epochs": 1, "learning_rate": 0.3, "save_every_s": 0, "log_every": 1, "seed": 5, "ema_decay": 0.9,
       "drop_path": 0.2, "loader_threads": 2, "size": "tiny", "config": {"embed_dim": 16, "num_heads": 2, "stage_depths": [1, 1, 1],
       "image_size": 32, "patch_size": 8, "num_frames": 8, "num_bottleneck_tokens": [2, 2], "bottleneck_hidden_dim": 8},
       \(kind == "pretrain" ? "\"mask\": {\"ratio\": 0.75}" : "\"views\": 1, \"head\": {\"labels\": [\"even\", \"odd\"]}")}
      """, to: "options.json")
    let rest = kind == "finetune" ? ["--validation", validation] : []
    return [kind, train, "--config", options, "--out", out, "--threads", "2"] + rest
  }

  /// One session of the run; nil if it was killed after `delay` microseconds, else its exit status and output.
  private func session(_ arguments: [String], killedAfter delay: UInt32) throws -> (status: Int32, output: String)? {
    let resume = access(out, F_OK) == 0 ? ["--resume"] : []
    let child = try #require(ChildProcess([Driver.path] + arguments + resume))
    child.closeInput()
    usleep(delay)
    child.kill()
    let outcome = child.wait()
    return outcome.status == -SIGKILL ? nil : (outcome.status, outcome.output)
  }

  @Test("ends with the same model, optimizer and records as a run that was left alone", arguments: ["pretrain", "finetune"])
  func killed(kind: String) throws {
    let arguments = arguments(kind)
    let start = monotonicSeconds()
    let whole = Driver.run(arguments)
    let duration = monotonicSeconds() - start
    #expect(whole.status == 0, "\(whole.output)")
    let expected = try RunRemains(out)
    let model = Fixtures.bytes("\(out)/model.safetensors")
    rename(out, folder("whole"))

    let random = CounterRandom(seed: Self.seed, stream: "kills of \(kind)")
    let seed: Comment = "SVFAP_KILLS=\(Self.kills) SVFAP_KILL_SEED=\(Self.seed)"
    var (kills, sessions, runs) = (0, 0, 0)
    while kills < Self.kills {
      // Short enough that several kills meet one run; a run that ends before all have come is compared, and another begun.
      let delay = random.uniform(UInt64(sessions)) * duration / 2
      sessions += 1
      guard let end = try session(arguments, killedAfter: UInt32(delay * 1e6)) else {
        kills += 1
        continue
      }
      try #require(end.status == 0, "\(seed): \(end.output)")
      try compare(expected, model, seed)
      runs += 1
      rename(out, folder("run\(runs)"))
    }
    let last = Driver.run(arguments + (access(out, F_OK) == 0 ? ["--resume"] : []))
    try #require(last.status == 0, "\(seed): \(last.output)")
    #expect(!last.output.contains("passed over"), "\(seed): \(last.output)")
    try compare(expected, model, seed)
    print("\(kind): \(kills) kills in \(runs + 1) runs, \(seed)")
  }

  private func compare(_ expected: RunRemains, _ model: [UInt8], _ seed: Comment) throws {
    // Compared outside the expectations, which would tell of every bit.
    let difference = try RunRemains(out).difference(from: expected)
    #expect(difference == nil, seed)
    let isSameFile = Fixtures.bytes("\(out)/model.safetensors") == model
    #expect(isSameFile, seed)
  }
}
