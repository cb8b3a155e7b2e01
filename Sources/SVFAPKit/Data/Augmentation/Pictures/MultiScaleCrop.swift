import Base
import Video

/// The crop of pre-training: a box of one of several sizes at one of thirteen places, the same in every frame, resized to
/// the model's size (published b.1).
package struct MultiScaleCrop: Sendable, Equatable {
  /// Sides of the box as shares of the frame's shorter side.
  package var scales = [1.0, 0.875, 0.75, 0.66]
  /// How many places apart in `scales` width and height may be.
  package var maximumDistortion = 1

  package init() {}

  /// What was drawn for a clip; frames of other sizes within it get the same choice.
  package struct Choice: Sendable, Equatable {
    /// Which of the possible pairs of sides.
    package let pair: Int
    /// Which of the places.
    package let place: Int

    package init(pair: Int, place: Int) {
      self.pair = pair
      self.place = place
    }
  }

  /// Corners, centre, middles of the sides, and the middles of the quarters: in quarters of the free width and height.
  package static let places: [(x: Int, y: Int)] = [
    (0, 0), (4, 0), (0, 4), (4, 4), (2, 2), (0, 2), (4, 2), (2, 4), (2, 0), (1, 1), (3, 1), (1, 3), (3, 3),
  ]

  /// Places in `scales` of height and width that may go together.
  package var pairs: [(height: Int, width: Int)] {
    var pairs: [(height: Int, width: Int)] = []
    for height in scales.indices {
      for width in scales.indices where abs(height - width) <= maximumDistortion { pairs.append((height, width)) }
    }
    return pairs
  }

  package func draw(_ random: inout RandomSequence) -> Choice {
    Choice(pair: random.integer(below: pairs.count), place: random.integer(below: Self.places.count))
  }

  /// The box of a choice in frames of this size.
  ///
  /// - Parameter size: width and height of the model's input. Sides that are nearly that are made that, which saves
  ///   blurring; the released code does so even where the frame is smaller, and adds a black edge.
  package func box(_ choice: Choice, height: Int, width: Int, size: Int) -> PixelBox {
    let base = Double(min(height, width))
    func side(_ index: Int, within limit: Int) -> Int {
      let side = Int(base * scales[index])
      return abs(side - size) < 3 && size <= limit ? size : min(max(side, 1), limit)
    }
    let pair = pairs[choice.pair]
    let boxHeight = side(pair.height, within: height)
    let boxWidth = side(pair.width, within: width)
    let place = Self.places[choice.place]
    return PixelBox(x: place.x * ((width - boxWidth) / 4), y: place.y * ((height - boxHeight) / 4), width: boxWidth, height: boxHeight)
  }
}
