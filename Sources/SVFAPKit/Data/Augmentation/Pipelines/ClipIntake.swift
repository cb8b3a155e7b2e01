import Base
import Video

/// Takes the frames of a clip in, one by one, as the model's recipe says: the recipe's part of the frame, or a random part
/// of that, squeezed to the model's size with Pillow's arithmetic. One thread at a time uses an intake.
package final class ClipIntake {
  package let recipe: PreparationRecipe
  /// What was loaded, (t, size, size, 3).
  package let pictures: PictureClip
  private let resizer: PictureResizer

  /// - Parameters:
  ///   - frames: frames of a clip.
  ///   - size: width and height of the model's input.
  package init(_ recipe: PreparationRecipe, frames: Int, size: Int) throws(SVFAPError) {
    self.recipe = recipe
    pictures = try PictureClip(frames: frames, height: size, width: size)
    resizer = PictureResizer(width: size, height: size, filter: recipe.filter)
  }

  /// Fills `pictures`.
  ///
  /// - Parameters:
  ///   - crop: a part of the recipe's part; nil takes all of it.
  ///   - frame: gives the frame for each place of the clip, asked for in order. Its pixels are used before the next one is
  ///     asked for; the same frame may be given again.
  /// - Throws: what `frame` throws; `format` for a frame that is lost or damaged, `shape` for one without pixels.
  package func load(
    _ crop: (MultiScaleCrop, MultiScaleCrop.Choice)?, _ frame: (Int) throws(SVFAPError) -> Frame
  ) throws(SVFAPError) {
    var last: Int?
    for place in 0..<pictures.frames {
      let frame = try frame(place)
      if last == frame.index {
        // Clips that are filled up repeat frames.
        pictures.frame(place).update(from: pictures.frame(place - 1), count: pictures.frameBytes)
      } else {
        try load(frame, crop, into: pictures.frame(place))
      }
      last = frame.index
    }
  }

  private func load(
    _ frame: Frame, _ crop: (MultiScaleCrop, MultiScaleCrop.Choice)?, into target: UnsafeMutablePointer<UInt8>
  ) throws(SVFAPError) {
    guard let rgb = frame.rgb, !frame.isDamaged else {
      throw SVFAPError(.format, "frame \(frame.index) could not be restored", detail: ["where": "frame \(frame.index)"])
    }
    guard frame.width > 0, frame.height > 0, frame.rowBytes >= 3 * frame.width else {
      throw SVFAPError(
        .shape, "frame \(frame.index): \(frame.width) x \(frame.height) pixels in rows of \(frame.rowBytes) bytes are no picture",
        detail: ["where": "frame \(frame.index)"])
    }
    let whole = recipe.box(width: frame.width, height: frame.height)
    guard let (crop, choice) = crop else {
      try resizer.resize(rgb, rowBytes: frame.rowBytes, width: frame.width, height: frame.height, box: whole, into: target)
      return
    }
    // Pixels around a crop must not show at its edges: for the resizer the crop is the whole picture.
    let box = crop.box(choice, height: whole.height, width: whole.width, size: pictures.width)
    let corner = rgb + (whole.y + box.y) * frame.rowBytes + 3 * (whole.x + box.x)
    try resizer.resize(corner, rowBytes: frame.rowBytes, width: box.width, height: box.height, into: target)
  }
}
