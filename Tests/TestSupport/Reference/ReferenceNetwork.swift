import Glibc

/// SVFAP in plain arrays and double precision: an independent statement, written from the description of the published
/// code and not from the library. One clip at a time, nothing shared, nothing fast.
///
/// T time slices, S places a slice, C width, G bottleneck tokens a slice. Tokens are rows, in the order (t, s).
package final class ReferenceNetwork {
  package let sizes: ReferenceSizes
  private let parameter: (String) -> [Double]
  /// Shapes of all parameters that were asked for, by name.
  package private(set) var asked: [String: [Int]] = [:]
  /// What stochastic depth multiplies a branch of a block with: 0 cross-attention, 1 self-attention, 2 MLP.
  package var branchScale: (_ block: String, _ branch: Int) -> Double = { _, _ in 1 }
  /// Called with the name of each step and what it computed.
  package var observe: (String, ReferenceMatrix) -> Void = { _, _ in }
  private var prefix: String { sizes.decoder == nil ? "" : "encoder." }

  /// - Parameter parameter: all numbers of the parameter of that (published) name, in row-major order.
  package init(_ sizes: ReferenceSizes, parameter: @escaping (String) -> [Double]) {
    self.sizes = sizes
    self.parameter = parameter
  }

  func get(_ name: String, _ shape: Int...) -> [Double] {
    let values = parameter(name)
    precondition(values.count == shape.reduce(1, *), "\(name) has \(values.count) numbers; its shape should be \(shape)")
    asked[name] = shape
    return values
  }

  // MARK: Layers

  /// Conv3d with kernel = stride = (tubelet, patch, patch); weight order (c, channel, kt, kh, kw).
  func patchEmbedding(_ clip: [Double]) -> ReferenceMatrix {
    let p = sizes.patch
    let side = sizes.image / p
    let weight = get("\(prefix)patch_embed.proj.weight", sizes.width, 3, sizes.tubelet, p, p)
    let bias = get("\(prefix)patch_embed.proj.bias", sizes.width)
    var patches = ReferenceMatrix(rows: sizes.tokens, width: sizes.patchWidth)
    for t in 0..<sizes.slices {
      for h in 0..<side {
        for w in 0..<side {
          for channel in 0..<3 {
            for kt in 0..<sizes.tubelet {
              for kh in 0..<p {
                for kw in 0..<p {
                  let frame = channel * sizes.frames + sizes.tubelet * t + kt
                  let pixel = (frame * sizes.image + p * h + kh) * sizes.image + p * w + kw
                  patches[(t * side + h) * side + w, ((channel * sizes.tubelet + kt) * p + kh) * p + kw] = clip[pixel]
                }
              }
            }
          }
        }
      }
    }
    return patches.linear(weight, bias)
  }

  func positions(_ count: Int, _ width: Int) -> ReferenceMatrix {
    var table = ReferenceMatrix(rows: count, width: width)
    for position in 0..<count {
      for j in 0..<width {
        let angle = Double(position) / pow(10000, 2 * Double(j / 2) / Double(width))
        table[position, j] = j % 2 == 0 ? sin(angle) : cos(angle)
      }
    }
    return table
  }

  func norm(_ name: String, _ x: ReferenceMatrix) -> ReferenceMatrix {
    x.layerNorm(get("\(name).weight", x.width), get("\(name).bias", x.width), epsilon: sizes.epsilon)
  }

  func linear(_ name: String, _ x: ReferenceMatrix, _ outputs: Int) -> ReferenceMatrix {
    x.linear(get("\(name).weight", outputs, x.width), get("\(name).bias", outputs))
  }

  private func mlp(_ name: String, _ x: ReferenceMatrix, _ hidden: Int, _ outputs: Int) -> ReferenceMatrix {
    linear("\(name).fc2", linear("\(name).fc1", x, hidden).gelu(), outputs)
  }

  private func selfAttention(_ name: String, _ x: ReferenceMatrix, heads: Int) -> ReferenceMatrix {
    let c = x.width
    let bias = get("\(name).q_bias", c) + [Double](repeating: 0, count: c) + get("\(name).v_bias", c)
    let qkv = x.linear(get("\(name).qkv.weight", 3 * c, c), bias)
    let mixed = ReferenceMatrix.attention(qkv.columns(0..<c), qkv.columns(c..<2 * c), qkv.columns(2 * c..<3 * c), heads: heads)
    return linear("\(name).proj", mixed, c)
  }

  private func crossAttention(_ name: String, _ x: ReferenceMatrix, _ context: ReferenceMatrix) -> ReferenceMatrix {
    let c = x.width
    let q = x.linear(get("\(name).q.weight", c, c), get("\(name).q_bias", c))
    let kv = context.linear(get("\(name).kv.weight", 2 * c, c), [Double](repeating: 0, count: c) + get("\(name).v_bias", c))
    let mixed = ReferenceMatrix.attention(q, kv.columns(0..<c), kv.columns(c..<2 * c), heads: sizes.heads)
    return linear("\(name).proj", mixed, c)
  }

  /// A Transformer block; with a context the cross-attention comes first. Layer scale is `gamma_0` to `gamma_2`.
  func block(_ name: String, _ x: ReferenceMatrix, context: ReferenceMatrix? = nil, heads: Int? = nil) -> ReferenceMatrix {
    func scaled(_ index: Int, _ branch: ReferenceMatrix) -> ReferenceMatrix {
      let gamma = sizes.hasLayerScale ? get("\(name).gamma_\(index)", branch.width) : [Double](repeating: 1, count: branch.width)
      return branch.scaled(by: gamma.map { $0 * branchScale(name, index) })
    }
    var x = x
    if let context {
      x = x + scaled(0, crossAttention("\(name).cross_attn", norm("\(name).cross_norm1", x), norm("\(name).cross_norm2", context)))
    }
    x = x + scaled(1, selfAttention("\(name).attn", norm("\(name).norm1", x), heads: heads ?? sizes.heads))
    return x + scaled(2, mlp("\(name).mlp", norm("\(name).norm2", x), Int(Double(x.width) * sizes.mlpRatio), x.width))
  }

  /// Conv1d over the slices of each place, kernel = stride = k; slices that do not fill a kernel are dropped.
  private func temporalDownsample(_ name: String, _ x: ReferenceMatrix, slices: Int) -> ReferenceMatrix {
    let (c, k, places) = (x.width, sizes.kernel, x.rows / slices)
    let weight = get("\(name).weight", c, c, k)
    let bias = get("\(name).bias", c)
    var y = ReferenceMatrix(rows: slices / k * places, width: c)
    for t in 0..<slices / k {
      for s in 0..<places {
        for out in 0..<c {
          var sum = bias[out]
          for tap in 0..<k {
            for channel in 0..<c { sum += weight[(out * c + channel) * k + tap] * x[(k * t + tap) * places + s, channel] }
          }
          y[t * places + s, out] = sum
        }
      }
    }
    return y
  }

  /// Bottleneck tokens: softmax over the places of a slice of MLP(LN(x)), times x itself.
  private func pool(_ name: String, _ x: ReferenceMatrix, slices: Int, tokens: Int) -> ReferenceMatrix {
    let places = x.rows / slices
    let weights = mlp("\(name).mlp", norm("\(name).norm", x), sizes.bottleneckHidden, tokens)
    var pooled: [Double] = []
    for t in 0..<slices {
      let slice = Array(t * places..<(t + 1) * places)
      pooled += (weights.rows(slice).transposed.softmax() * x.rows(slice)).values
    }
    return ReferenceMatrix(rows: slices * tokens, width: x.width, values: pooled)
  }

  /// The tokens after each stage.
  ///
  /// - Parameter patches: what the last block of a later stage attends to in the released code's pre-training.
  func stages(_ x: ReferenceMatrix, patches: ReferenceMatrix? = nil) -> [ReferenceMatrix] {
    var x = x
    var slices = sizes.slices
    var outputs: [ReferenceMatrix] = []
    var index = 0
    for (stage, depth) in sizes.depths.enumerated() {
      if stage == 0 {
        for _ in 0..<depth {
          x = block("\(prefix)blocks.\(index)", x)
          observe("block \(index)", x)
          index += 1
        }
      } else {
        let y = temporalDownsample("\(prefix)temporal_downsamples.\(stage - 1)", x, slices: slices)
        slices /= sizes.kernel
        observe("temporal \(stage - 1)", y)
        var bottleneck = pool("\(prefix)spatial_downsamples.\(stage - 1)", y, slices: slices, tokens: sizes.bottlenecks[stage - 1])
        observe("pool \(stage - 1)", bottleneck)
        for _ in 0..<depth - 1 {
          bottleneck = block("\(prefix)blocks.\(index)", bottleneck, context: y)
          observe("block \(index)", bottleneck)
          index += 1
        }
        x = block("\(prefix)blocks.\(index)", y, context: patches ?? bottleneck)
        observe("block \(index)", x)
        index += 1
      }
      outputs.append(x)
    }
    return outputs
  }

  // MARK: Fine-tuning

  /// The last stage's tokens of a clip (3, frames, image, image).
  package func tokens(_ clip: [Double]) -> ReferenceMatrix {
    let patches = patchEmbedding(clip)
    observe("patch embedding", patches)
    return stages(patches + positions(sizes.tokens, sizes.width)).last ?? patches
  }

  /// fc_norm of the mean token.
  package func features(_ clip: [Double]) -> [Double] { norm("fc_norm", tokens(clip).meanRow).values }

  /// The logits of a linear head with `outputs` outputs.
  package func logits(_ clip: [Double], outputs: Int) -> [Double] {
    linear("head", ReferenceMatrix(rows: 1, width: sizes.width, values: features(clip)), outputs).values
  }
}
