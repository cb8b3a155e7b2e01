import Base
import Networks

/// Makes the masks of pre-training (published b.3). Every mask of a model hides the same number of tokens.
///
/// The released code knows the window masks but offers no option for them; here they are options like the tube mask.
package struct MaskGenerator: Sendable {
  package let options: MaskOptions
  private let configuration: ModelConfiguration
  private let grid: MaskGrid

  /// - Parameter pointer: where the options stand, for errors.
  /// - Throws: `config` if the options do not suit the model; the message says which values would.
  package init(_ options: MaskOptions, _ configuration: ModelConfiguration, at pointer: String = "/mask") throws(SVFAPError) {
    self.options = options
    self.configuration = configuration
    grid = try MaskGrid(options, configuration, at: pointer)
  }

  /// Hidden tokens of a clip.
  package var hiddenTokens: Int { grid.hidden * grid.units * configuration.slices }

  /// The mask of a clip, one value a token in the model's order (time, row, column); true = hidden.
  ///
  /// Several clips of one video share their mask, as in the released code: the key's view makes no difference.
  package func mask(_ key: SampleKey) -> [Bool] {
    var random = key.shared.sequence("mask")
    if options.kind == .tube { return TubeMask.random(hidden: grid.hidden, clips: 1, seed: random.bits(), configuration) }
    var slice: [Bool] = []
    let isLeftForAll = random.chance(0.5)
    for _ in 0..<grid.units {
      let isLeft = options.kind == .windowLocal ? random.chance(0.5) : isLeftForAll
      slice +=
        options.kind.isHalved ? halvedWindow(visibleLeft: isLeft, &random) : window(places: grid.unitPlaces, hidden: grid.hidden, &random)
    }
    var mask: [Bool] = []
    for _ in 0..<configuration.slices { mask += slice }
    return mask
  }

  /// `hidden` of the places, anywhere.
  private func window(places: Int, hidden: Int, _ random: inout RandomSequence) -> [Bool] {
    var window = (0..<places).map { $0 < hidden }
    for last in stride(from: places - 1, to: 0, by: -1) { window.swapAt(last, random.integer(below: last + 1)) }
    return window
  }

  /// A window of which one half is hidden whole and the rest of the hidden places lie in the other half.
  private func halvedWindow(visibleLeft: Bool, _ random: inout RandomSequence) -> [Bool] {
    let half = grid.unitPlaces / 2
    let open = window(places: half, hidden: grid.hidden - half, &random)
    let halfColumns = grid.columns / 2
    return (0..<grid.unitPlaces).map { place in
      let (row, column) = place.quotientAndRemainder(dividingBy: grid.columns)
      guard (column < halfColumns) == visibleLeft else { return true }
      return open[row * halfColumns + column % halfColumns]
    }
  }
}
