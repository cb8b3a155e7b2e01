import Base
import TestSupport
import Testing

@testable import Layers

/// Memory that layers read their parameters from, as doubles for the reference and as floats for the layer.
private final class Numbers {
  let values: [Double]
  let buffer: FloatBuffer
  var pointer: UnsafePointer<Float> { UnsafePointer(buffer.pointer) }

  init(_ name: String, _ count: Int, scale: Float = 1) throws {
    let floats = stream(name, seed: 9, count: count).map { $0 * scale }
    values = floats.map { Double($0) }
    buffer = try FloatBuffer(count: count)
    buffer.pointer.update(from: floats, count: count)
  }

  func matrix(_ rows: Int) -> ReferenceMatrix { ReferenceMatrix(rows: rows, width: values.count / rows, values: values) }
}

private func isNear(_ found: FloatBuffer, _ expected: ReferenceMatrix) -> Bool {
  relativeError((0..<found.count).map { found[$0] }, expected.values.map { Float($0) }) < 1e-5
}

@Suite("Layers equal their plain statements")
struct LayersTests {
  private func linear(_ name: String, _ inputs: Int, _ outputs: Int) throws -> (layer: Linear, weight: Numbers, bias: Numbers) {
    let weight = try Numbers("\(name).weight", inputs * outputs, scale: 0.3)
    let bias = try Numbers("\(name).bias", outputs)
    return (Linear(weight: weight.pointer, bias: bias.pointer, inputs: inputs, outputs: outputs), weight, bias)
  }

  @Test("linear layer, with and without its bias", arguments: [(1, 1, 1), (7, 13, 5), (200, 64, 48), (3, 17, 70)])
  func linear(rows: Int, inputs: Int, outputs: Int) throws {
    let (layer, weight, bias) = try linear("l", inputs, outputs)
    let x = try Numbers("x", rows * inputs)
    let y = try FloatBuffer(count: rows * outputs)
    layer.forward(x.pointer, inputs, y.pointer, outputs, rows: rows, .float32)
    #expect(isNear(y, x.matrix(rows).linear(weight.values, bias.values)))
    layer.multiply(x.pointer, inputs, y.pointer, outputs, rows: rows, .float32)
    #expect(isNear(y, x.matrix(rows).linear(weight.values, [Double](repeating: 0, count: outputs))))
  }

  @Test("layer normalisation", arguments: [1e-6, 0.1])
  func layerNorm(epsilon: Double) throws {
    let weight = try Numbers("w", 21)
    let bias = try Numbers("b", 21)
    let x = try Numbers("x", 5 * 21)
    let y = try FloatBuffer(count: 5 * 21)
    LayerNorm(weight: weight.pointer, bias: bias.pointer, width: 21, epsilon: Float(epsilon)).forward(x.pointer, 21, y.pointer, 21, rows: 5)
    #expect(isNear(y, x.matrix(5).layerNorm(weight.values, bias.values, epsilon: Double(Float(epsilon)))))
  }

  /// The end of a branch that starts at `inputs` hidden values: x + scale * gamma * (h W^T + b).
  private func ending(
    _ name: String, _ inputs: Int, _ width: Int
  ) throws -> (end: ResidualProjection, add: (ReferenceMatrix, ReferenceMatrix, Double) -> ReferenceMatrix) {
    let (projection, weight, bias) = try linear(name, inputs, width)
    let gamma = try Numbers("\(name).gamma", width)
    return (
      ResidualProjection(projection, gamma: gamma.pointer),
      { x, h, scale in x + h.linear(weight.values, bias.values).scaled(by: gamma.values.map { $0 * scale }) }
    )
  }

  private func norm(_ name: String, _ width: Int) throws -> (layer: LayerNorm, apply: (ReferenceMatrix) -> ReferenceMatrix) {
    let weight = try Numbers("\(name).weight", width)
    let bias = try Numbers("\(name).bias", width)
    return (
      LayerNorm(weight: weight.pointer, bias: bias.pointer, width: width, epsilon: 1e-6),
      { $0.layerNorm(weight.values, bias.values, epsilon: 1e-6) }
    )
  }

