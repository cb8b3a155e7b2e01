import Base
import Layers

/// Builds layers from parameters by their published names.
struct LayerFactory {
  let parameters: ModelParameters
  let configuration: ModelConfiguration

  func norm(_ name: String, _ width: Int) throws(SVFAPError) -> LayerNorm {
    LayerNorm(
      weight: try parameters.pointer("\(name).weight"), bias: try parameters.pointer("\(name).bias"), width: width,
      epsilon: Float(configuration.layerNormEps))
  }

  func linear(_ name: String, _ inputs: Int, _ outputs: Int) throws(SVFAPError) -> Linear {
    try linear(name, inputs, outputs, bias: "\(name).bias")
  }

  func embedding(_ name: String) throws(SVFAPError) -> PatchEmbedding {
    PatchEmbedding(
      projection: try linear(name, configuration.patchWidth, configuration.embedDim),
      position: try SinusoidTable(positions: configuration.tokens, width: configuration.embedDim), channels: configuration.inChannels,
      frames: configuration.numFrames, size: configuration.imageSize, tubelet: configuration.tubeletSize, patch: configuration.patchSize)
  }

  func temporalDownsample(_ name: String) throws(SVFAPError) -> TemporalDownsample {
    let width = configuration.embedDim
    let kernel = configuration.temporalKernelSize
    return TemporalDownsample(projection: try linear(name, width * kernel, width), kernel: kernel)
  }

  func spatialBottleneck(_ name: String, tokens: Int) throws(SVFAPError) -> SpatialBottleneck {
    let width = configuration.embedDim
    let hidden = configuration.bottleneckHiddenDim
    return SpatialBottleneck(
      norm: try norm("\(name).norm", width), first: try linear("\(name).mlp.fc1", width, hidden),
      firstBias: try parameters.pointer("\(name).mlp.fc1.bias"), second: try linear("\(name).mlp.fc2", hidden, tokens))
  }

  func block(_ name: String, width: Int, heads: Int, hasCross: Bool) throws(SVFAPError) -> Block {
    let hidden = Int(Double(width) * configuration.mlpRatio)
    let attention = SelfAttention(
      norm: try norm("\(name).norm1", width), qkv: try linear("\(name).attn.qkv", width, 3 * width, bias: nil),
      qBias: try parameters.pointer("\(name).attn.q_bias"), vBias: try parameters.pointer("\(name).attn.v_bias"),
      end: try residual("\(name).attn.proj", width, width, gamma: "\(name).gamma_1"), heads: heads)
    let mlp = MLP(
      norm: try norm("\(name).norm2", width), first: try linear("\(name).mlp.fc1", width, hidden),
      firstBias: try parameters.pointer("\(name).mlp.fc1.bias"),
      end: try residual("\(name).mlp.fc2", hidden, width, gamma: "\(name).gamma_2"))
    return Block(cross: hasCross ? try crossAttention(name, width: width, heads: heads) : nil, attention: attention, mlp: mlp)
  }

  private func crossAttention(_ name: String, width: Int, heads: Int) throws(SVFAPError) -> CrossAttention {
    let cross = "\(name).cross_attn"
    return CrossAttention(
      norm: try norm("\(name).cross_norm1", width), contextNorm: try norm("\(name).cross_norm2", width),
      query: try linear("\(cross).q", width, width, bias: "\(cross).q_bias"),
      keyValue: try linear("\(cross).kv", width, 2 * width, bias: nil), vBias: try parameters.pointer("\(cross).v_bias"),
      end: try residual("\(cross).proj", width, width, gamma: "\(name).gamma_0"), heads: heads)
  }

  private func residual(_ name: String, _ inputs: Int, _ outputs: Int, gamma: String) throws(SVFAPError) -> ResidualProjection {
    ResidualProjection(
      try linear(name, inputs, outputs), gamma: configuration.layerScaleInit > 0 ? try parameters.pointer(gamma) : nil)
  }

  func linear(_ name: String, _ inputs: Int, _ outputs: Int, bias: String?) throws(SVFAPError) -> Linear {
    var biasPointer: UnsafePointer<Float>?
    if let bias { biasPointer = try parameters.pointer(bias) }
    if let panels = try parameters.panels("\(name).weight") { return Linear(panels, bias: biasPointer) }
    return Linear(weight: try parameters.pointer("\(name).weight"), bias: biasPointer, inputs: inputs, outputs: outputs)
  }
}
