import Base
import Layers
import Networks
import Plugins

extension Trainer {
  /// Adds the gradients of a labelled batch; returns its mean loss. The batch is taken as it is.
  ///
  /// - Parameters:
  ///   - video: (clips, 3, t, h, w), normalised.
  ///   - targets: (clips, targetWidth), as the head makes them from labels, possibly mixed.
  /// - Throws: `unsupported` in pre-training; `numeric` if the loss is not finite, the gradients stay as they were then.
  package func forwardBackward(
    _ video: UnsafePointer<Float>, clips: Int, targets: UnsafePointer<Float>, cancel: CancelToken? = nil
  ) throws(SVFAPError) -> Double {
    guard case .affect(let network, let head) = network else {
      throw SVFAPError(.unsupported, "labels were given to a pre-training, which learns from masked videos only")
    }
    let tape = try affectTape(network, clips: clips)
    let width = configuration.embedDim
    let isPooled = head.input == .features
    let shape = isPooled ? [clips, width] : [clips, network.tokenCount, width]
    let inputGradient = try workspace.buffer("head.inputGradient", shape.reduce(1, *))
    let raw = try workspace.buffer("head.raw", clips * head.rawWidth)  // (clips, rawWidth)
    let pieces = HeadGradients(head, parameters, buffer: try workspace.buffer("head.gradients", headCount(head)))
    var loss = 0.0
    try PluginScope.with(cancel: cancel, pool: workspace.pool) { () throws(SVFAPError) in
      func compute(_ input: UnsafePointer<Float>) throws(SVFAPError) {
        try head.forward(parameters: pieces.parameters, input: input, shape: shape, raw: raw)
        loss = try head.loss(
          parameters: pieces.parameters, input: input, shape: shape, raw: raw, targets: targets, gradients: pieces.gradients,
          inputGradient: inputGradient)
      }
      if isPooled {
        let features = try workspace.buffer("features", clips * width)  // (clips, C)
        try network.features(video, clips: clips, into: features, tape: tape, workspace)
        try compute(features)
      } else {
        try network.withTokens(video, clips: clips, tape: tape, workspace) { (tokens) throws(SVFAPError) in try compute(tokens) }
      }
    }
    guard loss.isFinite else { throw Self.notFinite }
    pieces.add(to: gradientMap)
    if let tape, isPooled {
      try network.backward(featureGradient: inputGradient, video: video, tape: tape, trained: options.trained, gradientMap, workspace)
    } else if let tape {
      try network.backward(tokenGradient: inputGradient, video: video, tape: tape, trained: options.trained, gradientMap, workspace)
    }
    countBatch()
    return loss
  }

  /// Adds the gradients of a masked batch; returns its mean squared error over the masked tokens.
  ///
  /// - Parameter video: (clips, 3, t, h, w), normalised as the recipe says.
  /// - Throws: `unsupported` in fine-tuning; `numeric` if the loss is not finite, the gradients stay as they were then.
  package func forwardBackward(
    _ video: UnsafePointer<Float>, _ mask: TubeMask
  ) throws(SVFAPError) -> Double {
    guard case .pretraining(let network) = network else {
      throw SVFAPError(.unsupported, "a mask was given to a fine-tuning, which learns from labels")
    }
    let clips = mask.visible.count
    if pretrainingTape?.clips != clips || pretrainingTape?.visiblePlaces != mask.visiblePlaces {
      pretrainingTape = nil
      pretrainingTape = try MaskedAutoencoder.Tape(network, clips: clips, visiblePlaces: mask.visiblePlaces)
    }
    guard let tape = pretrainingTape else { return 0 }
    tape.drawDroppedPaths(rate: options.dropPath, droppedPathNumbers)
    let masked = mask.masked.first?.count ?? 0
    let predicted = try workspace.buffer("predicted", clips * masked * configuration.patchWidth)  // (clips, masked, patchWidth)
    try network.predict(video, mask, into: predicted, tape: tape, workspace)
    let target = PixelTarget(
      configuration, mean: recipe.mean.map(Float.init), deviation: recipe.deviation.map(Float.init), normalizes: options.normalizesTarget)
    let loss = try target.lossAndGradient(predicted, video, mask, workspace)
    guard loss.isFinite else { throw Self.notFinite }
    try network.backward(predictedGradient: predicted, video: video, mask, tape: tape, gradientMap, workspace)
    countBatch()
    return loss
  }

