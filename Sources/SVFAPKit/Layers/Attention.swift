import Base
import Kernels

/// Scaled dot-product attention of one head, a strip of queries at a time: the matrix of all scores is never in memory, and
/// the way back computes it once more.
package enum Attention {
  /// Queries in a strip. Fixed: results must not depend on how work is shared out.
  package static let strip = 200

  /// Strips that `queries` queries make.
  package static func strips(_ queries: Int) -> Int { (queries + strip - 1) / strip }

  /// Columns of a wider matrix: `stride` is the distance between rows.
  package struct Columns {
    let pointer: UnsafeMutablePointer<Float>
    let stride: Int

    package init(_ pointer: UnsafeMutablePointer<Float>, _ stride: Int) {
      self.pointer = pointer
      self.stride = stride
    }

    func row(_ index: Int) -> UnsafeMutablePointer<Float> { pointer + index * stride }
    func column(_ index: Int) -> Columns { Columns(pointer + index, stride) }
    func rows(from index: Int) -> Columns { Columns(row(index), stride) }
  }

  /// Queries, keys and values of one head, or their gradients.
  package struct Operands {
    let queries: Columns  // (tokens, d)
    let keys: Columns  // (keyCount, d)
    let values: Columns  // (keyCount, d)

    /// The same for another head.
    func head(_ head: Int, width d: Int) -> Operands {
      Operands(queries: queries.column(head * d), keys: keys.column(head * d), values: values.column(head * d))
    }
  }

  /// Numbers of scratch memory for a strip against `keys` keys, forward and backward.
  package static func scratchCount(keys: Int) -> Int { strip * keys }
  package static func backwardScratchCount(keys: Int) -> Int { 2 * strip * keys }

  /// out (tokens, d), rows of strip `index` = softmax(q k^T / sqrt(d)) v for the queries of that strip and all keys.
  package static func forward(
    _ operands: Operands, strip index: Int, tokens: Int, keyCount: Int, headWidth d: Int, out: Columns, _ precision: Precision,
    scratch scores: UnsafeMutablePointer<Float>  // (strip, keys)
  ) {
    let start = index * strip
    let rows = min(strip, tokens - start)
    probabilities(operands, start: start, rows: rows, keyCount: keyCount, headWidth: d, into: scores, precision)
    gemm(
      precision, .asIs, .asIs, m: rows, n: d, k: keyCount, scores, lda: keyCount, operands.values.pointer, ldb: operands.values.stride,
      out.row(start), ldc: out.stride)
  }

  /// Gradients of queries, keys and values of one head, from the gradient of `forward`'s out (tokens, d), all strips.
  package static func backward(
    _ operands: Operands, outGradient: Columns, tokens: Int, keyCount: Int, headWidth d: Int, into gradients: Operands,
    _ precision: Precision, scratch: UnsafeMutablePointer<Float>  // (2, strip, keys)
  ) {
    let weights = scratch  // (strip, keys)
    let slopes = scratch + strip * keyCount  // (strip, keys)
    for start in stride(from: 0, to: tokens, by: strip) {
      let rows = min(strip, tokens - start)
      let isLater = start > 0
      let out = outGradient.rows(from: start)
      probabilities(operands, start: start, rows: rows, keyCount: keyCount, headWidth: d, into: weights, precision)
      // dv += p^T dout; dp = dout v^T; then through the softmax; dq = ds k; dk += ds^T q.
      gemm(
        precision, .transposed, .asIs, m: keyCount, n: d, k: rows, weights, lda: keyCount, out.pointer, ldb: out.stride, adding: isLater,
        gradients.values.pointer, ldc: gradients.values.stride)
      gemm(
        precision, .asIs, .transposed, m: rows, n: keyCount, k: d, out.pointer, lda: out.stride, operands.values.pointer,
        ldb: operands.values.stride,
        slopes, ldc: keyCount)
      KernelTable.best.softmaxBackward(weights, slopes, keyCount, rows, keyCount, scale(d))
      gemm(
        precision, .asIs, .asIs, m: rows, n: d, k: keyCount, slopes, lda: keyCount, operands.keys.pointer, ldb: operands.keys.stride,
        gradients.queries.row(start), ldc: gradients.queries.stride)
      gemm(
        precision, .transposed, .asIs, m: keyCount, n: d, k: rows, slopes, lda: keyCount, operands.queries.row(start),
        ldb: operands.queries.stride,
        adding: isLater, gradients.keys.pointer, ldc: gradients.keys.stride)
    }
  }

  private static func scale(_ d: Int) -> Float { 1 / Float(d).squareRoot() }

  private static func probabilities(
    _ operands: Operands, start: Int, rows: Int, keyCount: Int, headWidth d: Int, into scores: UnsafeMutablePointer<Float>,
    _ precision: Precision
  ) {
    gemm(
      precision, .asIs, .transposed, m: rows, n: keyCount, k: d, operands.queries.row(start), lda: operands.queries.stride,
      operands.keys.pointer,
      ldb: operands.keys.stride, scores, ldc: keyCount)
    KernelTable.best.softmax(scores, keyCount, rows, keyCount, scale(d))
  }
}

extension Workspace {
  /// Attention of all clips and heads: out (clips, tokens, heads * d).
  func attend(
    clips: Int, heads: Int, headWidth d: Int, tokens: Int, keyCount: Int, _ operands: (_ clip: Int) -> Attention.Operands,
    out: UnsafeMutablePointer<Float>
  ) throws(SVFAPError) {
    let count = Attention.scratchCount(keys: keyCount)
    let scores = try scratch("scores", count)
    let strips = Attention.strips(tokens)
    let width = heads * d
    pool.parallel(clips * heads * strips) { task, worker in
      let clip = task / (heads * strips)
      let head = task / strips % heads
      Attention.forward(
        operands(clip).head(head, width: d), strip: task % strips, tokens: tokens, keyCount: keyCount, headWidth: d,
        out: Attention.Columns(out + clip * tokens * width + head * d, width), precision, scratch: scores + worker * count)
    }
  }

  /// The way back through `attend`: one task a clip and head.
  func attendBackward(
    clips: Int, heads: Int, headWidth d: Int, tokens: Int, keyCount: Int, _ operands: (_ clip: Int) -> Attention.Operands,
    outGradient: UnsafeMutablePointer<Float>, into gradients: (_ clip: Int) -> Attention.Operands
  ) throws(SVFAPError) {
    let count = Attention.backwardScratchCount(keys: keyCount)
    let scratch = try scratch("scores", count)
    let width = heads * d
    pool.parallel(clips * heads) { task, worker in
      let clip = task / heads
      let head = task % heads
      Attention.backward(
        operands(clip).head(head, width: d), outGradient: Attention.Columns(outGradient + clip * tokens * width + head * d, width),
        tokens: tokens, keyCount: keyCount, headWidth: d, into: gradients(clip).head(head, width: d), precision,
        scratch: scratch + worker * count)
    }
  }
}
