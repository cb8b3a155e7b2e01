import Base
import Video

/// Compares clips with what a model was trained on, and says what differs.
///
/// Bounds are stated where they are used and in the messages: they separate face crops as the published pipelines prepare
/// them from what commonly goes wrong, and are no verdict on single clips.
package struct RecipeComparison: Sendable {
  /// Aspect of the part that the model sees, width by height, that counts as square.
  package static let squareAspects = 0.9...1.1
  /// Distance of a channel's mean from the recipe's, for values from 0 to 1.
  package static let meanBound = 0.25
  /// Ratio of a channel's deviation to the recipe's.
  package static let deviationBounds = 0.5...1.75

  let recipe: PreparationRecipe
  let imageSize: Int
  let clipLength: Int

  /// - Parameters:
  ///   - imageSize: width and height that frames are resized to.
  ///   - clipLength: frames that the model sees of a clip.
  package init(_ recipe: PreparationRecipe, imageSize: Int, clipLength: Int) {
    self.recipe = recipe
    self.imageSize = imageSize
    self.clipLength = clipLength
  }

  /// Everything that differs.
  package func findings(_ clips: [ClipObservation]) -> [DataFinding] {
    let readable = clips.filter { $0.failure == nil }
    let all = [unreadable(clips), damaged(readable)] + sizes(readable) + times(readable) + frameNames(readable) + colors(readable)
    return all.compactMap { $0 }
  }

  /// A finding about the clips that `condition` is true for, with examples unless it is all of several; nil if there are none.
  private func finding(
    _ kind: DataFinding.Kind, _ clips: [ClipObservation], severity: DataFinding.Severity = .warning,
    where condition: (ClipObservation) -> Bool,
    _ message: (_ count: String) -> String
  ) -> DataFinding? {
    let hits = clips.filter(condition)
    guard !hits.isEmpty else { return nil }
    guard hits.count < clips.count || clips.count == 1 else {
      return DataFinding(kind, severity, message("all \(clips.count) clips"), count: hits.count)
    }
    return DataFinding(kind, severity, message("\(hits.count) of \(clips.count) clips"), count: hits.count, examples: hits.lazy.map(\.path))
  }

  // MARK: Files

  private func unreadable(_ clips: [ClipObservation]) -> DataFinding? {
    let failures = clips.filter { $0.failure != nil }
    guard !failures.isEmpty else { return nil }
    return DataFinding(
      .unreadable, failures.count == clips.count ? .error : .warning, "\(failures.count) of \(clips.count) clips cannot be read",
      count: failures.count, examples: failures.lazy.map { $0.failure ?? $0.path })
  }

  private func damaged(_ clips: [ClipObservation]) -> DataFinding? {
    finding(.damagedFrames, clips, where: { $0.damaged > 0 }) { "\($0) have frames that cannot be restored; they are left out of the clip" }
  }

  // MARK: Size

  private func sizes(_ clips: [ClipObservation]) -> [DataFinding?] {
    let sizes = Set(clips.map { [$0.width, $0.height] })
    return [
      finding(.size, clips, where: { smallestSide($0) < imageSize }) {
        "\($0) are smaller than the model's \(imageSize) x \(imageSize) and are enlarged, which shows the model softer pictures than it learned from"
      },
      finding(.aspect, clips, where: { !Self.squareAspects.contains(aspect($0)) }) {
        "\($0) are not square where the model looks (width by height outside 0.9 to 1.1) and are squeezed; if these are whole pictures, crop the faces first"
      },
      sizes.count > 1
        ? DataFinding(
          .unequalSizes, .note, "the clips have \(sizes.count) sizes", count: sizes.count,
          examples: sizes.sorted { $0.lexicographicallyPrecedes($1) }.map { "\($0[0]) x \($0[1])" }) : nil,
    ]
  }

  private func smallestSide(_ clip: ClipObservation) -> Int {
    let box = recipe.box(width: clip.width, height: clip.height)
    return min(box.width, box.height)
  }

  private func aspect(_ clip: ClipObservation) -> Double {
    let box = recipe.box(width: clip.width, height: clip.height)
    return Double(box.width) / Double(max(box.height, 1))
  }

  // MARK: Time

  private func times(_ clips: [ClipObservation]) -> [DataFinding?] {
    let counted = clips.filter { $0.frameCount != nil }
    let normalized = counted.filter { $0.frameCount == clipLength }
    // Three clips of one length by chance are rare; a data set of them is made so.
    let isNormalized = counted.count >= 3 && Double(normalized.count) >= 0.95 * Double(counted.count)
    return [
      finding(.frameRate, clips, where: { !FrameSampler.nearRates.contains(($0.frameRate ?? recipe.frameRate) / recipe.frameRate) }) {
        "\($0) run at a rate that is not near the recipe's \(recipe.frameRate) frames/s (0.8 to 1.25 times); they are sampled by time"
      },
      finding(.unknownFrameRate, clips, severity: .note, where: { $0.frameRate == nil }) {
        "\($0) come without a frame rate; folders of frames are taken to run at the recipe's \(recipe.frameRate) frames/s"
      },
      isNormalized
        ? DataFinding(
          .timeNormalized, .warning,
          "\(normalized.count) of \(counted.count) clips have exactly \(clipLength) frames: this looks like a time-normalised copy, whose motion runs at another speed in every clip; the model was trained on full-length clips, every \(recipe.samplingRate)th frame",
          count: normalized.count, examples: normalized.lazy.map(\.path))
        : finding(.shortClips, counted, severity: .note, where: { ($0.frameCount ?? 0) < span($0) }) {
          "\($0) are shorter than one window (\(clipLength) frames, one in \(recipe.samplingRate) at \(recipe.frameRate) frames/s); their last frame is repeated"
        },
    ]
  }

  /// Frames of a clip that one window spans.
  private func span(_ clip: ClipObservation) -> Int {
    let window = Double(clipLength * recipe.samplingRate)
    guard let rate = clip.frameRate, !FrameSampler.nearRates.contains(rate / recipe.frameRate) else { return Int(window) }
    return Int((window * rate / recipe.frameRate).rounded(.up))
  }

  // MARK: Frame folders

  private func frameNames(_ clips: [ClipObservation]) -> [DataFinding?] {
    let folders = clips.filter { $0.names != nil }
    let misplaced = folders.filter { $0.names?.misplaced.isEmpty == false }
    let examples = misplaced.lazy.map { "\($0.path) (\($0.names?.misplaced.joined(separator: " and ") ?? ""))" }
    return [
      misplaced.isEmpty
        ? nil
        : DataFinding(
          .frameNameOrder, .warning,
          "\(misplaced.count) of \(folders.count) frame folders have names whose order as text is not their order in time; they are read in natural order here, but programs that sort names as text (the published SVFAP code among them) shuffle them",
          count: misplaced.count, examples: examples),
      finding(.mixedPictures, folders, where: { ($0.names?.endings.count ?? 0) > 1 }) {
        "\($0) hold pictures of several kinds (\(Set(folders.flatMap { $0.names?.endings ?? [] }).sorted().joined(separator: ", "))) in one folder: is each frame there once?"
      },
    ]
  }

  // MARK: Colour

  private func colors(_ clips: [ClipObservation]) -> [DataFinding?] {
    let seen = clips.filter { $0.pictures.pixels > 0 }
    let pictured = seen.filter { !$0.pictures.isFlat }
    var all = PictureStatistics()
    for clip in pictured { all.add(clip.pictures) }
    return [
      finding(.flat, seen, where: { $0.pictures.isFlat }) { "\($0) show one colour only, such as black" },
      finding(.grey, pictured, where: { $0.pictures.isGrey }) { "\($0) are grey; the model was trained on colour" },
      finding(.swappedColors, pictured, where: { !$0.pictures.isGrey && $0.pictures.looksSwapped }) {
        "\($0) seem to have red and blue swapped: with the channels exchanged at least four times as many pixels have the colour of skin (rule of Kovač et al. 2003), 5 % of the picture or more"
      },
    ] + (all.pixels > 0 ? levels(all) : [])
  }

  private func levels(_ all: PictureStatistics) -> [DataFinding?] {
    var findings: [DataFinding] = []
    let mean = all.mean
    let deviation = all.deviation
    let far = (0..<3).filter { abs(mean[$0] - recipe.mean[$0]) > Self.meanBound }
    let odd = (0..<3).filter { !Self.deviationBounds.contains(deviation[$0] / recipe.deviation[$0]) }
    func text(_ values: [Double]) -> String { values.map { twoDigits($0) }.joined(separator: " ") }
    if !far.isEmpty {
      findings.append(
        DataFinding(
          .brightness, .warning,
          "the mean of R, G and B is \(text(mean)), the recipe's \(text(recipe.mean)): more than \(Self.meanBound) apart, so the pictures are \(mean[far[0]] > recipe.mean[far[0]] ? "brighter" : "darker") than usual or scaled otherwise"
        ))
    }
    if !odd.isEmpty {
      findings.append(
        DataFinding(
          .contrast, .warning,
          "the deviation of R, G and B is \(text(deviation)), the recipe's \(text(recipe.deviation)): outside \(Self.deviationBounds.lowerBound) to \(Self.deviationBounds.upperBound) times, so the contrast is unusual"
        ))
    }
    return findings
  }
}

/// A number from 0 to 1 with two decimals.
func twoDigits(_ value: Double) -> String {
  let hundredths = Int((value * 100).rounded())
  let rest = hundredths % 100
  return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
}
