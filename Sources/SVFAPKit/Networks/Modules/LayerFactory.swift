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

  func linear(_ name: String, _ inputs: Int, _ outputs: Int, hasBias: Bool = true) throws(SVFAPError) -> Linear {
    Linear(
      weight: try parameters.pointer("\(name).weight"), bias: hasBias ? try parameters.pointer("\(name).bias") : nil, inputs: inputs,
      outputs: outputs)
  }

  func mlp(_ name: String, _ inputs: Int, _ hidden: Int, _ outputs: Int) throws(SVFAPError) -> MLP {
    MLP(first: try linear("\(name).fc1", inputs, hidden), second: try linear("\(name).fc2", hidden, outputs))
  }

  func block(_ name: String, width: Int, heads: Int, hasCross: Bool) throws(SVFAPError) -> Block {
    let hasScale = configuration.layerScaleInit > 0
    var cross: Block.Cross?
    if hasCross {
      let attention = CrossAttention(
        query: try linear("\(name).cross_attn.q", width, width, hasBias: false),
        keyValue: try linear("\(name).cross_attn.kv", width, 2 * width, hasBias: false),
        qBias: try parameters.pointer("\(name).cross_attn.q_bias"), vBias: try parameters.pointer("\(name).cross_attn.v_bias"),
        projection: try linear("\(name).cross_attn.proj", width, width), heads: heads)
      cross = Block.Cross(
        attention: attention, queryNorm: try norm("\(name).cross_norm1", width), contextNorm: try norm("\(name).cross_norm2", width),
        gamma: hasScale ? try parameters.pointer("\(name).gamma_0") : nil)
    }
    let attention = SelfAttention(
      qkv: try linear("\(name).attn.qkv", width, 3 * width, hasBias: false), qBias: try parameters.pointer("\(name).attn.q_bias"),
      vBias: try parameters.pointer("\(name).attn.v_bias"), projection: try linear("\(name).attn.proj", width, width), heads: heads)
    let hidden = Int(Double(width) * configuration.mlpRatio)
    return Block(
      cross: cross, norm1: try norm("\(name).norm1", width), attention: attention,
      gamma1: hasScale ? try parameters.pointer("\(name).gamma_1") : nil, norm2: try norm("\(name).norm2", width),
      mlp: try mlp("\(name).mlp", width, hidden, width), gamma2: hasScale ? try parameters.pointer("\(name).gamma_2") : nil)
  }
}
