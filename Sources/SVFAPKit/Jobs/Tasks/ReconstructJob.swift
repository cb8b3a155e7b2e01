import Base
import Networks
import Plugins
import Reports
import Video

/// Shows what a pre-training model fills in: a strip of original, masked and reconstructed frames.
package final class ReconstructJob: Job {
  package static let kind = "reconstruct"
  package static let schema = JobOptions.schema(
    [
      "input": JobOptions.path, "model": JobOptions.path, "out": ["type": "string", "minLength": 1, "default": "reconstruction.png"],
      "mask_ratio": ["type": "number", "minimum": 0.01, "maximum": 0.99, "default": 0.9],
      "start_frame": ["type": "integer", "minimum": 0, "default": 0], "seed": ["type": "integer", "minimum": 0, "default": 0],
      "sampling_rate": ["type": "integer", "minimum": 1, "maximum": 10_000],
    ], JobOptions.source, Model.openOptions, required: ["input", "model"])

  private let options: JSONValue
  private let runtime: Runtime
  private let input: String
  private let out: String

  package init(_ options: JSONValue, _ runtime: Runtime) throws(SVFAPError) {
    self.options = options
    self.runtime = runtime
    input = options["input"]?.stringValue ?? ""
    out = options["out"]?.stringValue ?? ""
    guard out.lowercased().hasSuffix(".png") else {
      throw ObjectReader.wrong("/out", expected: "a name that ends in .png", found: out)
    }
    try ProtectedFiles([("input", input), ("model", options["model"]?.stringValue ?? "")]).check(out, at: "out")
    let folder = out.lastIndex(of: "/").map { $0 == out.startIndex ? "/" : String(out[..<$0]) } ?? "."
    if let identity = FileIdentity(of: folder), identity == FileIdentity(of: input) {
      throw SVFAPError(.config, "/out: \(out) would become a frame of the input \(input); choose another folder", detail: ["where": "/out"])
    }
  }

  package func run(_ context: RunContext) throws(SVFAPError) -> JSONObject {
    let file = options["model"]?.stringValue ?? ""
    let model = try Model.open(file, runtime, options: options)
    let predictor = try Predictor(model, options: PredictorOptions(members: options))
    let network: MaskedAutoencoder
    do throws(SVFAPError) { network = try predictor.pretraining() } catch { throw error.within(file) }
    let source = try runtime.registry.openSource(
      input, source: options["source"]?.stringValue ?? "auto", config: options["source_config"] ?? .object([:]))
    let clip = try firstClip(of: source, predictor, context)
    let ratio = options["mask_ratio"]?.doubleValue ?? 0.9
    let configuration = model.configuration
    let hidden = try TubeMask.random(ratio: ratio, clips: 1, seed: UInt64(options["seed"]?.intValue ?? 0), configuration)
    let mask = try TubeMask(hidden, clips: 1, configuration)
    let predicted = try FloatBuffer(count: mask.masked[0].count * configuration.patchWidth)
    try network.predict(clip.pointer, mask, into: predicted.pointer, predictor.workspace)
    let target = PixelTarget(configuration, mean: model.recipe.mean.map(Float.init), deviation: model.recipe.deviation.map(Float.init))
    let strip = try ReconstructionStrip(target).picture(clip: clip.pointer, mask: mask, predicted: predicted.pointer)
    let loss = try target.lossAndGradient(predicted.pointer, clip.pointer, mask, predictor.workspace)
    guard loss.isFinite else {
      throw SVFAPError(.numeric, "\(file): the model computed pixels that are not finite: its weights are broken")
    }
    let sink = try runtime.registry.openSink(out, width: strip.width, height: strip.height)
    try sink.write(strip)
    try sink.finish()
    var result: JSONObject = [
      "out": .string(out), "loss": .number(loss), "masked": .integer(Int64(mask.masked[0].count)),
      "text": .string(
        "\(out): \(mask.masked[0].count) of \(configuration.tokens) patches hidden, mean squared error \(decimalText(loss, 4))"),
    ]
    if let warning = model.untrainedWarning { result["warnings"] = [.string(warning)] }
    return result
  }

  /// The first window from `start_frame` on.
  private func firstClip(of source: PluginSource, _ predictor: Predictor, _ context: RunContext) throws(SVFAPError) -> FloatBuffer {
    let configuration = predictor.model.configuration
    let clip = try FloatBuffer(count: configuration.clipCount)
    let start = options["start_frame"]?.intValue ?? 0
    let recipe = try predictor.options.recipe(predictor.model)
    let source = source.timed(by: recipe)
    if start > 0 { try source.seek(to: start) }
    var isFilled = false
    let assembler = try WindowAssembler(
      recipe, plan: .starts([0]), rate: source.info.framesPerSecond, size: configuration.imageSize, length: configuration.numFrames
    ) { _, values in
      clip.pointer.update(from: values, count: clip.count)
      isFilled = true
    }
    // The clip begins where it was asked to, for the clock too.
    var firstTime: Double?
    while !isFilled, let frame = try source.next() {
      try context.check()
      let origin = firstTime ?? frame.time
      firstTime = origin
      try assembler.add(
        Frame(
          index: frame.index - start, time: frame.time - origin, width: frame.width, height: frame.height, rowBytes: frame.rowBytes,
          rgb: frame.rgb,
          isDamaged: frame.isDamaged))
    }
    if !isFilled { try assembler.finish() }
    guard isFilled else {
      throw SVFAPError(.format, "\(input): there is no intact frame from frame \(start) on")
    }
    return clip
  }
}
