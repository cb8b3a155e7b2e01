import Base
import Checkpoints
import Networks
import Plugins
import Reports

/// Tells what a model file or a video is.
package final class InfoJob: Job {
  package static let kind = "info"
  package static let schema = JobOptions.schema(["input": JobOptions.path], JobOptions.source, required: ["input"])

  private let options: JSONValue
  private let runtime: Runtime

  package init(_ options: JSONValue, _ runtime: Runtime) throws(SVFAPError) {
    self.options = options
    self.runtime = runtime
  }

  package func run(_ context: RunContext) throws(SVFAPError) -> JSONObject {
    let input = options["input"]?.stringValue ?? ""
    let source = options["source"]?.stringValue ?? "auto"
    if source == "auto", FileKind.isModel(input) { return try describeModel(input) }
    do throws(SVFAPError) {
      let video = try runtime.registry.openSource(input, source: source, config: options["source_config"] ?? .object([:]))
      return Self.describe(video, input)
    } catch {
      // Where the content tells nothing, the name tells what was expected to be there.
      guard error.code == .unsupported, source == "auto", Self.modelEndings.contains(where: input.hasSuffix) else { throw error }
      return try describeModel(input)
    }
  }

  private static let modelEndings = [".safetensors", ".pth", ".pt", ".ckpt", ".onnx"]

  /// Files of other programs are refused here, with what to do.
  private func describeModel(_ input: String) throws(SVFAPError) -> JSONObject {
    Self.describe(try Model.open(input, runtime), input)
  }

  private static func describe(_ model: Model, _ input: String) -> JSONObject {
    let configuration = model.configuration
    let count = model.parameters.parameterCount
    var lines = ["\(input): \(model.kindText), \(count) parameters"]
    lines.append(
      "encoder: width \(configuration.embedDim), stages \(configuration.stageDepths), \(configuration.numHeads) heads, "
        + "clips of \(configuration.numFrames) frames at \(configuration.imageSize) x \(configuration.imageSize)")
    if let head = configuration.head {
      lines.append("head: \(head.name): \(model.outputs.map(\.name).joined(separator: ", "))")
    }
    lines.append("trained: \(model.isTrained.map { $0 ? "yes" : "no" } ?? "not stated")")
    lines.append("licence: \(model.card["license"]?.stringValue ?? "not stated")")
    lines.append("recipe: \(model.recipeJSON.text())")
    return [
      "type": "model", "parameters": .integer(Int64(count)), "config": configuration.json, "recipe": model.recipeJSON,
      "card": .object(model.card), "outputs": model.outputsJSON, "text": .string(lines.joined(separator: "\n")),
    ]
  }

  private static func describe(_ source: PluginSource, _ input: String) -> JSONObject {
    let info = source.info
    let rate = info.framesPerSecond.map { decimalText($0, 3) } ?? "unknown"
    let frames = info.frameCount.map(String.init) ?? "unknown"
    var text = "\(input): \(info.format), \(info.width) x \(info.height), \(rate) frames/s, \(frames) frames claimed"
    if let duration = info.duration { text += ", \(decimalText(duration, 2)) s" }
    if info.rotation != 0 { text += ", rotated by \(info.rotation) degrees" }
    return [
      "type": "video", "source": .string(source.plugin.id), "format": .string(info.format), "width": .integer(Int64(info.width)),
      "height": .integer(Int64(info.height)), "frame_count": info.frameCount.map { .integer(Int64($0)) } ?? .null,
      "frame_rate": info.framesPerSecond.map { .number($0) } ?? .null, "duration_s": info.duration.map { .number($0) } ?? .null,
      "rotation_degrees": .integer(Int64(info.rotation)), "seekable": .bool(info.isSeekable), "text": .string(text),
    ]
  }
}
