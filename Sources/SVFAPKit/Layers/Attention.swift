import Base
import Kernels

/// Scaled dot-product attention of one head, a strip of queries at a time: the matrix of all scores is never in memory.
package enum Attention {
  /// Queries in a strip. Fixed: results must not depend on how work is shared out.
  package static let strip = 200

  /// Numbers of scratch memory for a strip against `keys` keys.
  package static func scratchCount(keys: Int) -> Int { strip * keys }

  /// Strips that `queries` queries make.
  package static func strips(_ queries: Int) -> Int { (queries + strip - 1) / strip }

  /// out (rows, d) = softmax(q k^T / sqrt(d)) v for the queries of one strip and all keys.
  ///
  /// Queries, keys, values and results are columns of wider rows; `stride` is the distance between rows.
  package static func forward(
    queries q: UnsafePointer<Float>, _ qStride: Int, rows: Int, keys k: UnsafePointer<Float>, _ kStride: Int,
    values v: UnsafePointer<Float>, _ vStride: Int, keyCount: Int, headWidth d: Int,
    out: UnsafeMutablePointer<Float>, _ outStride: Int, scratch scores: UnsafeMutablePointer<Float>  // (rows, keys)
  ) {
    gemm(.asIs, .transposed, m: rows, n: keyCount, k: d, q, lda: qStride, k, ldb: kStride, scores, ldc: keyCount)
    KernelTable.best.softmax(scores, keyCount, rows, keyCount, 1 / Float(d).squareRoot())
    gemm(.asIs, .asIs, m: rows, n: d, k: keyCount, scores, lda: keyCount, v, ldb: vStride, out, ldc: outStride)
  }
}

/// Self-attention: one weight (3C, C) for queries, keys and values; keys have no bias.
package struct SelfAttention: Sendable {
  package let heads: Int
  package let width: Int
  let qkv: Linear  // C -> 3C, no bias of its own
  package let projection: Linear
  nonisolated(unsafe) let qBias: UnsafePointer<Float>  // (C)
  nonisolated(unsafe) let vBias: UnsafePointer<Float>  // (C)

  package init(qkv: Linear, qBias: UnsafePointer<Float>, vBias: UnsafePointer<Float>, projection: Linear, heads: Int) {
    self.qkv = qkv
    self.qBias = qBias
    self.vBias = vBias
    self.projection = projection
    self.heads = heads
    width = qkv.inputs
  }

  /// y (rows, 3C) = queries, keys and values of x (rows, C), biases added.
  package func project(_ x: UnsafePointer<Float>, _ xStride: Int, _ y: UnsafeMutablePointer<Float>, rows: Int) {
    qkv.multiply(x, xStride, y, 3 * width, rows: rows)
    KernelTable.best.addBias(y, 3 * width, rows, width, qBias)
    KernelTable.best.addBias(y + 2 * width, 3 * width, rows, width, vBias)
  }

  /// One head and strip of `tokens` tokens: out (tokens, C) receives the head's columns.
  package func attend(
    _ qkv: UnsafePointer<Float>, tokens: Int, head: Int, strip: Int, out: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
  ) {
    let d = width / heads
    let start = strip * Attention.strip
    let rows = min(Attention.strip, tokens - start)
    let stride = 3 * width
    Attention.forward(
      queries: qkv + start * stride + head * d, stride, rows: rows, keys: qkv + width + head * d, stride,
      values: qkv + 2 * width + head * d, stride, keyCount: tokens, headWidth: d,
      out: out + start * width + head * d, width, scratch: scratch)
  }
}

/// Cross-attention: queries from the tokens, keys and values from a context; keys have no bias.
package struct CrossAttention: Sendable {
  package let heads: Int
  package let width: Int
  let query: Linear
  let keyValue: Linear
  package let projection: Linear
  nonisolated(unsafe) let qBias: UnsafePointer<Float>  // (C)
  nonisolated(unsafe) let vBias: UnsafePointer<Float>  // (C)

  package init(
    query: Linear, keyValue: Linear, qBias: UnsafePointer<Float>, vBias: UnsafePointer<Float>, projection: Linear, heads: Int
  ) {
    self.query = query
    self.keyValue = keyValue
    self.qBias = qBias
    self.vBias = vBias
    self.projection = projection
    self.heads = heads
    width = query.inputs
  }

  /// y (rows, C) = queries of x (rows, C).
  package func projectQueries(_ x: UnsafePointer<Float>, _ xStride: Int, _ y: UnsafeMutablePointer<Float>, rows: Int) {
    query.multiply(x, xStride, y, width, rows: rows)
    KernelTable.best.addBias(y, width, rows, width, qBias)
  }

  /// y (rows, 2C) = keys and values of the context x (rows, C).
  package func projectContext(_ x: UnsafePointer<Float>, _ xStride: Int, _ y: UnsafeMutablePointer<Float>, rows: Int) {
    keyValue.multiply(x, xStride, y, 2 * width, rows: rows)
    KernelTable.best.addBias(y + width, 2 * width, rows, width, vBias)
  }

  /// One head and strip of `tokens` queries against `contextTokens` keys: out (tokens, C) receives the head's columns.
  package func attend(
    queries: UnsafePointer<Float>, tokens: Int, keyValues: UnsafePointer<Float>, contextTokens: Int, head: Int, strip: Int,
    out: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
  ) {
    let d = width / heads
    let start = strip * Attention.strip
    let rows = min(Attention.strip, tokens - start)
    Attention.forward(
      queries: queries + start * width + head * d, width, rows: rows, keys: keyValues + head * d, 2 * width,
      values: keyValues + width + head * d, 2 * width, keyCount: contextTokens, headWidth: d,
      out: out + start * width + head * d, width, scratch: scratch)
  }
}
