import Base
import Layers
import Networks
import Optimization
import Plugins
import Video

/// A model in training: its own copy of the weights, gradients, optimizer and average, stepped by whoever has the batches.
///
/// One thread at a time uses a trainer. A call that fails leaves weights, gradients and counters as they were.
package final class Trainer {
  /// What is trained, with the memory that a batch's way back needs.
  enum Network {
    case affect(AffectNetwork, PluginHead)
    case pretraining(MaskedAutoencoder)
  }

  package let runtime: Runtime
  package let options: TrainerOptions
  package let configuration: ModelConfiguration
  package let parameters: ModelParameters
  package let gradients: FloatBuffer
  package let optimizer: AdamW
  package let average: MovingAverage?
  let network: Network
  let workspace: Workspace
  let gradientMap: GradientMap
  /// How frames are prepared, and what is known of the weights: as the model says that the training began with.
  package let recipe: PreparationRecipe
  private let card: JSONObject

  var affectTape: AffectNetwork.Tape?
  var pretrainingTape: MaskedAutoencoder.Tape?
  /// Batches whose gradients have been added up since the last step.
  package internal(set) var accumulated = 0
  /// Batches since the beginning: what dropped paths are drawn from.
  package internal(set) var batchCount = 0

  /// - Throws: `config` or `unsupported` if the model does not fit the task, `noMemory`.
  package init(_ model: Model, _ options: TrainerOptions) throws(SVFAPError) {
    runtime = model.runtime
    recipe = model.recipe
    card = model.card
    self.options = options
    workspace = Workspace(pool: try model.runtime.makePool(), precision: options.precision)
    // The model itself is not kept: its weights would take memory for nothing.
    switch options.task {
    case .finetune:
      let start = try model.fineTuningStart(headName: options.headName, headConfig: options.headConfig, seed: options.seed)
      configuration = start.configuration
      parameters = start.parameters
      network = .affect(try AffectNetwork(configuration, parameters), start.head)
    case .pretrain:
      guard model.configuration.isPretraining else {
        throw SVFAPError(
          .unsupported, "this model has no decoder: pre-training needs a model made with \"pretraining\": true",
          detail: ["where": "/task"])
      }
      configuration = model.configuration
      parameters = try ModelParameters(configuration.declarations)
      for index in parameters.declarations.indices {
        try model.parameters.copy(at: index, into: parameters.pointer(at: index))
      }
      network = .pretraining(try MaskedAutoencoder(configuration, parameters))
    }
    gradients = try FloatBuffer(count: parameters.storage.count)
    gradientMap = GradientMap(parameters: parameters.storage.pointer, gradients: gradients.pointer)
    let network = network
    let settings = ParameterSettings.list(parameters.declarations, configuration, layerDecay: options.layerDecay) { name in
      switch network {
      case .affect(let affect, _): name.hasPrefix("head.") || affect.isTrained(name, options.trained)
      case .pretraining(let autoencoder): autoencoder.hasGradient(name)
      }
    }
    optimizer = try AdamW(parameters, gradients: gradients, settings: settings, options: options.adam)
    var average: MovingAverage?
    if let decay = options.emaDecay { average = try MovingAverage(parameters, decay: decay) }
    self.average = average
  }

  /// The head of a fine-tuning.
  package var head: PluginHead? { if case .affect(_, let head) = network { head } else { nil } }

  // MARK: Steps

  /// What a step did.
  package struct Step: Sendable {
    package let index: Int
    package let learningRate: Double
    package let weightDecay: Double
    /// L2 norm of the gradients, before clipping.
    package let gradientNorm: Double
  }

  /// Moves the weights by the mean gradient of the batches since the last step, and begins a new sum.
  ///
  /// - Throws: `invalidArgument` without a batch; `numeric` if a gradient is not finite: the sum is dropped then, the
  ///   weights stay.
  @discardableResult
  package func step() throws(SVFAPError) -> Step {
    guard accumulated > 0 else {
      throw SVFAPError(.invalidArgument, "there is no gradient to step with: give a batch to the trainer first")
    }
    let share = 1 / Double(accumulated)
    let norm = optimizer.gradientNorm(workspace.pool) * share
    guard norm.isFinite else {
      dropGradients()
      throw SVFAPError(
        .numeric, "a gradient is not finite: the weights were left as they were; a lower learning rate or clip_grad may help")
    }
    let index = optimizer.stepCount
    let rate = options.rateSchedule?.value(at: index) ?? options.learningRate
    let decay = options.decaySchedule?.value(at: index) ?? options.weightDecay
    var scale = share
    if let limit = options.clipNorm, norm > limit { scale *= limit / (norm + 1e-6) }
    optimizer.step(rate: rate, weightDecay: decay, gradientScale: scale, workspace.pool)
    average?.update(workspace.pool)
    dropGradients()
    return Step(index: index, learningRate: rate, weightDecay: decay, gradientNorm: norm)
  }

  /// Forgets the gradients since the last step.
  package func dropGradients() {
    gradients.pointer.update(repeating: 0, count: gradients.count)
    accumulated = 0
  }

  // MARK: Snapshots

  /// The weights as they are now (or their moving average) as a model of its own.
  ///
  /// - Parameter card: members that replace those of the model that the training began with.
  package func snapshot(averaged: Bool = false, card changes: JSONObject = JSONObject()) throws(SVFAPError) -> Model {
    if averaged, average == nil { throw SVFAPError(.config, "there is no moving average: the trainer was made without ema_decay") }
    let values = (averaged ? average?.values ?? parameters : parameters).storage
    return try Model(
      runtime: runtime, configuration: configuration, head: try headOfItsOwn(), recipe: recipe, card: trainedCard(changes)
    ) { $0.storage.pointer.update(from: values.pointer, count: values.count) }
  }

  /// What a run validates and leaves: the moving average where there is one, the weights as they are otherwise.
  var chosenParameters: ModelParameters { average?.values ?? parameters }

  /// A model that shares the chosen parameters and changes with every step: for validation between steps.
  func liveModel() throws(SVFAPError) -> Model {
    try Model(
      runtime: runtime, configuration: configuration, head: try headOfItsOwn(), recipe: recipe, card: card, parameters: chosenParameters)
  }

  private func headOfItsOwn() throws(SVFAPError) -> PluginHead? {
    guard let head else { return nil }
    return try PluginHead(head.plugin, config: head.config, embedDim: configuration.embedDim)
  }

  private func trainedCard(_ changes: JSONObject) -> JSONObject {
    var members = card
    members["trained"] = true
    members["description"] = nil
    members["seed"] = nil
    for (key, value) in changes.members { members[key] = value }
    return members
  }
}
