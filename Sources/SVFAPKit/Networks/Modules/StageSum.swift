/// How the tokens of all stages are summed for the decoder: those of a later stage are repeated along time.
///
/// `paper`: a place of the sum gets the token of the same place in the slice that covers its time (nearest neighbour;
/// slices that a stage dropped give nothing). `published`: the released code splits the tokens as if the stage had as many
/// slices as the one before, so half of the places are mixed up (published a.9, flag 2).
struct StageSum: Sendable {
  private let configuration: ModelConfiguration

  init(_ configuration: ModelConfiguration) { self.configuration = configuration }

  /// Adds the tokens of a stage (clips, slices of the stage, places, C) to sum (clips, slices, places, C).
  func add(_ tokens: UnsafePointer<Float>, stage: Int, clips: Int, places: Int, to sum: UnsafeMutablePointer<Float>) {
    forEachPair(stage: stage, clips: clips, places: places) { row, source in
      for channel in 0..<configuration.embedDim { (sum + row)[channel] += (tokens + source)[channel] }
    }
  }

  /// The way back: adds the gradient of the sum to that of a stage's tokens.
  func addGradient(_ sum: UnsafePointer<Float>, stage: Int, clips: Int, places: Int, to tokens: UnsafeMutablePointer<Float>) {
    forEachPair(stage: stage, clips: clips, places: places) { row, source in
      for channel in 0..<configuration.embedDim { (tokens + source)[channel] += (sum + row)[channel] }
    }
  }

  /// Visits each row of the sum with the row of the stage that is added there; both as offsets of numbers.
  private func forEachPair(stage: Int, clips: Int, places: Int, _ body: (_ row: Int, _ source: Int) -> Void) {
    let width = configuration.embedDim
    let count = configuration.slices * places
    let stageCount = configuration.slices(stage: stage) * places
    for clip in 0..<clips {
      for row in 0..<count {
        guard let source = source(row, stage: stage, places: places) else { continue }
        body((clip * count + row) * width, (clip * stageCount + source) * width)
      }
    }
  }

  private func source(_ row: Int, stage: Int, places: Int) -> Int? {
    let kernel = configuration.temporalKernelSize
    let slices = configuration.slices(stage: stage)
    let repeats = (0..<stage).reduce(1) { product, _ in product * kernel }
    switch configuration.pretrainingVariant {
    case .paper:
      let slice = row / places / repeats
      return slice < slices ? slice * places + row % places : nil
    case .published:
      let groups = stage == 0 ? slices : slices * kernel
      let groupSize = slices * places / groups
      let group = row / (groupSize * repeats)
      return group < groups ? group * groupSize + row % groupSize : nil
    }
  }
}
