import Base
import TestSupport
import Testing

@testable import Layers

@Suite("Gradients of every layer are the derivatives of what it computes")
struct LayerDerivativeTests {
  private let clips = 2
  private let width = 8
  private let heads = 2

  @Test("linear layer: weight, bias and input", arguments: [1, 7, 130])
  func linear(outputs: Int) throws {
    let make = try Operands()
    let layer = make.linear("l", 5, outputs)
    let x = make("x", 6 * 5)
    try make.check(outputs: 6 * outputs) { y in
      layer.forward(x, 5, y, outputs, rows: 6, .float32)
    } _: { dy in
      layer.inputGradient(dy, outputs, make.gradient(x), 5, rows: 6, .float32)
      try make.workspace.accumulate([WeightGradient(linear: layer, dy: dy, dyStride: outputs, x: x, xStride: 5, rows: 6)], make.map)
    }
  }

  @Test("layer normalisation: weight, bias and input", arguments: [3, 201])
  func layerNorm(rows: Int) throws {
    let make = try Operands()
    let norm = make.norm("n", width)
    let x = make("x", rows * width)
    try make.check(outputs: rows * width) { y in
      norm.forward(x, width, y, width, rows: rows)
    } _: { dy in
      let dx = make.gradient(x)
      try norm.collectGradients(clips: 1, rows: rows, make.map, make.workspace) { _, start, count, _, piece in
        norm.backward(x + start * width, dy + start * width, addingTo: dx + start * width, rows: count, piece)
      }
    }
  }

  /// Checks a branch that changes its input in place: one clip keeps it as it is, the other scaled up.
  private func checkBranch(
    _ make: Operands, tokens: Int,
    _ forward: (UnsafeMutablePointer<Float>, BranchScales) throws -> Void,
    _ backward: (UnsafeMutablePointer<Float>, BranchScales) throws -> Void
  ) throws {
    let count = clips * tokens * width
    let x = make("x", count)
    let scales = try FloatBuffer(count: clips)
    (scales[0], scales[1]) = (1, 1.25)
    try make.check(outputs: count) { y in
      y.update(from: x, count: count)
      try forward(y, scales.pointer)
    } _: { dy in
      try backward(dy, scales.pointer)
      make.gradient(x).update(from: dy, count: count)
    }
  }

