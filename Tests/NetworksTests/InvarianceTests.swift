import Base
import Layers
import Networks
import TestSupport
import Testing

/// Sizes with more tokens than a block of rows and a strip of queries have, and heads enough for many threads.
private let large = Shape(
  "648 tokens", ["image_size": 36, "stage_depths": [2, 2, 1], "embed_dim": 24, "num_heads": 4, "layer_scale_init": 0.5])

@Suite("Results are the same bits whatever the threads and the companions")
struct InvarianceTests {
  private func features(_ configuration: ModelConfiguration, _ video: [Float], clips: Int, threads: Int) throws -> [Float] {
    let network = try AffectNetwork(configuration, try Weights(seeded: configuration).parameters)
    var features = [Float](repeating: 0, count: clips * configuration.embedDim)
    try network.features(video, clips: clips, into: &features, Workspace(pool: try ThreadPool(threads: threads)))
    return features
  }

  @Test("features", arguments: [large, shapes[2], shapes[5]])
  func features(shape: Shape) throws {
    let configuration = try shape.configuration()
    let video = video(configuration, clips: 3)
    let together = try features(configuration, video, clips: 3, threads: 1)
    #expect(together.allSatisfy { $0.isFinite })
    for threads in [2, 3, 8] { #expect(try features(configuration, video, clips: 3, threads: threads) == together, "\(threads) threads") }
    for index in 0..<3 {
      let alone = Array(video[index * configuration.clipCount..<(index + 1) * configuration.clipCount])
      let found = try features(configuration, alone, clips: 1, threads: 2)
      #expect(found == Array(together[index * configuration.embedDim..<(index + 1) * configuration.embedDim]), "clip \(index) alone")
    }
  }

  @Test("encoding and prediction", arguments: ["paper", "published"])
  func pretraining(variant: String) throws {
    let configuration = try large.pretraining(variant, decoder: ["embed_dim": 24, "depth": 1, "num_heads": 4]).configuration()
    let network = try MaskedAutoencoder(configuration, try Weights(seeded: configuration).parameters)
    let video = video(configuration, clips: 2)
    let hidden = try TubeMask.random(ratio: 0.51, clips: 2, seed: 5, configuration)

    func run(_ clips: Range<Int>, threads: Int) throws -> (encoded: [Float], predicted: [Float]) {
      let tokens = Array(hidden[clips.lowerBound * configuration.tokens..<clips.upperBound * configuration.tokens])
      let mask = try TubeMask(tokens, clips: clips.count, configuration)
      let pixels = Array(video[clips.lowerBound * configuration.clipCount..<clips.upperBound * configuration.clipCount])
      let workspace = Workspace(pool: try ThreadPool(threads: threads))
      var encoded = [Float](repeating: 0, count: clips.count * mask.visible[0].count * configuration.embedDim)
      try network.encode(pixels, mask, into: &encoded, workspace)
      var predicted = [Float](repeating: 0, count: clips.count * mask.masked[0].count * configuration.patchWidth)
      try network.predict(pixels, mask, into: &predicted, workspace)
      return (encoded, predicted)
    }

    let together = try run(0..<2, threads: 1)
    #expect(together.predicted.allSatisfy { $0.isFinite })
    for threads in [2, 3, 8] {
      let found = try run(0..<2, threads: threads)
      #expect(found.encoded == together.encoded && found.predicted == together.predicted, "\(threads) threads")
    }
    for clip in 0..<2 {
      let alone = try run(clip..<clip + 1, threads: 3)
      #expect(alone.encoded == Array(together.encoded[clip * alone.encoded.count..<(clip + 1) * alone.encoded.count]))
      #expect(alone.predicted == Array(together.predicted[clip * alone.predicted.count..<(clip + 1) * alone.predicted.count]))
    }
  }

  @Test("a workspace that was used for other sizes before")
  func usedWorkspace() throws {
    let workspace = Workspace(pool: try ThreadPool(threads: 2))
    for shape in [shapes[3], large, shapes[0], shapes[3]] {
      let configuration = try shape.configuration()
      let video = video(configuration, clips: 2)
      let network = try AffectNetwork(configuration, try Weights(seeded: configuration).parameters)
      var found = [Float](repeating: 0, count: 2 * configuration.embedDim)
      try network.features(video, clips: 2, into: &found, workspace)
      #expect(try features(configuration, video, clips: 2, threads: 2) == found)
    }
  }

  @Test("one network, used by several callers at once")
  func sharedNetwork() throws {
    let configuration = try shapes[2].configuration()
    let network = try AffectNetwork(configuration, try Weights(seeded: configuration).parameters)
    let video = video(configuration, clips: 4)
    let expected = try features(configuration, video, clips: 4, threads: 1)
    let found = try FloatBuffer(count: 4 * configuration.embedDim)
    let pool = try ThreadPool(threads: 2)
    atOnce(4) { clip in
      let pixels = Array(video[clip * configuration.clipCount..<(clip + 1) * configuration.clipCount])
      // All share one pool: one gets it, the others work alone.
      let workspace = Workspace(pool: pool)
      for _ in 0..<5 {
        let error = failure { try network.features(pixels, clips: 1, into: found.pointer + clip * configuration.embedDim, workspace) }
        #expect(error == nil)
      }
    }
    #expect((0..<found.count).allSatisfy { found[$0] == expected[$0] })
  }

  @Test("NaN in one clip stays in that clip")
  func notANumber() throws {
    let configuration = try shapes[2].configuration()
    var video = video(configuration, clips: 2)
    let clean = try features(configuration, video, clips: 2, threads: 2)
    video[5] = .nan
    let found = try features(configuration, video, clips: 2, threads: 2)
    #expect(found[..<configuration.embedDim].allSatisfy { $0.isNaN })
    #expect(Array(found[configuration.embedDim...]) == Array(clean[configuration.embedDim...]))
  }
}
