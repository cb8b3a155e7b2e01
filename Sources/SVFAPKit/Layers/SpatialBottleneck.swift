import Base
import Kernels

/// Pools the places of every time slice into a few bottleneck tokens (published a.7): weights are a softmax over the
/// places of MLP(LN(x)), and they pool x itself, not its normalised form.
package struct SpatialBottleneck: Sendable {
  let norm: LayerNorm
  let mlp: MLP
  private let width: Int

  package init(norm: LayerNorm, mlp: MLP) {
    self.norm = norm
    self.mlp = mlp
    width = norm.width
  }

  /// Bottleneck tokens a slice.
  package var tokens: Int { mlp.second.outputs }

  /// y (clips, slices, G, C) from x (clips, slices, places, C).
  package func forward(
    _ x: UnsafePointer<Float>, clips: Int, slices: Int, places: Int, _ y: UnsafeMutablePointer<Float>, _ workspace: Workspace
  ) throws(SVFAPError) {
    let normScratch = places * width
    let normed = try workspace.scratch("pool.normed", normScratch)  // (places, C)
    let hiddenScratch = mlp.scratchCount(rows: places)
    let hidden = try workspace.scratch("pool.hidden", hiddenScratch)  // (places, hidden)
    let weightScratch = 2 * places * tokens
    let weights = try workspace.scratch("pool.weights", weightScratch)  // (places, G) and (G, places)
    workspace.pool.parallel(clips * slices) { slice, worker in
      let tokensIn = x + slice * places * width
      let mine = normed + worker * normScratch
      let raw = weights + worker * weightScratch
      let turned = raw + places * tokens
      norm.forward(tokensIn, width, mine, width, rows: places)
      mlp.forward(mine, width, raw, tokens, rows: places, scratch: hidden + worker * hiddenScratch)
      for place in 0..<places {
        for token in 0..<tokens { turned[token * places + place] = raw[place * tokens + token] }
      }
      KernelTable.best.softmax(turned, places, tokens, places, 1)
      gemm(
        .asIs, .asIs, m: tokens, n: width, k: places, turned, lda: places, tokensIn, ldb: width, y + slice * tokens * width, ldc: width)
    }
  }
}
