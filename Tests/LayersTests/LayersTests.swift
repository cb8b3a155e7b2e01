import Base
import Layers
import TestSupport
import Testing

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
    layer.forward(x.pointer, inputs, y.pointer, outputs, rows: rows)
    #expect(isNear(y, x.matrix(rows).linear(weight.values, bias.values)))
    layer.multiply(x.pointer, inputs, y.pointer, outputs, rows: rows)
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

  @Test("MLP")
  func mlp() throws {
    let (first, weight1, bias1) = try linear("fc1", 12, 31)
    let (second, weight2, bias2) = try linear("fc2", 31, 9)
    let mlp = MLP(first: first, second: second)
    let x = try Numbers("x", 6 * 12)
    let y = try FloatBuffer(count: 6 * 9)
    let scratch = try FloatBuffer(count: mlp.scratchCount(rows: 6))
    let expected = x.matrix(6).linear(weight1.values, bias1.values).gelu()
    mlp.forward(x.pointer, 12, y.pointer, 9, rows: 6, scratch: scratch.pointer)
    #expect(isNear(y, expected.linear(weight2.values, bias2.values)))
    mlp.multiply(x.pointer, 12, y.pointer, 9, rows: 6, scratch: scratch.pointer)
    #expect(isNear(y, expected.linear(weight2.values, [Double](repeating: 0, count: 9))))
  }

  @Test("self-attention, strip by strip and head by head", arguments: [1, 5, 200, 201, 450])
  func selfAttention(tokens: Int) throws {
    let (width, heads) = (12, 3)
    let qkv = try Numbers("qkv", 3 * width * width, scale: 0.8)
    let qBias = try Numbers("q_bias", width)
    let vBias = try Numbers("v_bias", width)
    let (projection, _, _) = try linear("proj", width, width)
    let attention = SelfAttention(
      qkv: Linear(weight: qkv.pointer, bias: nil, inputs: width, outputs: 3 * width), qBias: qBias.pointer, vBias: vBias.pointer,
      projection: projection, heads: heads)
    let x = try Numbers("x", tokens * width)
    let projected = try FloatBuffer(count: tokens * 3 * width)
    attention.project(x.pointer, width, projected.pointer, rows: tokens)
    let bias = qBias.values + [Double](repeating: 0, count: width) + vBias.values
    let expected = x.matrix(tokens).linear(qkv.values, bias)
    #expect(isNear(projected, expected))
    let out = try FloatBuffer(count: tokens * width)
    let scratch = try FloatBuffer(count: Attention.scratchCount(keys: tokens))
    for head in 0..<heads {
      for strip in 0..<Attention.strips(tokens) {
        attention.attend(projected.pointer, tokens: tokens, head: head, strip: strip, out: out.pointer, scratch: scratch.pointer)
      }
    }
    let (q, k, v) = (expected.columns(0..<width), expected.columns(width..<2 * width), expected.columns(2 * width..<3 * width))
    #expect(isNear(out, .attention(q, k, v, heads: heads)))
  }

  @Test("cross-attention: keys and values from a context of another length", arguments: [(1, 1), (4, 300), (250, 3)])
  func crossAttention(tokens: Int, contextTokens: Int) throws {
    let (width, heads) = (8, 2)
    let query = try Numbers("q", width * width)
    let keyValue = try Numbers("kv", 2 * width * width)
    let qBias = try Numbers("q_bias", width)
    let vBias = try Numbers("v_bias", width)
    let (projection, _, _) = try linear("proj", width, width)
    let attention = CrossAttention(
      query: Linear(weight: query.pointer, bias: nil, inputs: width, outputs: width),
      keyValue: Linear(weight: keyValue.pointer, bias: nil, inputs: width, outputs: 2 * width), qBias: qBias.pointer, vBias: vBias.pointer,
      projection: projection, heads: heads)
    let x = try Numbers("x", tokens * width)
    let context = try Numbers("context", contextTokens * width)
    let queries = try FloatBuffer(count: tokens * width)
    attention.projectQueries(x.pointer, width, queries.pointer, rows: tokens)
    let keyValues = try FloatBuffer(count: contextTokens * 2 * width)
    attention.projectContext(context.pointer, width, keyValues.pointer, rows: contextTokens)
    let out = try FloatBuffer(count: tokens * width)
    let scratch = try FloatBuffer(count: Attention.scratchCount(keys: contextTokens))
    for head in 0..<heads {
      for strip in 0..<Attention.strips(tokens) {
        attention.attend(
          queries: queries.pointer, tokens: tokens, keyValues: keyValues.pointer, contextTokens: contextTokens, head: head, strip: strip,
          out: out.pointer, scratch: scratch.pointer)
      }
    }
    let q = x.matrix(tokens).linear(query.values, qBias.values)
    let kv = context.matrix(contextTokens).linear(keyValue.values, [Double](repeating: 0, count: width) + vBias.values)
    #expect(isNear(out, .attention(q, kv.columns(0..<width), kv.columns(width..<2 * width), heads: heads)))
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