  /// Readings (clips, outputs) of a batch under the weights as they are now.
  package func readings(
    _ video: UnsafePointer<Float>, clips: Int, into readings: UnsafeMutablePointer<Float>, cancel: CancelToken? = nil
  ) throws(SVFAPError) {
    guard case .affect(let network, let head) = network else {
      throw SVFAPError(.unsupported, "a pre-training has no head: it reads nothing from a video")
    }
    let raw = try workspace.buffer("head.raw", clips * head.rawWidth)  // (clips, rawWidth)
    let weights = HeadGradients.parameters(head, parameters)
    try PluginScope.with(cancel: cancel, pool: workspace.pool) { () throws(SVFAPError) in
      switch head.input {
      case .features:
        let features = try workspace.buffer("features", clips * configuration.embedDim)  // (clips, C)
        try network.features(video, clips: clips, into: features, workspace)
        try head.forward(parameters: weights, input: features, shape: [clips, configuration.embedDim], raw: raw)
      case .tokens:
        try network.withTokens(video, clips: clips, workspace) { (tokens) throws(SVFAPError) in
          try head.forward(parameters: weights, input: tokens, shape: [clips, network.tokenCount, configuration.embedDim], raw: raw)
        }
      }
      try head.readings(raw: raw, clips: clips, readings: readings)
    }
  }

  /// The tape for a batch; none if the encoder is frozen.
  private func affectTape(_ network: AffectNetwork, clips: Int) throws(SVFAPError) -> AffectNetwork.Tape? {
    guard options.trained != .none else { return nil }
    if affectTape?.clips != clips {
      affectTape = nil
      affectTape = try AffectNetwork.Tape(network, clips: clips)
    }
    affectTape?.drawDroppedPaths(rate: options.dropPath, droppedPathNumbers)
    return affectTape
  }

  private var droppedPathNumbers: (UInt64) -> Double {
    let random = CounterRandom(seed: options.seed, stream: "drop path \(batchCount)")
    return { random.uniform($0) }
  }

  private func headCount(_ head: PluginHead) -> Int { head.declarations.reduce(0) { $0 + $1.shape.reduce(1, *) } }

  private func countBatch() {
    accumulated += 1
    batchCount += 1
  }

  private static var notFinite: SVFAPError {
    SVFAPError(.numeric, "the loss is not finite: the batch was left out; a lower learning rate or clip_grad may help")
  }
}

/// A head's parameters, and a place for their gradients that is added to the others only when the loss has proved finite.
struct HeadGradients {
  let parameters: [UnsafePointer<Float>]
  let gradients: [UnsafeMutablePointer<Float>]
  private let counts: [Int]

  init(_ head: PluginHead, _ parameters: ModelParameters, buffer: UnsafeMutablePointer<Float>) {
    self.parameters = Self.parameters(head, parameters)
    counts = head.declarations.map { $0.shape.reduce(1, *) }
    var gradients: [UnsafeMutablePointer<Float>] = []
    var place = buffer
    for count in counts {
      place.update(repeating: 0, count: count)
      gradients.append(place)
      place += count
    }
    self.gradients = gradients
  }

  /// The head's parameters in its order.
  static func parameters(_ head: PluginHead, _ parameters: ModelParameters) -> [UnsafePointer<Float>] {
    head.declarations.compactMap { parameters.index(of: $0.name).map { UnsafePointer(parameters.pointer(at: $0)) } }
  }

  func add(to map: GradientMap) {
    for (index, parameter) in parameters.enumerated() {
      let target = map.of(parameter)
      for number in 0..<counts[index] { target[number] += gradients[index][number] }
    }
  }
}
