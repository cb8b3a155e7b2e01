import Base
import Networks

/// Finds a model's configuration in the names and shapes of its tensors (published a.10), with hints and the published
/// sizes for what those do not show: stage boundaries, heads, picture size, clip length.
struct ArchitectureReader {
  /// Shapes by published name.
  let shapes: [String: [Int]]
  let hints: ArchitectureHints
  /// Where each member of the configuration that is not visible in the tensors was taken from.
  private(set) var sources = JSONObject()
  /// Whether the tensors are those of a pre-training model.
  let isPretraining: Bool
  /// Before the names of the encoder's tensors.
  let prefix: String

  /// Far more than any model has; keeps arithmetic with sizes from overflowing.
  private static let extentLimit = 1 << 24

  init(shapes: [String: [Int]], hints: ArchitectureHints) {
    self.shapes = shapes
    self.hints = hints
    isPretraining = shapes.keys.contains { $0.hasPrefix("encoder.") || $0.hasPrefix("decoder.") || $0 == "mask_token" }
    prefix = isPretraining ? "encoder." : ""
  }

  /// The configuration, without head and without the reading of pre-training.
  ///
  /// - Throws: `format` if these are not SVFAP's tensors, `unsupported` for variants that are not built, `config` if
  ///   something must be given.
  mutating func configuration() throws(SVFAPError) -> ModelConfiguration {
    try refuseOthers()
    let patches = try shape("\(prefix)patch_embed.proj.weight", rank: 5)
    guard patches[3] == patches[4] else { throw malformed("\(prefix)patch_embed.proj.weight", "patches that are not square: \(patches)") }
    let width = patches[0]
    let stages = 1 + indices(of: "\(prefix)temporal_downsamples.").count
    guard stages <= 16 else { throw malformed("\(prefix)temporal_downsamples", "\(stages) stages; at most 16 are built") }
    let hidden = try shape("\(prefix)blocks.0.mlp.fc1.weight", rank: 2)[0]
    var tokens: [JSONValue] = []
    for stage in 1..<max(stages, 1) {
      tokens.append(.integer(Int64(try shape("\(prefix)spatial_downsamples.\(stage - 1).mlp.fc2.weight", rank: 2)[0])))
    }
    var json: JSONObject = [
      "image_size": .integer(Int64(size("image_size", argument: "input_size", multiple: patches[3], otherwise: 160))),
      "patch_size": .integer(Int64(patches[3])), "tubelet_size": .integer(Int64(patches[2])),
      "num_frames": .integer(Int64(size("num_frames", argument: "num_frames", multiple: patches[2], otherwise: 16))),
      "in_channels": .integer(Int64(patches[1])), "embed_dim": .integer(Int64(width)),
      "num_heads": .integer(Int64(try heads("num_heads", width: width))), "mlp_ratio": .number(Self.ratio(hidden, width)),
      "stage_depths": .array(try depths(stages: stages).map { .integer(Int64($0)) }), "num_bottleneck_tokens": .array(tokens),
    ]
    if stages > 1 {
      json["temporal_kernel_size"] = .integer(Int64(try shape("\(prefix)temporal_downsamples.0.weight", rank: 3)[2]))
      json["bottleneck_hidden_dim"] = .integer(Int64(try shape("\(prefix)spatial_downsamples.0.mlp.fc1.weight", rank: 2)[0]))
    }
    // Only that it is there is visible; its start value matters to nobody once it is trained.
    if shapes["\(prefix)blocks.0.gamma_1"] != nil { json["layer_scale_init"] = 0.1 }
    if isPretraining { json["decoder"] = .object(try decoder()) }
    return try ModelConfiguration(json: .object(json))
  }

  private mutating func decoder() throws(SVFAPError) -> JSONObject {
    let width = try shape("mask_token", rank: 3)[2]
    let depth = try checkedCount(of: "decoder.blocks.")
    return [
      "embed_dim": .integer(Int64(width)), "depth": .integer(Int64(depth)),
      "num_heads": .integer(Int64(try heads("decoder_num_heads", width: width))),
    ]
  }

  // MARK: What is not visible

  /// The published models have heads of 64 channels.
  private mutating func heads(_ name: String, width: Int) throws(SVFAPError) -> Int {
    if let hint = hints.integer(name) {
      sources[name] = .string(hint.source)
      return hint.value
    }
    guard width > 0, width % 64 == 0 else {
      throw SVFAPError(
        .config,
        "the number of attention heads is not visible in a checkpoint, and the width \(width) is no multiple of the published 64 channels "
          + "a head: give it (\(name))", detail: ["where": "/\(name)"])
    }
    sources[name] = "64 channels a head, as published"
    return width / 64
  }

  private mutating func size(_ name: String, argument: String, multiple: Int, otherwise: Int) -> Int {
    if let hint = hints.integer(name, argument: argument), hint.isGiven || hint.value > 0 && multiple > 0 && hint.value % multiple == 0 {
      sources[name] = .string(hint.source)
      return hint.value
    }
    sources[name] = "the published value"
    return otherwise
  }

