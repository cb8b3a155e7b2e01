extension ReferenceNetwork {
  /// The encoder on the tokens that the mask (true = hidden) leaves: (visible, C).
  package func encode(_ clip: [Double], mask: [Bool]) -> ReferenceMatrix {
    let all = patchEmbedding(clip) + positions(sizes.tokens, sizes.width)
    let visible = all.rows(mask.indices.filter { !mask[$0] })
    let outputs = stages(visible, patches: sizes.isPublished ? all : nil)
    var sum = outputs[0]
    for (stage, output) in outputs.enumerated().dropFirst() { sum = sum + stretched(output, stage: stage, to: visible.rows) }
    return norm("encoder.norm", sum)
  }

  /// A stage's tokens repeated along time until there are as many as before the first stage.
  ///
  /// As meant: every slice k^stage times; slices that were dropped on the way get nothing. As released: the tokens are cut
  /// into as many groups as the stage BEFORE had slices, and each group is repeated k^stage times.
  private func stretched(_ z: ReferenceMatrix, stage: Int, to rows: Int) -> ReferenceMatrix {
    var slices = sizes.slices
    for _ in 0..<(sizes.isPublished ? stage - 1 : stage) { slices /= sizes.kernel }
    let group = z.rows / slices
    var repeats = 1
    for _ in 0..<stage { repeats *= sizes.kernel }
    var values: [Double] = []
    for index in 0..<slices {
      let part = z.rows(Array(index * group..<(index + 1) * group)).values
      for _ in 0..<repeats { values += part }
    }
    values += [Double](repeating: 0, count: rows * z.width - values.count)
    return ReferenceMatrix(rows: rows, width: z.width, values: values)
  }

  /// The predicted pixels of the masked tokens: (masked, 3 * tubelet * patch * patch).
  package func predict(_ clip: [Double], mask: [Bool]) -> ReferenceMatrix {
    let (width, depth, heads) = sizes.decoder ?? (0, 0, 0)
    let position = positions(sizes.tokens, width)
    let visible = encode(clip, mask: mask).linear(
      get("encoder_to_decoder.weight", width, sizes.width), [Double](repeating: 0, count: width))
    let hidden = mask.indices.filter { mask[$0] }
    let token = get("mask_token", 1, 1, width)
    let masks = ReferenceMatrix(rows: hidden.count, width: width, values: hidden.flatMap { _ in token })
    let shown = visible + position.rows(mask.indices.filter { !mask[$0] })
    let waiting = masks + position.rows(hidden)
    var x = ReferenceMatrix(rows: sizes.tokens, width: width, values: shown.values + waiting.values)
    for index in 0..<depth { x = block("decoder.blocks.\(index)", x, heads: heads) }
    let last = x.rows(Array(shown.rows..<x.rows))
    return linear("decoder.head", norm("decoder.norm", last), sizes.patchWidth)
  }

  /// What `predict` is to be: pixels of the masked tokens, each channel of a patch brought to mean 0 and deviation 1
  /// (unbiased), in the order (kt, kh, kw, channel).
  package func target(_ clip: [Double], mask: [Bool], mean: [Double], deviation: [Double]) -> ReferenceMatrix {
    let (p, tubelet) = (sizes.patch, sizes.tubelet)
    let side = sizes.image / p
    let hidden = mask.indices.filter { mask[$0] }
    var result = ReferenceMatrix(rows: hidden.count, width: sizes.patchWidth)
    for (row, token) in hidden.enumerated() {
      let (t, h, w) = (token / (side * side), token / side % side, token % side)
      for channel in 0..<3 {
        var pixels: [Double] = []
        for kt in 0..<tubelet {
          for kh in 0..<p {
            for kw in 0..<p {
              let frame = channel * sizes.frames + tubelet * t + kt
              pixels.append(clip[(frame * sizes.image + p * h + kh) * sizes.image + p * w + kw] * deviation[channel] + mean[channel])
            }
          }
        }
        let average = pixels.reduce(0, +) / Double(pixels.count)
        let variance = pixels.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Double(pixels.count - 1)
        for (place, pixel) in pixels.enumerated() { result[row, place * 3 + channel] = (pixel - average) / (variance.squareRoot() + 1e-6) }
      }
    }
    return result
  }
}
