import SVFAPPlugin

extension RegressionTask {
  /// The task of options {"outputs", "activation", "loss"}; what they leave out is as given here.
  public init(
    _ options: Options, names: [String], activation: Activation, loss: RegressionLoss, figures: [Figure]
  ) throws(PluginError) {
    func choice<Choice: RawRepresentable<String>>(_ pointer: String, _ fallback: Choice) throws(PluginError) -> Choice {
      guard let text = try options.text(pointer) else { return fallback }
      guard let choice = Choice(rawValue: text) else { throw PluginError(.config, "option \(pointer): unknown value \"\(text)\"") }
      return choice
    }
    try self.init(
      names: options.texts("/outputs") ?? names, activation: choice("/activation", activation), loss: choice("/loss", loss),
      figures: figures)
  }
}
