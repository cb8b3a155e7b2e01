import GoldenSupport
import TestSupport
import Testing

/// The full-size models of the goldens, made and computed by a C program through the library that was built.
enum BaseModel {
  private static let results: [Bool: [Float]] = [false: compute(isPretraining: false), true: compute(isPretraining: true)]

  static func path(isPretraining: Bool) -> String { "\(Built.folder)/base-\(isPretraining ? "pretrain" : "finetune").safetensors" }

  /// Features and outputs of the fine-tuned model, or the encoder's output of the pre-training model.
  static func computed(isPretraining: Bool) throws -> [Float] { try #require(results[isPretraining]) }

  private static func compute(isPretraining: Bool) -> [Float] {
    let (program, _) = Built.program(Fixtures.path("programs/seeded_model.c"), named: "seeded_model")
    guard let golden = try? GoldenCase("base_16x160"), let mask = try? golden.bools("input.mask") else { return [] }
    let config = golden.file.metadata[isPretraining ? "svfap.pretrain_config" : "svfap.config"] ?? ""
    let stem = "\(Built.folder)/base-\(isPretraining)"
    Fixtures.write(Array(config.utf8), to: "\(stem).json")
    Fixtures.write(mask.map { $0 ? 1 : 0 }, to: "\(stem).mask")
    let arguments = ["\(stem).json", path(isPretraining: isPretraining), "\(stem).result"] + (isPretraining ? ["\(stem).mask"] : [])
    let outcome = Command.run(["env", "-i", program] + arguments, seconds: 240)
    if outcome.status != 0 { Issue.record("seeded_model: \(outcome.stderr)") }
    return Fixtures.bytes("\(stem).result").withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
  }
}
