import Base
import Video

/// Mixup (Zhang et al. 2018) and CutMix (Yun et al. 2019) of whole batches (published c.7): every clip is mixed with the
/// one at the same place from the end of the batch, and so are their target rows.
///
/// Targets are mixed as they are. Label smoothing is affine in them, so that smoothing before or after gives the same
/// loss; it belongs to the head, which knows what its targets mean. In a batch of odd size the clip in the middle is its
/// own partner and stays as it is (the released code refuses such batches).
package struct BatchMixing: Sendable, Equatable {
  /// Share of Beta(mixup, mixup); 0 switches mixup off.
  package var mixup = 0.8
  /// Share of Beta(cutmix, cutmix); 0 switches CutMix off.
  package var cutmix = 1.0
  /// How often a batch is mixed.
  package var probability = 1.0
  /// How often CutMix is taken where both are on.
  package var switchProbability = 0.5

  package init() {}

  /// Whether there is anything to do.
  package var isOn: Bool { probability > 0 && (mixup > 0 || cutmix > 0) }

  /// What was drawn for a batch. Shares are those that the clips keep.
  package enum Draw: Sendable, Equatable {
    case nothing
    case mixup(share: Double)
    case cutmix(box: PixelBox, share: Double)

    /// The share that a clip and its target keep.
    package var share: Double {
      switch self {
      case .nothing: 1
      case .mixup(let share), .cutmix(_, let share): share
      }
    }
  }

  /// Draws for a batch of clips of this size.
  package func draw(height: Int, width: Int, _ random: inout RandomSequence) -> Draw {
    guard isOn, random.chance(probability) else { return .nothing }
    let isCut = cutmix > 0 && (mixup <= 0 || random.chance(switchProbability))
    guard isCut else { return .mixup(share: random.beta(mixup)) }
    let side = (1 - random.beta(cutmix)).squareRoot()
    let boxHeight = Int(Double(height) * side)
    let boxWidth = Int(Double(width) * side)
    let y = random.integer(below: height)
    let x = random.integer(below: width)
    // The box may hang over the edge; what counts is the part inside.
    let top = min(max(y - boxHeight / 2, 0), height)
    let bottom = min(max(y + boxHeight / 2, 0), height)
    let left = min(max(x - boxWidth / 2, 0), width)
    let right = min(max(x + boxWidth / 2, 0), width)
    let box = PixelBox(x: left, y: top, width: right - left, height: bottom - top)
    return .cutmix(box: box, share: 1 - Double(box.width * box.height) / Double(height * width))
  }

  /// Mixes clips (b, planes, height, width) in place; planes are channels times frames.
  ///
  /// - Parameter pool: shares out the pairs; the result does not depend on it.
  package static func mix(
    _ draw: Draw, _ clips: UnsafeMutablePointer<Float>, clips count: Int, planes: Int, height: Int, width: Int, pool: ThreadPool? = nil
  ) {
    let clipCount = planes * height * width
    nonisolated(unsafe) let clips = clips
    func pair(_ index: Int) {
      let a = clips + index * clipCount
      let b = clips + (count - 1 - index) * clipCount
      switch draw {
      case .nothing: break
      case .mixup(let share): blend(a, b, share: Float(share), count: clipCount)
      case .cutmix(let box, _): exchange(a, b, box, planes: planes, height: height, width: width)
      }
    }
    if let pool {
      pool.parallel(count / 2) { index, _ in pair(index) }
    } else {
      for index in 0..<count / 2 { pair(index) }
    }
  }

  /// Mixes target rows (b, width) in place.
  package static func mix(_ draw: Draw, targets: UnsafeMutablePointer<Float>, rows: Int, width: Int) {
    guard draw != .nothing else { return }
    for index in 0..<rows / 2 {
      blend(targets + index * width, targets + (rows - 1 - index) * width, share: Float(draw.share), count: width)
    }
  }

  /// a, b = share a + (1 - share) b, share b + (1 - share) a
  private static func blend(_ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>, share: Float, count: Int) {
    let rest = 1 - share
    for index in 0..<count {
      let left = a[index]
      let right = b[index]
      a[index] = left * share + right * rest
      b[index] = right * share + left * rest
    }
  }

  private static func exchange(
    _ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>, _ box: PixelBox, planes: Int, height: Int, width: Int
  ) {
    for plane in 0..<planes {
      for row in box.y..<box.y + box.height {
        let start = (plane * height + row) * width + box.x
        for column in 0..<box.width {
          let left = a[start &+ column]
          a[start &+ column] = b[start &+ column]
          b[start &+ column] = left
        }
      }
    }
  }
}
