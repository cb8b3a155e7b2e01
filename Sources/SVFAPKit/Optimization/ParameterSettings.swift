import Networks

/// How the optimizer treats one parameter.
package struct ParameterSettings: Sendable, Equatable {
  /// False for what is frozen or what the loss does not reach: neither step nor decay touches it.
  package var isTrained: Bool
  /// Factor of the learning rate.
  package var rateScale: Double
  /// Whether weight decay applies.
  package var decays: Bool

  package init(isTrained: Bool, rateScale: Double, decays: Bool) {
    self.isTrained = isTrained
    self.rateScale = rateScale
    self.decays = decays
  }

  /// Settings of all parameters, in the order of their declarations.
  ///
  /// - Parameters:
  ///   - layerDecay: factor of the learning rate from one block to the one below, 1 for none (published c.9).
  ///   - isTrained: by published name.
  package static func list(
    _ declarations: [ParameterDeclaration], _ configuration: ModelConfiguration, layerDecay: Double = 1, isTrained: (String) -> Bool
  ) -> [ParameterSettings] {
    let blocks = configuration.stageDepths.reduce(0, +)
    return declarations.map { declaration in
      let layer = layer(of: declaration.name, blocks: blocks)
      var scale = 1.0
      for _ in layer..<blocks + 1 { scale *= layerDecay }
      return ParameterSettings(isTrained: isTrained(declaration.name), rateScale: scale, decays: declaration.decays)
    }
  }

  /// 0 for the patch embedding, i + 1 for block i, the number after the last block for everything else.
  ///
  /// The convolutions and pooling layers between the stages count as "everything else", as in the released code: they
  /// train at the head's rate. Nothing in the paper says that another rate was meant.
  private static func layer(of name: String, blocks: Int) -> Int {
    let parts = name.split(separator: ".")
    if parts.first == "patch_embed" || name == "mask_token" { return 0 }
    if parts.first == "blocks", parts.count > 1, let index = Int(parts[1]) { return min(index, blocks - 1) + 1 }
    return blocks + 1
  }
}
