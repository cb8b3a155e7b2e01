import PluginKit

extension RegressionTask {
  /// The task of a configuration {"outputs", "activation", "loss"}; what it leaves out is as given here.
  public convenience init(
    _ config: UnsafePointer<CChar>?, _ size: UInt64, names: [String], activation: Activation, loss: RegressionLoss, figures: [Figure]
  ) throws(PluginError) {
    let options = try Options(config, size)
    func choice<Choice: RawRepresentable<String>>(_ key: String, _ fallback: Choice) throws(PluginError) -> Choice {
      guard options.has(key) else { return fallback }
      let text = try options.text(key)
      guard let choice = Choice(rawValue: text) else { throw PluginError(Status.config, "option \"\(key)\": unknown value \"\(text)\"") }
      return choice
    }
    try self.init(
      names: options.has("outputs") ? try options.texts("outputs") : names, activation: try choice("activation", activation),
      loss: try choice("loss", loss), figures: figures)
  }
}
