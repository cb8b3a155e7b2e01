import Base

/// The sizes of a model, read from the JSON of its configuration by its published keys.
package struct ReferenceSizes: Sendable {
  package let image, patch, tubelet, frames, width, heads, kernel, bottleneckHidden: Int
  package let mlpRatio, epsilon: Double
  package let depths, bottlenecks: [Int]
  package let hasLayerScale: Bool
  /// Nil in a fine-tuning model.
  package let decoder: (width: Int, depth: Int, heads: Int)?
  /// Whether pre-training is read as the released code computes it.
  package let isPublished: Bool

  package init(_ json: JSONValue) {
    func integer(_ key: String) -> Int { json[key]?.intValue ?? 0 }
    func integers(_ key: String) -> [Int] { (json[key]?.arrayValue ?? []).compactMap(\.intValue) }
    image = integer("image_size")
    patch = integer("patch_size")
    tubelet = integer("tubelet_size")
    frames = integer("num_frames")
    width = integer("embed_dim")
    heads = integer("num_heads")
    kernel = integer("temporal_kernel_size")
    bottleneckHidden = integer("bottleneck_hidden_dim")
    mlpRatio = json["mlp_ratio"]?.doubleValue ?? 4
    epsilon = json["layer_norm_eps"]?.doubleValue ?? 1e-6
    depths = integers("stage_depths")
    bottlenecks = integers("num_bottleneck_tokens")
    hasLayerScale = (json["layer_scale_init"]?.doubleValue ?? 0) > 0
    decoder = json["decoder"].map { decoder in
      func integer(_ key: String) -> Int { decoder[key]?.intValue ?? 0 }
      return (integer("embed_dim"), integer("depth"), integer("num_heads"))
    }
    isPublished = json["pretraining_variant"]?.stringValue == "published"
  }

  /// Time slices before the first stage.
  package var slices: Int { frames / tubelet }
  /// Tokens in a time slice.
  package var places: Int { image / patch * (image / patch) }
  package var tokens: Int { slices * places }
  /// Numbers of a clip (3, frames, image, image).
  package var clipCount: Int { 3 * frames * image * image }
  /// Numbers of a patch.
  package var patchWidth: Int { 3 * tubelet * patch * patch }
}