  /// All blocks after the first stage look alike: where one stage ends and the next begins is not visible.
  private mutating func depths(stages: Int) throws(SVFAPError) -> [Int] {
    let total = try checkedCount(of: "\(prefix)blocks.")
    let first = (0..<total).first { shapes["\(prefix)blocks.\($0).cross_attn.q.weight"] != nil } ?? total
    let later = total - first
    func fits(_ depths: [Int]) -> Bool {
      depths.count == stages && depths.first == first && depths.allSatisfy { (1...total).contains($0) } && depths.reduce(0, +) == total
    }
    guard first > 0, later >= stages - 1, (later == 0) == (stages == 1) else {
      throw SVFAPError(
        .format,
        "\(total) blocks, \(later) of them with cross attention, and \(stages - 1) temporal downsamples do not make up the stages of a model"
      )
    }
    if let hint = hints.integers("stage_depths") {
      if fits(hint.value) {
        sources["stage_depths"] = .string(hint.source)
        return hint.value
      }
      guard !hint.isGiven else {
        throw ObjectReader.wrong(
          "/stage_depths", expected: "\(stages) numbers, the first of them \(first), that add up to the \(total) blocks of the checkpoint",
          found: "\(hint.value)")
      }
    }
    // One way only: no later stage, one of them, or a block for each.
    if stages <= 2 { return stages == 1 ? [first] : [first, later] }
    if later == stages - 1 { return [first] + [Int](repeating: 1, count: later) }
    for name in ["base", "small"] {
      guard let published = ModelConfiguration.preset(name)?.stageDepths, fits(published) else { continue }
      sources["stage_depths"] = .string("those of the published size \"\(name)\"")
      return published
    }
    let choices = Self.splits(later, into: stages - 1, limit: 6).map { ([first] + $0).map(String.init).joined(separator: ",") }
    throw SVFAPError(
      .config,
      "where the \(later) later blocks change from stage to stage is not visible in a checkpoint: give the depths of the \(stages) stages "
        + "(stage_depths), such as \(choices.joined(separator: " or "))",
      detail: ["where": "/stage_depths", "expected": choices.joined(separator: " ")])
  }

  /// Some ways to write `total` as a sum of `parts` numbers from 1 on, larger numbers first.
  private static func splits(_ total: Int, into parts: Int, limit: Int) -> [[Int]] {
    guard parts > 1 else { return total >= 1 ? [[total]] : [] }
    var found: [[Int]] = []
    for first in stride(from: total - parts + 1, through: 1, by: -1) where found.count < limit {
      found += splits(total - first, into: parts - 1, limit: limit - found.count).map { [first] + $0 }
    }
    return found
  }

  // MARK: Names and shapes

  private func refuseOthers() throws(SVFAPError) {
    guard shapes["\(prefix)patch_embed.proj.weight"] != nil else {
      let some = shapes.keys.sorted().prefix(5).joined(separator: ", ")
      throw SVFAPError(
        .format, "these are not the tensors of an SVFAP model: \(prefix)patch_embed.proj.weight is missing (there are \(some) ...)",
        detail: ["expected": "\(prefix)patch_embed.proj.weight", "found": some])
    }
    for name in ["pos_embed", "cls_token"] where shapes[prefix + name] != nil {
      throw SVFAPError(
        .unsupported, "the checkpoint has \(prefix)\(name): models with learned positions or a class token are not built",
        detail: ["where": prefix + name])
    }
    guard isPretraining || shapes["fc_norm.weight"] != nil || shapes["norm.weight"] == nil else {
      throw SVFAPError(
        .unsupported,
        "the checkpoint has norm.weight and no fc_norm.weight: it was trained with --use_cls, which reads the first patch only; "
          + "such models are not built", detail: ["where": "norm.weight"])
    }
  }

  private func malformed(_ name: String, _ what: String) -> SVFAPError { SVFAPError(.format, "\(name): \(what)", detail: ["where": name]) }

  private func shape(_ name: String, rank: Int) throws(SVFAPError) -> [Int] {
    guard let shape = shapes[name] else { throw malformed(name, "this tensor is missing") }
    guard shape.count == rank, shape.allSatisfy({ (1...Self.extentLimit).contains($0) }) else {
      throw malformed(name, "expected \(rank) dimensions, found the shape \(shape)")
    }
    return shape
  }

  /// The ratio that gives `hidden` again when it is multiplied by `width` and cut to an integer.
  private static func ratio(_ hidden: Int, _ width: Int) -> Double {
    let ratio = Double(hidden) / Double(width)
    return Int(Double(width) * ratio) == hidden ? ratio : ratio.nextUp
  }

  /// How many blocks there are: their numbers run from 0 on.
  private func checkedCount(of prefix: String) throws(SVFAPError) -> Int {
    let indices = indices(of: prefix)
    guard let last = indices.max() else { throw malformed("\(prefix)0", "there are no blocks") }
    guard let gap = (0..<indices.count).first(where: { !indices.contains($0) }) else { return indices.count }
    throw malformed("\(prefix)\(gap)", "this block is missing, \(prefix)\(last) is there")
  }

  /// Numbers that follow `prefix` in the names.
  private func indices(of prefix: String) -> Set<Int> {
    Set(
      shapes.keys.compactMap { name in
        guard name.hasPrefix(prefix) else { return nil }
        return name.dropFirst(prefix.count).split(separator: ".").first.flatMap { Int($0) }
      })
  }
}
