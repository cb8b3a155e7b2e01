import Base
import Glibc
import Networks
import TestSupport
import Testing

@testable import Jobs

/// A folder, a runtime with the heads, and the job.
struct ImportBench {
  private let folder = TemporaryFolder()
  let runtime: Runtime
  var out: String { "\(folder.path)/out.safetensors" }

  init() throws {
    runtime = try Runtime(options: [:])
    for head in ["classification", "dimensional"] { try runtime.registry.load(path: ChildProcess.tool("libsvfap_head_\(head).so")) }
  }

  func path(_ name: String) -> String { "\(folder.path)/\(name)" }

  func write(_ checkpoint: CheckpointBuilder, _ name: String = "in.pth") -> String {
    Fixtures.write(checkpoint.archive.bytes, to: path(name))
    return path(name)
  }

  /// Runs the job; `out` is given.
  @discardableResult
  func run(_ input: String, _ options: JSONObject = [:], context: RunContext = RunContext()) throws -> JSONObject {
    var all = options
    all["input"] = .string(input)
    if all["out"] == nil { all["out"] = .string(out) }
    return try JobCatalog.make("import", .object(all), runtime).run(context)
  }

  func message(_ input: String, _ options: JSONObject = [:]) -> String {
    let error = failure { try run(input, options) }
    #expect(error != nil && access(out, F_OK) != 0)
    return error?.message ?? ""
  }
}

/// Tensors of a small model, norms as they start or moved.
func tinyTensors(
  _ configuration: ModelConfiguration, classes: Int = 3, moved: (String) -> Bool = { _ in true }
) -> [(name: String, shape: [Int], values: [Float])] {
  var list = configuration.declarations.map { ($0.name, $0.shape) }
  if !configuration.isPretraining { list += [("head.weight", [classes, configuration.embedDim]), ("head.bias", [classes])] }
  return list.map { name, shape in
    let values = stream(name, seed: 3, count: shape.reduce(1, *))
    let isNorm = name.contains("norm")
    guard isNorm, !moved(name) else { return (name, shape, values) }
    return (name, shape, values.map { _ in name.hasSuffix("weight") ? 1 : 0 })
  }
}

let tinyModel: ModelConfiguration = {
  var tiny = ModelConfiguration()
  tiny.imageSize = 16
  tiny.patchSize = 8
  tiny.embedDim = 64
  tiny.numHeads = 1
  tiny.mlpRatio = 1
  tiny.stageDepths = [1, 1]
  tiny.numBottleneckTokens = [2]
  tiny.bottleneckHiddenDim = 4
  return tiny
}()

let tinyPretrainingModel: ModelConfiguration = {
  var tiny = tinyModel
  tiny.decoder = ModelConfiguration.decoder(preset: "base")
  tiny.decoder?.embedDim = 64
  tiny.decoder?.numHeads = 1
  tiny.decoder?.depth = 1
  return tiny
}()

extension JSONObject {
  /// The members of both.
  func merging(_ other: JSONObject) -> JSONObject {
    var all = self
    for (key, value) in other.members { all[key] = value }
    return all
  }
}
