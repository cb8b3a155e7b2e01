import Base
import Networks
import Plugins

extension Model {
  /// What a fine-tuning starts from: a configuration with a head, the head, and weights: those of this model where there
  /// are any, start values elsewhere.
  ///
  /// From a pre-training model the encoder is taken; its norm and its decoder are not, `fc_norm` and the head start
  /// afresh (published c.10). From a fine-tuned model everything that still has its shape is taken.
  func fineTuningStart(
    headName: String?, headConfig: JSONObject, seed: UInt64
  ) throws(SVFAPError) -> (configuration: ModelConfiguration, head: PluginHead, parameters: ModelParameters) {
    var target = configuration
    target.decoder = nil
    target.pretrainingVariant = .paper
    let head = try fineTuningHead(headName, headConfig)
    let name = head.plugin.id
    target.head = .init(name: name, config: head.config)
    try target.validate()
    let start = try ModelParameters(target.declarations + head.declarations)
    try start.initialize(seed: seed)
    for (index, declaration) in start.declarations.enumerated() {
      let source = parameters.index(of: declaration.name) ?? parameters.index(of: "encoder.\(declaration.name)")
      guard let source, parameters.declarations[source].shape == declaration.shape else { continue }
      if declaration.name.hasPrefix("head."), configuration.head?.name != name { continue }
      try parameters.copy(at: source, into: start.pointer(at: index))
    }
    return (target, head, start)
  }

  /// The head of a fine-tuning: the named one or the model's own, configured like the model's but for some members.
  func fineTuningHead(_ headName: String?, _ headConfig: JSONObject) throws(SVFAPError) -> PluginHead {
    let name = headName ?? configuration.head?.name ?? "classification"
    var config = configuration.head?.name == name ? configuration.head?.config.objectValue ?? JSONObject() : JSONObject()
    for (key, value) in headConfig.members { config[key] = value }
    return try PluginHead(
      try runtime.registry.plugin(.head, id: name), config: .object(config), at: "/head", embedDim: configuration.embedDim)
  }
}