  /// Runs a branch on two clips, one of which keeps it scaled up by 1.25, and compares.
  private func check(
    tokens: Int, width: Int, _ run: (UnsafeMutablePointer<Float>, BranchScales, Workspace) throws -> Void,
    _ expected: (ReferenceMatrix, Double, Int) -> ReferenceMatrix
  ) throws {
    let x = try Numbers("x", 2 * tokens * width)
    let scales = try FloatBuffer(count: 2)
    (scales[0], scales[1]) = (1, 1.25)
    try run(x.buffer.pointer, scales.pointer, Workspace(pool: try ThreadPool(threads: 2)))
    let all = ReferenceMatrix(rows: 2 * tokens, width: width, values: x.values)
    let results = (0..<2).map { clip in
      expected(all.rows(Array(clip * tokens..<(clip + 1) * tokens)), clip == 0 ? 1 : 1.25, clip).values
    }
    #expect(isNear(x.buffer, ReferenceMatrix(rows: 2 * tokens, width: width, values: results[0] + results[1])))
  }

  @Test("MLP branch", arguments: [1, 6, 201])
  func mlp(tokens: Int) throws {
    let (layer, normed) = try norm("norm", 12)
    let (first, weight, bias) = try linear("fc1", 12, 31)
    let (end, add) = try ending("fc2", 31, 12)
    let mlp = MLP(norm: layer, first: first, firstBias: bias.pointer, end: end)
    try check(tokens: tokens, width: 12) { x, scales, workspace in
      try mlp.forward(x, clips: 2, tokens: tokens, scales: scales, tape: nil, workspace)
    } _: { x, scale, _ in
      add(x, normed(x).linear(weight.values, bias.values).gelu(), scale)
    }
  }

  @Test("self-attention branch", arguments: [1, 5, 200, 201, 450])
  func selfAttention(tokens: Int) throws {
    let (width, heads) = (12, 3)
    let (layer, normed) = try norm("norm", width)
    let qkv = try Numbers("qkv", 3 * width * width, scale: 0.8)
    let qBias = try Numbers("q_bias", width)
    let vBias = try Numbers("v_bias", width)
    let (end, add) = try ending("proj", width, width)
    let attention = SelfAttention(
      norm: layer, qkv: Linear(weight: qkv.pointer, bias: nil, inputs: width, outputs: 3 * width), qBias: qBias.pointer,
      vBias: vBias.pointer, end: end, heads: heads)
    let bias = qBias.values + [Double](repeating: 0, count: width) + vBias.values
    try check(tokens: tokens, width: width) { x, scales, workspace in
      try attention.forward(x, clips: 2, tokens: tokens, scales: scales, tape: nil, workspace)
    } _: { x, scale, _ in
      let all = normed(x).linear(qkv.values, bias)
      let (q, k, v) = (all.columns(0..<width), all.columns(width..<2 * width), all.columns(2 * width..<3 * width))
      return add(x, .attention(q, k, v, heads: heads), scale)
    }
  }

