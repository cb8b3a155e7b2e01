import Base
import Kernels

/// A trainable tensor: its published name, its shape and how it starts.
package struct ParameterDeclaration: Sendable, Equatable {
  /// How a parameter starts (published a.11).
  package enum Initializer: Sendable, Equatable {
    case constant(Double)
    /// Normal with mean 0.
    case normal(standardDeviation: Double)
    /// Normal with mean 0, drawn again while outside ± 1 standard deviation.
    case truncatedNormal(standardDeviation: Double)
    /// Uniform in [-bound, bound).
    case uniform(bound: Double)
  }

  package let name: String
  package let shape: [Int]
  package let initializer: Initializer
  /// Whether weight decay applies to it.
  package let decays: Bool

  package init(_ name: String, _ shape: [Int], _ initializer: Initializer, decays: Bool) {
    self.name = name
    self.shape = shape
    self.initializer = initializer
    self.decays = decays
  }
}

extension ParameterDeclaration {
  /// Whether it is the weight of a linear layer, which a model for prediction may pack. The host's plugins see those of a
  /// head as they are declared.
  var isMatrix: Bool { shape.count > 1 && name.hasSuffix(".weight") && !name.hasPrefix("head.") }

  /// Outputs and inputs of the linear layer.
  var matrixShape: (outputs: Int, inputs: Int) { (shape[0], shape.dropFirst().reduce(1, *)) }

  /// Floats of memory that it takes when packed; nil if it is not.
  func count(packedIn packing: Precision?) -> Int? {
    guard let packing, isMatrix else { return nil }
    let (outputs, inputs) = matrixShape
    return PanelMatrix.count(outputs: outputs, inputs: inputs, precision: packing)
  }

  /// The packed matrix at `pointer`; nil for what is never packed.
  func panels(at pointer: UnsafePointer<Float>, _ packing: Precision) -> PanelMatrix? {
    guard isMatrix else { return nil }
    let (outputs, inputs) = matrixShape
    return PanelMatrix(pointer, outputs: outputs, inputs: inputs, precision: packing)
  }
}

extension ModelConfiguration {
  /// All parameters but the head's, in the published order (published a.10).
  package var declarations: [ParameterDeclaration] {
    var list = DeclarationList(configuration: self)
    return list.all()
  }
}

/// Builds the list of declarations. Weights with two or more dimensions decay; `mask_token` does not.
private struct DeclarationList {
  let configuration: ModelConfiguration
  var list: [ParameterDeclaration] = []

  init(configuration: ModelConfiguration) { self.configuration = configuration }

  mutating func all() -> [ParameterDeclaration] {
    if let decoder = configuration.decoder {
      list.append(.init("mask_token", [1, 1, decoder.embedDim], .truncatedNormal(standardDeviation: 0.02), decays: false))
      trunk(prefix: "encoder.")
      norm("encoder.norm", configuration.embedDim)
      for index in 0..<decoder.depth {
        block("decoder.blocks.\(index)", width: decoder.embedDim, cross: false)
      }
      norm("decoder.norm", decoder.embedDim)
      linear("decoder.head", decoder.embedDim, configuration.patchWidth)
      // The published root never initialises this one: PyTorch's default stays.
      list.append(
        .init(
          "encoder_to_decoder.weight", [decoder.embedDim, configuration.embedDim],
          .uniform(bound: 1 / Double(configuration.embedDim).squareRoot()), decays: true))
    } else {
      trunk(prefix: "")
      norm("fc_norm", configuration.embedDim)
    }
    return list
  }

  private mutating func trunk(prefix: String) {
    let width = configuration.embedDim
    let fan = configuration.patchWidth
    let bound = 1 / Double(fan).squareRoot()
    list.append(
      .init(
        "\(prefix)patch_embed.proj.weight",
        [width, configuration.inChannels, configuration.tubeletSize, configuration.patchSize, configuration.patchSize],
        .uniform(bound: bound), decays: true))
    list.append(.init("\(prefix)patch_embed.proj.bias", [width], .uniform(bound: bound), decays: false))
    var index = 0
    for (stage, depth) in configuration.stageDepths.enumerated() {
      for _ in 0..<depth {
        block("\(prefix)blocks.\(index)", width: width, cross: stage > 0)
        index += 1
      }
    }
    for stage in 1..<max(configuration.stageDepths.count, 1) {
      let name = "\(prefix)temporal_downsamples.\(stage - 1)"
      let kernel = configuration.temporalKernelSize
      let bound = 1 / Double(width * kernel).squareRoot()
      list.append(.init("\(name).weight", [width, width, kernel], .uniform(bound: bound), decays: true))
      list.append(.init("\(name).bias", [width], .uniform(bound: bound), decays: false))
    }
    for stage in 1..<max(configuration.stageDepths.count, 1) {
      let name = "\(prefix)spatial_downsamples.\(stage - 1)"
      norm("\(name).norm", width)
      linear("\(name).mlp.fc1", width, configuration.bottleneckHiddenDim)
      linear("\(name).mlp.fc2", configuration.bottleneckHiddenDim, configuration.numBottleneckTokens[safe: stage - 1] ?? 1)
    }
  }

  private mutating func block(_ name: String, width: Int, cross: Bool) {
    let scale = configuration.layerScaleInit
    if scale > 0 {
      for index in (cross ? 0 : 1)..<3 { list.append(.init("\(name).gamma_\(index)", [width], .constant(scale), decays: false)) }
    }
    if cross {
      biases("\(name).cross_attn", width)
      weight("\(name).cross_attn.q", width, width)
      weight("\(name).cross_attn.kv", width, 2 * width)
      linear("\(name).cross_attn.proj", width, width)
      norm("\(name).cross_norm1", width)
      norm("\(name).cross_norm2", width)
    }
    norm("\(name).norm1", width)
    biases("\(name).attn", width)
    weight("\(name).attn.qkv", width, 3 * width)
    linear("\(name).attn.proj", width, width)
    norm("\(name).norm2", width)
    let hidden = Int(Double(width) * configuration.mlpRatio)
    linear("\(name).mlp.fc1", width, hidden)
    linear("\(name).mlp.fc2", hidden, width)
  }

  private mutating func norm(_ name: String, _ width: Int) {
    list.append(.init("\(name).weight", [width], .constant(1), decays: false))
    list.append(.init("\(name).bias", [width], .constant(0), decays: false))
  }

  private mutating func biases(_ name: String, _ width: Int) {
    list.append(.init("\(name).q_bias", [width], .constant(0), decays: false))
    list.append(.init("\(name).v_bias", [width], .constant(0), decays: false))
  }

  /// Pre-training starts linear weights Xavier-uniform, fine-tuning from scratch normal with 0.02.
  private mutating func weight(_ name: String, _ inputs: Int, _ outputs: Int) {
    let start: ParameterDeclaration.Initializer =
      configuration.isPretraining
      ? .uniform(bound: (6 / Double(inputs + outputs)).squareRoot()) : .normal(standardDeviation: 0.02)
    list.append(.init("\(name).weight", [outputs, inputs], start, decays: true))
  }

  private mutating func linear(_ name: String, _ inputs: Int, _ outputs: Int) {
    weight(name, inputs, outputs)
    list.append(.init("\(name).bias", [outputs], .constant(0), decays: false))
  }
}

extension Array {
  /// The element, or nil if there is none.
  fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
