import Base

/// Which tokens of each clip are hidden, as index lists.
///
/// A tube mask hides the same places in every time slice: the stages join slices place by place, so anything else
/// has no meaning for the encoder.
package struct TubeMask: Sendable {
  /// Visible and masked token indices of each clip, ascending.
  package let visible: [[Int]]
  package let masked: [[Int]]
  package let visiblePlaces: Int

  /// - Parameter mask: (clips, tokens), true = hidden.
  /// - Throws: `shape` if clips hide different numbers of tokens, all or none are hidden, or a place is not hidden in
  ///   every slice alike.
  package init(_ mask: [Bool], clips: Int, _ configuration: ModelConfiguration) throws(SVFAPError) {
    let tokens = configuration.tokens
    let places = configuration.places
    guard clips > 0, mask.count == clips * tokens else {
      throw SVFAPError(.shape, "mask: expected \(clips) x \(tokens) values, found \(mask.count)")
    }
    var visible: [[Int]] = []
    var masked: [[Int]] = []
    for clip in 0..<clips {
      let row = mask[(clip * tokens)..<((clip + 1) * tokens)]
      for token in places..<max(tokens, places) where row[clip * tokens + token] != row[clip * tokens + token - places] {
        throw SVFAPError(
          .shape, "mask: clip \(clip) hides place \(token % places) in some time slices only; a tube mask hides it in all or in none",
          detail: ["where": "clip \(clip), token \(token)"])
      }
      visible.append((0..<tokens).filter { !row[clip * tokens + $0] })
      masked.append((0..<tokens).filter { row[clip * tokens + $0] })
    }
    guard let count = visible.first?.count, visible.allSatisfy({ $0.count == count }) else {
      throw SVFAPError(.shape, "mask: every clip must hide the same number of tokens")
    }
    guard count > 0, count < tokens else {
      throw SVFAPError(.shape, "mask: \(tokens - count) of \(tokens) tokens are hidden; at least one place must be hidden and one visible")
    }
    visiblePlaces = count / configuration.slices
    do throws(SVFAPError) { try configuration.checkPublishedSum(places: visiblePlaces) } catch { throw error.within("mask") }
    self.visible = visible
    self.masked = masked
  }

  /// The mask of some of the clips.
  package func clips(_ range: Range<Int>) -> TubeMask {
    TubeMask(visible: Array(visible[range]), masked: Array(masked[range]), visiblePlaces: visiblePlaces)
  }

  private init(visible: [[Int]], masked: [[Int]], visiblePlaces: Int) {
    self.visible = visible
    self.masked = masked
    self.visiblePlaces = visiblePlaces
  }

  /// A random tube mask for each clip (published b.3): int(ratio * places) hidden places.
  ///
  /// - Throws: `config` if the ratio is no share.
  package static func random(ratio: Double, clips: Int, seed: UInt64, _ configuration: ModelConfiguration) throws(SVFAPError) -> [Bool] {
    guard (0...1).contains(ratio) else { throw SVFAPError(.config, "the mask ratio \(ratio) is no share from 0 to 1") }
    return random(hidden: Int(ratio * Double(configuration.places)), clips: clips, seed: seed, configuration)
  }

  /// A random tube mask for each clip that hides so many places of a slice.
  package static func random(hidden: Int, clips: Int, seed: UInt64, _ configuration: ModelConfiguration) -> [Bool] {
    let places = configuration.places
    var mask: [Bool] = []
    for clip in 0..<clips {
      let order = CounterRandom(seed: seed, stream: "tube mask \(clip)").permutation(places)
      var slice = [Bool](repeating: false, count: places)
      for place in order.prefix(max(hidden, 0)) { slice[place] = true }
      for _ in 0..<configuration.slices { mask += slice }
    }
    return mask
  }
}