  @Test("cross-attention branch: keys and values from a context of another length", arguments: [(1, 1), (4, 300), (250, 3)])
  func crossAttention(tokens: Int, contextTokens: Int) throws {
    let (width, heads) = (8, 2)
    let (layer, normed) = try norm("norm", width)
    let (contextLayer, contextNormed) = try norm("contextNorm", width)
    let (query, queryWeight, queryBias) = try linear("q", width, width)
    let keyValue = try Numbers("kv", 2 * width * width)
    let vBias = try Numbers("v_bias", width)
    let (end, add) = try ending("proj", width, width)
    let attention = CrossAttention(
      norm: layer, contextNorm: contextLayer, query: query,
      keyValue: Linear(weight: keyValue.pointer, bias: nil, inputs: width, outputs: 2 * width), vBias: vBias.pointer, end: end, heads: heads
    )
    let context = try Numbers("context", 2 * contextTokens * width)
    let contexts = ReferenceMatrix(rows: 2 * contextTokens, width: width, values: context.values)
    try check(tokens: tokens, width: width) { x, scales, workspace in
      try attention.forward(
        x, clips: 2, tokens: tokens, context: CrossAttention.Context(context.pointer, count: contextTokens), scales: scales, tape: nil,
        workspace)
    } _: { x, scale, clip in
      let q = normed(x).linear(queryWeight.values, queryBias.values)
      let kv = contextNormed(contexts.rows(Array(clip * contextTokens..<(clip + 1) * contextTokens)))
        .linear(keyValue.values, [Double](repeating: 0, count: width) + vBias.values)
      return add(x, .attention(q, kv.columns(0..<width), kv.columns(width..<2 * width), heads: heads), scale)
    }
    #expect((0..<context.buffer.count).allSatisfy { Double(context.buffer[$0]) == context.values[$0] }, "the context is not changed")
  }

  @Test("the position table is computed in double precision, far out as well")
  func positions() throws {
    let (count, width) = (1600, 24)
    let table = try SinusoidTable(positions: count, width: width)
    #expect(table.pointer[0] == 0 && table.pointer[1] == 1)
    // Even and odd neighbours are sine and cosine of one angle, and the angle grows in equal steps.
    for position in stride(from: 0, to: count - 1, by: 97) {
      for pair in 0..<width / 2 {
        let (s, c) = (Double(table.pointer[position * width + 2 * pair]), Double(table.pointer[position * width + 2 * pair + 1]))
        let (s1, c1) = (Double(table.pointer[width + 2 * pair]), Double(table.pointer[width + 2 * pair + 1]))
        let next = (position + 1) * width + 2 * pair
        #expect(abs(s * s + c * c - 1) < 3e-7)
        #expect(abs(Double(table.pointer[next]) - (s * c1 + c * s1)) < 3e-7)
        #expect(abs(Double(table.pointer[next + 1]) - (c * c1 - s * s1)) < 3e-7)
      }
    }
  }
}

@Suite("The workspace of a caller")
struct WorkspaceTests {
  @Test("a buffer stays where it is until it must grow")
  func buffers() throws {
    let workspace = Workspace(pool: try ThreadPool(threads: 3))
    let first = try workspace.buffer("a", 100)
    first[99] = 7
    #expect(try workspace.buffer("a", 50) == first)
    #expect(try workspace.buffer("b", 50) != first)
    #expect(first[99] == 7)
    let grown = try workspace.buffer("a", 1000)
    for index in 0..<1000 { grown[index] = 1 }
    #expect(try workspace.buffer("a", 10) == grown)
    #expect(failure { try workspace.buffer("a", .max) }?.code == .limit)
    // A size that could not be had leaves a workspace that works.
    #expect(try workspace.buffer("a", 10)[0] == 0)
  }

  @Test("threads' scratch memories lie side by side")
  func scratch() throws {
    let workspace = Workspace(pool: try ThreadPool(threads: 3))
    let scratch = try workspace.scratch("s", 64)
    for index in 0..<3 * 64 { scratch[index] = Float(index) }
    #expect(try workspace.buffer("s", 3 * 64) == scratch)
  }

  @Test("rows are cut into blocks that do not reach over a clip and do not depend on threads", arguments: [1, 3], [1, 199, 200, 201, 650])
  func rows(threads: Int, rows: Int) throws {
    let workspace = Workspace(pool: try ThreadPool(threads: threads))
    let clips = 3
    let seen = try FloatBuffer(count: clips * rows)
    workspace.rows(clips: clips, rows: rows) { clip, start, count, worker in
      #expect(start % Workspace.rowBlock == 0)
      #expect(count == min(Workspace.rowBlock, rows - start))
      #expect(worker < threads)
      for row in start..<start + count { seen[clip * rows + row] += 1 }
    }
    #expect((0..<clips * rows).allSatisfy { seen[$0] == 1 })
  }
}
