import Base
import Checkpoints
import Networks
import Plugins
import Video

/// Makes a model file of a PyTorch checkpoint of the published code.
///
/// Reading of pre-training: by default ("auto") the one that the weights themselves tell (`TrainingEvidence`); where they
/// do not, "published", because what wrote a .pth is the released code or one derived from it.
package final class ImportJob: Job {
  package static let kind = "import"
  package static let schema = JobOptions.schema(
    [
      "input": JobOptions.path, "out": JobOptions.path, "weights": ["type": "string", "minLength": 1],
      "stage_depths": ["type": "array", "items": ["type": "integer", "minimum": 1, "maximum": 128], "minItems": 1, "maxItems": 16],
      "num_heads": ["type": "integer", "minimum": 1, "maximum": 256],
      "decoder_num_heads": ["type": "integer", "minimum": 1, "maximum": 256],
      "image_size": ["type": "integer", "minimum": 1, "maximum": 4096], "num_frames": ["type": "integer", "minimum": 1, "maximum": 1024],
      "head": ["type": "string", "minLength": 1], "head_config": ["type": "object", "additionalProperties": true],
      "labels": ["type": "array", "items": ["type": "string", "minLength": 1], "minItems": 2, "maxItems": 4096],
      "pretraining_variant": ["enum": ["auto", "paper", "published"], "default": "auto"],
      "sampling_rate": ["type": "integer", "minimum": 1, "maximum": 10_000],
      "recipe": ["type": "object", "additionalProperties": true], "license": ["type": "string", "minLength": 1],
      "allow_unexpected": ["type": "boolean", "default": false],
    ], required: ["input", "out"])

  private let options: JSONValue
  private let runtime: Runtime
  private let input: String
  private let out: String

  package init(_ options: JSONValue, _ runtime: Runtime) throws(SVFAPError) {
    self.options = options
    self.runtime = runtime
    input = options["input"]?.stringValue ?? ""
    out = options["out"]?.stringValue ?? ""
    try ProtectedFiles([("input", input)]).check(out, at: "out")
  }

  package func run(_ context: RunContext) throws(SVFAPError) -> JSONObject {
    try context.report("import \(input)", done: 0, total: 1, always: true)
    let checkpoint = try TorchCheckpoint(input)
    do throws(SVFAPError) {
      return try run(checkpoint, context)
    } catch {
      throw error.message.contains(input) || error.code == .cancelled ? error : error.within(input).with("path", input)
    }
  }

  private func run(_ checkpoint: TorchCheckpoint, _ context: RunContext) throws(SVFAPError) -> JSONObject {
    let imported = try ImportedTensors(checkpoint, key: options["weights"]?.stringValue)
    var reader = ArchitectureReader(
      shapes: imported.shapes, hints: ArchitectureHints(options: options) { checkpoint.plainValue("args", $0) })
    var configuration = try reader.configuration()
    var warnings: [String] = []
    let evidence = try TrainingEvidence(configuration, prefix: reader.prefix) { (name) throws(SVFAPError) in try imported.values(name) }
    if !evidence.isTrained { warnings.append("the weights look untrained: the first norm is as it starts") }
    var sources = reader.sources
    chooseVariant(&configuration, evidence, &sources, &warnings)
    configuration.head = try ImportedHead(options, shape: imported.tensors["head.weight"]?.shape).head(for: configuration)
    let head = try Model.head(of: configuration, runtime)
    let declarations = configuration.declarations + (head?.declarations ?? [])
    let dropped = try imported.check(declarations, allowUnexpected: options["allow_unexpected"] == .bool(true))
    let recipe = try recipe(checkpoint, configuration, &sources)
    let bytes = declarations.reduce(0) { $0 + 4 * (elementCount($1.shape) ?? 0) }
    // Storages can be shared, but no honest model is far larger than its file.
    guard bytes / 16 <= checkpoint.size else {
      throw SVFAPError(.format, "the tensors take \(bytes) bytes, far more than the file has: it repeats storages")
    }
    let total = Double(checkpoint.size) + 2 * Double(bytes)
    let digest = try checkpoint.digest { (done) throws(SVFAPError) in try context.report("check \(input)", done: Double(done), total: total)
    }
    let card = ImportCard(imported, options: options, isTrained: evidence.isTrained, digest: digest, sources: sources, dropped: dropped)
    let model = try Model(runtime: runtime, configuration: configuration, head: head, recipe: recipe, card: card.json) {
      (parameters) throws(SVFAPError) in
      var done = Double(checkpoint.size)
      for (index, declaration) in parameters.declarations.enumerated() {
        guard let tensor = imported.tensors[declaration.name] else { continue }
        try checkpoint.read(tensor, into: parameters.pointer(at: index))
        done += 4 * Double(tensor.count)
        try context.report("import \(input)", done: done, total: total)
      }
    }
    try context.report("write \(out)", done: total - Double(bytes), total: total, always: true)
    try model.save(out)
    return result(model, card, warnings)
  }

  private func chooseVariant(
    _ configuration: inout ModelConfiguration, _ evidence: TrainingEvidence, _ sources: inout JSONObject, _ warnings: inout [String]
  ) {
    guard configuration.isPretraining else { return }
    if let given = options["pretraining_variant"]?.stringValue.flatMap(ModelConfiguration.PretrainingVariant.init(rawValue:)) {
      configuration.pretrainingVariant = given
      sources["pretraining_variant"] = "given"
      if let told = evidence.variant, told != given {
        warnings.append(
          "the weights look as if they were pre-trained in the \"\(told.rawValue)\" reading, not in the \"\(given.rawValue)\" one that was asked for"
        )
      }
    } else if let told = evidence.variant {
      configuration.pretrainingVariant = told
      sources["pretraining_variant"] =
        told == .published
        ? "the weights: the norms of the bottleneck poolings never moved, as with the released code"
        : "the weights: the norms of the bottleneck poolings have moved, which the released code cannot do"
    } else {
      configuration.pretrainingVariant = .published
      sources["pretraining_variant"] = "what the released code computes"
      if configuration.stageDepths.count > 1 {
        warnings.append(
          "the weights do not tell in which reading they were pre-trained; \"published\" is taken, as the released code computes it")
      }
    }
  }

  /// Frames as the published code prepares them (published c.3, c.4), with what the checkpoint's arguments and the caller say.
  private func recipe(
    _ checkpoint: TorchCheckpoint, _ configuration: ModelConfiguration, _ sources: inout JSONObject
  ) throws(SVFAPError) -> PreparationRecipe {
    var json = options["recipe"]?.objectValue ?? JSONObject()
    if let rate = options["sampling_rate"] { json["sampling_rate"] = rate }
    if json["sampling_rate"] == nil, let rate = checkpoint.plainValue("args", "sampling_rate")?.intValue, (1...10_000).contains(rate) {
      json["sampling_rate"] = .integer(Int64(rate))
      sources["sampling_rate"] = "the checkpoint's args.sampling_rate"
    } else {
      sources["sampling_rate"] = json["sampling_rate"] == nil ? "the published value" : "given"
    }
    // Half a window, as by default.
    let rate = json["sampling_rate"]?.intValue ?? PreparationRecipe().samplingRate
    if json["hop"] == nil { json["hop"] = .integer(Int64(max(configuration.numFrames / 2, 1) * rate)) }
    do throws(SVFAPError) { return try PreparationRecipe(json: .object(json)) } catch { throw error.within("/recipe") }
  }

  private func result(_ model: Model, _ card: ImportCard, _ warnings: [String]) -> JSONObject {
    let configuration = model.configuration
    let count = model.parameters.parameterCount
    var lines = [
      "\(out): \(model.kindText), \(count) parameters",
      "width \(configuration.embedDim), stages \(configuration.stageDepths), \(configuration.numHeads) heads, "
        + "clips of \(configuration.numFrames) frames at \(configuration.imageSize) x \(configuration.imageSize)",
    ]
    if let head = configuration.head { lines.append("head: \(head.name): \(model.outputs.map(\.name).joined(separator: ", "))") }
    if configuration.isPretraining { lines.append("reading of pre-training: \(configuration.pretrainingVariant.rawValue)") }
    lines.append("not visible in the weights:")
    lines += card.sources.members.map { "  \($0.key): \($0.value.stringValue ?? "")" }
    if !card.ignored.isEmpty { lines.append("left out: \(card.ignored.joined(separator: ", "))") }
    return [
      "out": .string(out), "parameters": .integer(Int64(count)), "config": configuration.json, "recipe": model.recipeJSON,
      "card": .object(card.json), "outputs": model.outputsJSON, "warnings": .array(warnings.map { .string($0) }),
      "text": .string(lines.joined(separator: "\n")),
    ]
  }
}
