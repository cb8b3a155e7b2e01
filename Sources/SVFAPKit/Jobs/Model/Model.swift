import Base
import Checkpoints
import Kernels
import Networks
import Plugins
import Video

/// A model: configuration, weights, recipe, card and head. Immutable; any number of predictors share it.
package final class Model: Sendable {
  /// What the weights make up.
  package enum Network: Sendable {
    /// A fine-tuned model: encoder and head.
    case affect(AffectNetwork, PluginHead)
    /// A pre-training model.
    case pretraining(MaskedAutoencoder)
  }

  package let runtime: Runtime
  package let configuration: ModelConfiguration
  package let parameters: ModelParameters
  package let recipe: PreparationRecipe
  package let card: JSONObject
  package let network: Network

  /// A model whose weights `fill` writes.
  ///
  /// - Parameter precision: what its matrices are packed in where the processor supports it; nil leaves them as they are.
  convenience init(
    runtime: Runtime, configuration: ModelConfiguration, head: PluginHead?, recipe: PreparationRecipe, card: JSONObject,
    precision: Precision? = nil, fill: (ModelParameters) throws(SVFAPError) -> Void
  ) throws(SVFAPError) {
    let packing = precision.flatMap { $0.isSupported ? $0 : nil }
    let parameters = try ModelParameters(configuration.declarations + (head?.declarations ?? []), packing: packing)
    try fill(parameters)
    try self.init(runtime: runtime, configuration: configuration, head: head, recipe: recipe, card: card, parameters: parameters)
  }

  /// A model of weights that are there.
  init(
    runtime: Runtime, configuration: ModelConfiguration, head: PluginHead?, recipe: PreparationRecipe, card: JSONObject,
    parameters: ModelParameters
  ) throws(SVFAPError) {
    var configuration = configuration
    if let head { configuration.head?.config = head.config }
    self.runtime = runtime
    self.configuration = configuration
    self.parameters = parameters
    self.recipe = recipe
    self.card = card
    if let head {
      network = .affect(try AffectNetwork(configuration, parameters), head)
    } else {
      network = .pretraining(try MaskedAutoencoder(configuration, parameters))
    }
  }

  /// The same model, weights shared, for frames that are prepared in another way.
  func prepared(by recipe: PreparationRecipe) throws(SVFAPError) -> Model {
    guard recipe != self.recipe else { return self }
    return try Model(
      runtime: runtime, configuration: configuration, head: head, recipe: recipe, card: card, parameters: parameters)
  }

  /// What the operands of its products are rounded to.
  package var precision: Precision { parameters.packing ?? .float32 }

  package var head: PluginHead? { if case .affect(_, let head) = network { head } else { nil } }
  package var outputs: [OutputDescription] { head?.outputs ?? [] }
  /// Weights of the head, in its order.
  package func headParameters() throws(SVFAPError) -> [UnsafePointer<Float>] {
    var pointers: [UnsafePointer<Float>] = []
    for declaration in head?.declarations ?? [] { pointers.append(try parameters.pointer(declaration.name)) }
    return pointers
  }

  /// Whether the card says that the weights were trained; nil if it does not say.
  package var isTrained: Bool? { card["trained"]?.boolValue }

  /// What the model is, for people: "fine-tuned model", "untrained pre-training model" ...
  package var kindText: String {
    let state = isTrained == false ? "untrained " : ""
    return state + (configuration.isPretraining ? "pre-training model" : state.isEmpty ? "fine-tuned model" : "model")
  }

  /// A warning for results of weights that were never trained.
  package var untrainedWarning: String? {
    isTrained == false ? "this model is untrained (its weights are random): its readings mean nothing" : nil
  }

  package var recipeJSON: JSONValue { recipe.json(clipLength: configuration.numFrames) }
  package var outputsJSON: JSONValue {
    .array(
      outputs.map {
        ["name": .string($0.name), "unit": .string($0.unit), "minimum": .number($0.minimum), "maximum": .number($0.maximum)]
      })
  }

  /// The head that a configuration names; nil for a pre-training model.
  static func head(of configuration: ModelConfiguration, _ runtime: Runtime) throws(SVFAPError) -> PluginHead? {
    guard let head = configuration.head else {
      guard configuration.isPretraining else {
        throw SVFAPError(
          .config, "/head: a model without a decoder needs a head, such as {\"name\": \"classification\", \"config\": {...}}",
          detail: ["where": "/head"])
      }
      return nil
    }
    return try PluginHead(try runtime.registry.plugin(.head, id: head.name), config: head.config, embedDim: configuration.embedDim)
  }
}
