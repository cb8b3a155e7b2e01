import Base
import Checkpoints
import Data
import Networks
import Plugins
import Video

/// Compares videos with what a model was trained on, and lists with each other.
package final class CheckDataJob: Job {
  package static let kind = "check-data"
  package static let schema = JobOptions.schema(
    [
      "inputs": ["type": "array", "items": ["type": "string", "minLength": 1], "minItems": 1, "maxItems": 100], "model": JobOptions.path,
      "recipe": ["type": "object", "additionalProperties": true], "root": JobOptions.path,
      "label_columns": ["type": "array", "items": ["type": "string", "minLength": 1], "uniqueItems": true],
      "sample": ["type": "integer", "minimum": 1, "maximum": 1_000_000, "default": 64],
      "frames": ["type": "integer", "minimum": 1, "maximum": 10_000, "default": 48],
      "seed": ["type": "integer", "minimum": 0, "default": 0],
    ], JobOptions.source, required: ["inputs"])

  private let runtime: Runtime
  private let options: JSONValue
  private let inputs: [String]

  package init(_ options: JSONValue, _ runtime: Runtime) throws(SVFAPError) {
    self.options = options
    self.runtime = runtime
    inputs = options["inputs"]?.arrayValue?.compactMap(\.stringValue) ?? []
    if options["model"] != nil, options["recipe"] != nil {
      throw SVFAPError(.config, "/recipe: a model brings its own recipe; leave one of them out")
    }
  }

  package func run(_ context: RunContext) throws(SVFAPError) -> JSONObject {
    let target = try ComparedModel(model: options["model"]?.stringValue, recipe: options["recipe"])
    var manifestOptions = ManifestOptions()
    manifestOptions.root = options["root"]?.stringValue
    manifestOptions.labelColumns = options["label_columns"]?.arrayValue?.compactMap(\.stringValue)
    var parts: [SplitCheck.Part] = []
    for input in inputs { parts.append(("list \(input)", try Manifest.open(input, options: manifestOptions, context))) }
    var findings: [DataFinding] = []
    for (role, manifest) in parts {
      let check = ManifestCheck(manifest, role: role)
      findings += check.findings(classes: manifest.hasLabels ? target.classes : nil)
      if let classes = target.classes { findings += check.unknownLabels(classes: classes) }
      findings += try check.filesOnDisk(context)
    }
    findings += try SplitCheck.findings(parts, lookingAtFiles: true, context)
    let clips = try inspect(parts.map(\.manifest), target, context)
    findings += RecipeComparison(target.recipe, imageSize: target.imageSize, clipLength: target.clipLength).findings(clips)
    return result(parts, target, clips, findings)
  }

  // MARK: The sample

  private func inspect(_ manifests: [Manifest], _ target: ComparedModel, _ context: RunContext) throws(SVFAPError) -> [ClipObservation] {
    let inspector = ClipInspector(
      runtime, source: options["source"]?.stringValue ?? "auto", config: options["source_config"] ?? .object([:]), recipe: target.recipe,
      frames: options["frames"]?.intValue ?? 48)
    let sample = options["sample"]?.intValue ?? 64
    let total = manifests.reduce(0) { $0 + min($1.count, sample) }
    var clips: [ClipObservation] = []
    for manifest in manifests {
      for index in Self.sample(sample, of: manifest.count, seed: UInt64(options["seed"]?.intValue ?? 0)) {
        let path = manifest.path(at: index)
        try context.report("look at \(path)", done: Double(clips.count), total: Double(total))
        clips.append(try inspector.look(at: path, context))
      }
    }
    return clips
  }

  /// `size` of `count` indices, in order: all if there are no more, otherwise one drawn from each of `size` equal stretches.
  static func sample(_ size: Int, of count: Int, seed: UInt64) -> [Int] {
    guard count > size else { return Array(0..<count) }
    let random = CounterRandom(seed: seed, stream: "check-data")
    return (0..<size).map { part in
      let (first, last) = (part * count / size, (part + 1) * count / size)
      return first + random.integer(UInt64(part), below: last - first)
    }
  }

  // MARK: The result

  private func result(_ parts: [SplitCheck.Part], _ target: ComparedModel, _ clips: [ClipObservation], _ findings: [DataFinding])
    -> JSONObject
  {
    let summary = ClipSummary(clips, target)
    let entries = parts.reduce(0) { $0 + $1.manifest.count }
    var lines = ["\(inputs.joined(separator: ", ")) against \(target.name)", "\(clips.count) of \(entries) clips looked at", ""]
    lines += summary.lines
    let grave = findings.filter { $0.severity == .error }
    if !findings.isEmpty { lines.append("") }
    lines += grave.map { "wrong: \($0.text)" }
    lines += findings.filter { $0.severity == .note }.map { "note: \($0.text)" }
    if findings.allSatisfy({ $0.severity == .note }) { lines.append("nothing that a training would suffer from was found in these clips") }
    return [
      "inputs": .array(inputs.map { .string($0) }), "model": .string(target.name),
      "recipe": target.recipe.json(clipLength: target.clipLength),
      "image_size": .integer(Int64(target.imageSize)), "entries": .integer(Int64(entries)), "looked_at": .integer(Int64(clips.count)),
      "data": .object(summary.json), "findings": .array(findings.map(\.json)), "failed": .integer(Int64(grave.count)),
      "warnings": .array(findings.filter { $0.severity == .warning }.map { .string($0.text) }),
      "text": .string(lines.joined(separator: "\n")),
    ]
  }
}

/// What videos are compared with: the recipe of a model, one that was typed, or the published one.
struct ComparedModel {
  let name: String
  let recipe: PreparationRecipe
  var imageSize = 160
  var clipLength = 16
  /// Names of the classes of a classification model.
  var classes: [String]?

  /// - Throws: as `ModelFile`; `config` for a recipe that makes no sense.
  init(model: String?, recipe json: JSONValue?) throws(SVFAPError) {
    if let model {
      // The header says it all: the weights are not read.
      let file = try ModelFile(model)
      let configuration: ModelConfiguration
      do throws(SVFAPError) {
        configuration = try ModelConfiguration(json: file.config)
        recipe = try file.recipe.map { (json) throws(SVFAPError) in try PreparationRecipe(json: json) } ?? PreparationRecipe()
      } catch {
        throw error.within(model).with("path", model)
      }
      name = model
      imageSize = configuration.imageSize
      clipLength = configuration.numFrames
      classes = configuration.head?.config["labels"]?.arrayValue?.compactMap(\.stringValue)
    } else if let json {
      do throws(SVFAPError) {
        recipe = try PreparationRecipe(json: json)
      } catch {
        throw error.within("/recipe")
      }
      clipLength = json["clip_length"]?.intValue ?? clipLength
      name = "the given recipe"
    } else {
      recipe = PreparationRecipe()
      name = "the published recipe (no model given)"
    }
  }
}
