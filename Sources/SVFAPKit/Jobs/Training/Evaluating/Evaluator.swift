import Base
import Data
import Networks
import Plugins
import Reports
import Video

/// Reads every video of a labelled list with a model and measures how well.
final class Evaluator {
  private let model: Model
  private let predictor: Predictor
  private let head: PluginHead
  private let opener: VideoOpener
  private let views: Int
  private let threads: Int
  private let intakes: Lending<ClipIntake>
  /// Places of videos of which the log has told: once is enough for a list that is validated again and again.
  private var told = Set<String>()

  /// - Parameter views: uniform views of each video, whose readings are averaged.
  init(_ model: Model, _ opener: VideoOpener, views: Int, loaderThreads: Int) throws(SVFAPError) {
    self.model = model
    predictor = try Predictor(model, options: PredictorOptions())
    head = try predictor.affect().1
    self.opener = opener
    self.views = views
    threads = loaderThreads
    let recipe = model.recipe
    let configuration = model.configuration
    intakes = Lending { () throws(SVFAPError) in try ClipIntake(recipe, frames: configuration.numFrames, size: configuration.imageSize) }
  }

  private enum Sample: Sendable {
    case clips(EvaluationClips)
    case failed(SVFAPError)
  }

  /// Evaluates a list.
  ///
  /// - Parameters:
  ///   - targets: a row for every entry, as `LabelTargets` makes them.
  ///   - features: receives the mean feature of every video, in the same order.
  ///   - each: receives what was read of every video, in order.
  /// - Throws: `format` if no video could be read; `cancelled`.
  func evaluate(
    _ manifest: Manifest, _ targets: LabelTargets, title: String, _ context: RunContext, features: NumpyFile? = nil,
    each: (ClipReading) throws(SVFAPError) -> Void = { _ in }
  ) throws(SVFAPError) -> EvaluationResult {
    let entries = targets.entries
    let prefetch = try OrderedPrefetch(0..<entries.count, ahead: threads + 1, threads: threads) {
      [opener, intakes, model, views] index -> Sample in
      let path = manifest.path(at: entries[index])
      do throws(SVFAPError) {
        let source = try opener.open(path)
        return .clips(
          try intakes.with { (intake) throws(SVFAPError) in
            try EvaluationClips.load(source, intake, model.recipe, model.configuration, views: views)
          })
      } catch {
        return .failed(error)
      }
    }
    var result = EvaluationResult(head: head, manifest: manifest, unusable: targets.unusable)
    for (index, entry) in entries.enumerated() {
      try context.report("\(title) \(manifest.name)", done: Double(index), total: Double(entries.count))
      guard let sample = prefetch.next() else { break }
      switch sample {
      case .failed(let error):
        guard error.concernsInput else { throw error }
        let place = manifest.place(of: entry)
        if told.insert(place).inserted { model.runtime.log(2, "\(place): left out: \(error.message)") }
        result.skip(entry, error)
      case .clips(let clips):
        let readings = try average(clips, context)
        let reading = ClipReading(entry: manifest[entry], readings: readings, target: targets.row(index))
        result.add(reading)
        if let features { try features.add(row: try averageFeatures(clips, context)) }
        try each(reading)
      }
    }
    try result.finish()
    return result
  }

  /// The mean of the readings of all views.
  private func average(_ clips: EvaluationClips, _ context: RunContext) throws(SVFAPError) -> [Float] {
    try mean(clips, width: head.outputs.count) { (count, values) throws(SVFAPError) in
      try predictor.readings(clips.video.pointer, clips: count, into: values, cancel: context.token)
    }
  }

  /// The mean of the features of all views.
  private func averageFeatures(_ clips: EvaluationClips, _ context: RunContext) throws(SVFAPError) -> [Float] {
    try mean(clips, width: model.configuration.embedDim) { (count, values) throws(SVFAPError) in
      try predictor.features(clips.video.pointer, clips: count, into: values, cancel: context.token)
    }
  }

  private func mean(
    _ clips: EvaluationClips, width: Int, _ compute: (Int, UnsafeMutablePointer<Float>) throws(SVFAPError) -> Void
  ) throws(SVFAPError) -> [Float] {
    let count = clips.weights.count
    let values = try FloatBuffer(count: count * width)  // (different views, width)
    try compute(count, values.pointer)
    let total = clips.weights.reduce(0, +)
    return (0..<width).map { column in
      let sum = (0..<count).reduce(0.0) { $0 + Double(clips.weights[$1]) * Double(values[$1 * width + column]) }
      return Float(sum / Double(max(total, 1)))
    }
  }
}

/// What was read of one video.
struct ClipReading {
  let entry: ManifestEntry
  /// In the order of the head's outputs.
  let readings: [Float]
  let target: [Float]
}