  private func mlp(_ make: Operands) throws -> MLP {
    let first = make.linear("fc1", width, 12)
    return MLP(norm: make.norm("norm2", width), first: first, firstBias: try #require(first.bias), end: make.ending("fc2", 12, width))
  }

  @Test("MLP branch", arguments: [3, 201])
  func mlp(tokens: Int) throws {
    let make = try Operands()
    let layer = try mlp(make)
    let tape = try MLP.Tape(clips: clips, tokens: tokens, width: width, hidden: 12)
    try checkBranch(make, tokens: tokens) { x, scales in
      try layer.forward(x, clips: clips, tokens: tokens, scales: scales, tape: tape, make.workspace)
    } _: { dx, scales in
      try layer.backward(dx, clips: clips, tokens: tokens, scales: scales, tape: tape, make.map, make.workspace)
    }
  }

  private func selfAttention(_ make: Operands) -> SelfAttention {
    SelfAttention(
      norm: make.norm("norm", width), qkv: make.linear("qkv", width, 3 * width, hasBias: false), qBias: make("q_bias", width),
      vBias: make("v_bias", width), end: make.ending("proj", width, width), heads: heads)
  }

  @Test("self-attention branch", arguments: [1, 5, 201])
  func selfAttention(tokens: Int) throws {
    let make = try Operands()
    let layer = selfAttention(make)
    let tape = try SelfAttention.Tape(clips: clips, tokens: tokens, width: width)
    try checkBranch(make, tokens: tokens) { x, scales in
      try layer.forward(x, clips: clips, tokens: tokens, scales: scales, tape: tape, make.workspace)
    } _: { dx, scales in
      try layer.backward(dx, clips: clips, tokens: tokens, scales: scales, tape: tape, make.map, make.workspace)
    }
  }

  private func crossAttention(_ make: Operands) -> CrossAttention {
    CrossAttention(
      norm: make.norm("cross_norm1", width), contextNorm: make.norm("cross_norm2", width), query: make.linear("q", width, width),
      keyValue: make.linear("kv", width, 2 * width, hasBias: false), vBias: make("cross v_bias", width),
      end: make.ending("cross proj", width, width), heads: heads)
  }

  @Test("cross-attention branch, and its context", arguments: [(1, 1), (4, 201), (201, 3)])
  func crossAttention(tokens: Int, contextTokens: Int) throws {
    let make = try Operands()
    let layer = crossAttention(make)
    let tokensOfContext = make("context", clips * contextTokens * width)
    let context = CrossAttention.Context(tokensOfContext, count: contextTokens)
    let tape = try CrossAttention.Tape(clips: clips, tokens: tokens, contextTokens: contextTokens, width: width)
    try checkBranch(make, tokens: tokens) { x, scales in
      try layer.forward(x, clips: clips, tokens: tokens, context: context, scales: scales, tape: tape, make.workspace)
    } _: { dx, scales in
      try layer.backward(
        dx, clips: clips, tokens: tokens, context: context, contextGradient: make.gradient(tokensOfContext), scales: scales, tape: tape,
        make.map, make.workspace)
    }
  }

  @Test("bottleneck block: its three branches one after the other, one of them dropped")
  func block() throws {
    let make = try Operands()
    let (tokens, contextTokens) = (4, 6)
    let cross = crossAttention(make)
    let block = Block(cross: cross, attention: selfAttention(make), mlp: try mlp(make))
    let tokensOfContext = make("context", clips * contextTokens * width)
    let context = CrossAttention.Context(tokensOfContext, count: contextTokens)
    let tape = try Block.Tape(block, clips: clips, tokens: tokens, contextTokens: contextTokens)
    tape.setScale(1.25, branch: 0, clip: 1)
    tape.setScale(0, branch: 1, clip: 0)
    tape.setScale(2, branch: 2, clip: 0)
    try checkBranch(make, tokens: tokens) { x, _ in
      try block.forward(x, clips: clips, tokens: tokens, context: context, tape: tape, make.workspace)
    } _: { dx, _ in
      try block.backward(
        dx, clips: clips, tokens: tokens, context: context, contextGradient: make.gradient(tokensOfContext), tape: tape, make.map,
        make.workspace)
    }
  }

  @Test("patch embedding, of all tokens and of chosen ones", arguments: [nil, [[0, 3, 5], [1, 2, 7]]] as [[[Int]]?])
  func patchEmbedding(chosen: [[Int]]?) throws {
    let make = try Operands()
    let (frames, size, tubelet, patch) = (4, 8, 2, 4)
    let projection = make.linear("proj", 3 * tubelet * patch * patch, width)
    let layer = PatchEmbedding(
      projection: projection, position: try SinusoidTable(positions: 8, width: width), channels: 3, frames: frames, size: size,
      tubelet: tubelet, patch: patch)
    let video = stream("video", seed: 6, count: clips * 3 * frames * size * size)
    let count = chosen?[0].count ?? layer.tokens
    try make.check(outputs: clips * count * width) { y in
      try layer.forward(video, clips: clips, chosen: chosen, y, make.workspace)
    } _: { dy in
      try layer.backward(video, clips: clips, chosen: chosen, dy, make.map, make.workspace)
    }
  }

  @Test("temporal convolution; a slice that does not fill a kernel has no gradient", arguments: [2, 3])
  func temporal(kernel: Int) throws {
    let make = try Operands()
    let (slices, places) = (5, 3)
    let layer = TemporalDownsample(projection: make.linear("conv", width * kernel, width), kernel: kernel)
    let x = make("x", clips * slices * places * width)
    try make.check(outputs: clips * (slices / kernel) * places * width) { y in
      try layer.forward(x, clips: clips, slices: slices, places: places, y, make.workspace)
    } _: { dy in
      try layer.backward(x, clips: clips, slices: slices, places: places, dy, addingTo: make.gradient(x), make.map, make.workspace)
    }
  }

  @Test("pooling into bottleneck tokens", arguments: [(2, 5, 3), (1, 210, 2)])
  func bottleneck(slices: Int, places: Int, tokens: Int) throws {
    let make = try Operands()
    let first = make.linear("fc1", width, 6)
    let bias = try #require(first.bias)
    let layer = SpatialBottleneck(norm: make.norm("norm", width), first: first, firstBias: bias, second: make.linear("fc2", 6, tokens))
    let x = make("x", clips * slices * places * width)
    try make.check(outputs: clips * slices * tokens * width) { y in
      try layer.forward(x, clips: clips, slices: slices, places: places, y, make.workspace)
    } _: { dy in
      try layer.backward(x, clips: clips, slices: slices, places: places, dy, addingTo: make.gradient(x), make.map, make.workspace)
    }
  }
}
