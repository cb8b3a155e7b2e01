import Base
import Networks
import Plugins
import Video

/// Takes one video through a predictor: windows, readings, records, and an account of every frame.
package final class VideoRun {
  /// How a video ended.
  package struct Ending: Sendable {
    /// Nil if the source came to its own end.
    package var error: SVFAPError?
    package var json: JSONValue {
      guard let error else { return ["complete": true] }
      return ["complete": false, "status": .integer(Int64(error.code.rawValue)), "reason": .string(error.message)]
    }
  }

  /// What a window's clip is turned into.
  package enum Wanted: Sendable {
    case readings
    case features
  }

  private let predictor: Predictor
  private let wanted: Wanted
  private let recipe: PreparationRecipe
  private let onRecord: (WindowRecord) throws(SVFAPError) -> Void
  private var assembler: WindowAssembler?
  /// Sums of readings over views; empty for sliding windows.
  private var viewSum: [Float] = []
  private var viewCount = 0
  private var viewWindow: Window?

  package private(set) var windowCount = 0
  /// Windows whose values are all finite.
  private var readableCount = 0
  package private(set) var ending = Ending()
  /// What stopped the work, other than a source that broke off.
  package private(set) var failure: SVFAPError?
  package var account: FrameAccount { assembler?.account ?? FrameAccount() }
  private let cancel: CancelToken?

  /// - Parameter onRecord: receives every record in order; for `features` the readings are the features.
  package init(
    _ predictor: Predictor, wanted: Wanted, cancel: CancelToken?, onRecord: @escaping (WindowRecord) throws(SVFAPError) -> Void
  ) throws(SVFAPError) {
    if wanted == .readings { _ = try predictor.affect() }
    self.predictor = predictor
    self.wanted = wanted
    self.cancel = cancel
    self.onRecord = onRecord
    recipe = try predictor.options.recipe(predictor.model)
  }

  // MARK: A whole source

  /// Reads `source` from where it stands to its end.
  ///
  /// A source that breaks off ends the run without an error: `ending` tells. It is an error if nothing could be read.
  package func run(_ source: any VideoSource, _ context: RunContext, activity: String) throws(SVFAPError) {
    try work { () throws(SVFAPError) in try predict(source, context, activity: activity) }
  }

  private func predict(_ source: any VideoSource, _ context: RunContext, activity: String) throws(SVFAPError) {
    let views = predictor.options.views
    let source = source.timed(by: recipe)
    try PluginScope.with(cancel: context.token, pool: nil) { () throws(SVFAPError) in
      var total = source.info.frameCount.map(Double.init)
      var plan: WindowPlan?
      if views > 0 {
        // Views are spread over the whole video, wherever the source stands.
        try rewind(source)
        let counted = try count(source, context, activity: activity)
        plan = .uniform(views: views, sampled: counted.sampled, clip: predictor.model.configuration.numFrames)
        total = Double(counted.frames)
        try rewind(source)
      }
      try begin(rate: source.info.framesPerSecond, plan: plan)
      try context.report(activity, done: 0, total: total, always: true)
      while let frame = try nextFrame(source) {
        try push(frame)
        try context.report(activity, done: Double(frame.index + 1), total: total)
      }
      if account.decoded == 0 {
        throw ending.error ?? SVFAPError(.format, "there are no frames in it")
      }
      try finish()
      if account.decoded == account.damaged, windowCount == 0 {
        throw SVFAPError(
          .format, "none of its \(account.decoded) frames could be restored: each is damaged, or predicted from a damaged one")
      }
    }
  }

  /// The next frame; nil at the end, also where the source breaks off.
  private func nextFrame(_ source: any VideoSource) throws(SVFAPError) -> Frame? {
    do throws(SVFAPError) {
      return try source.next()
    } catch {
      guard error.code == .format || error.code == .io else { throw error }
      ending.error = error
      return nil
    }
  }

  /// Goes to the first frame, if there is one.
  private func rewind(_ source: any VideoSource) throws(SVFAPError) {
    do throws(SVFAPError) { try source.seek(to: 0) } catch { if error.code != .end { throw error } }
  }

  /// Counts the frames and those that would be sampled, without keeping any.
  private func count(_ source: any VideoSource, _ context: RunContext, activity: String) throws(SVFAPError) -> (frames: Int, sampled: Int) {
    var sampler = FrameSampler(recipe, rate: source.info.framesPerSecond)
    var frames = 0
    var sampled = 0
    while let frame = try nextFrame(source) {
      frames += 1
      sampled += sampler.samples(frame)
      try context.report("\(activity): counting frames", done: Double(frames), total: nil)
    }
    ending.error = nil
    return (frames, sampled)
  }

  // MARK: Frame by frame

  /// Begins a stream of frames of a known or unknown rate.
  package func begin(rate: Double?, plan: WindowPlan? = nil) throws(SVFAPError) {
    let configuration = predictor.model.configuration
    assembler = try WindowAssembler(
      recipe, plan: plan ?? .sliding(hop: recipe.hop / recipe.samplingRate), rate: rate, size: configuration.imageSize,
      length: configuration.numFrames
    ) { [unowned self] (window, clip) throws(SVFAPError) in try self.compute(window, clip) }
  }

  /// Takes the next frame; windows that are complete reach `onRecord` before it returns.
  ///
  /// A failure gives the stream up: whatever follows meets the same error.
  package func push(_ frame: Frame) throws(SVFAPError) {
    try work { () throws(SVFAPError) in try assembler?.add(frame) }
  }

  /// Ends the stream; the last windows reach `onRecord`.
  package func finish() throws(SVFAPError) {
    try work { () throws(SVFAPError) in
      try assembler?.finish()
      if predictor.options.views > 0, viewCount > 0, let window = viewWindow {
        try send(window, viewSum.map { $0 / Float(viewCount) })
      }
    }
  }

  /// Does a part of the work; an error ends all of it, and the account is closed as it stands.
  private func work(_ body: () throws(SVFAPError) -> Void) throws(SVFAPError) {
    if let failure { throw failure }
    do throws(SVFAPError) {
      try body()
    } catch {
      if failure == nil {
        failure = error
        ending.error = error
        assembler?.closeAccount()
      }
      throw error
    }
  }

  private func compute(_ window: Window, _ clip: UnsafePointer<Float>) throws(SVFAPError) {
    let width = wanted == .readings ? predictor.model.outputs.count : predictor.model.configuration.embedDim
    var values = [Float](repeating: 0, count: width)
    let result: Result<Void, SVFAPError> = values.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return .success(()) }
      do throws(SVFAPError) {
        switch wanted {
        case .readings: try predictor.readings(clip, clips: 1, into: base, cancel: cancel)
        case .features: try predictor.features(clip, clips: 1, into: base, cancel: cancel)
        }
        return .success(())
      } catch { return .failure(error) }
    }
    try result.get()
    guard predictor.options.views > 0 else { return try send(window, values) }
    let weight = Float(window.views)
    viewSum = viewSum.isEmpty ? values.map { $0 * weight } : zip(viewSum, values).map { $0 + $1 * weight }
    viewCount += window.views
    viewWindow = viewWindow?.joined(with: window) ?? window
  }

  private func send(_ window: Window, _ values: [Float]) throws(SVFAPError) {
    let reason = values.allSatisfy(\.isFinite) ? nil : "the model computed a number that is not finite"
    var winner: Int?
    if reason == nil, wanted == .readings, predictor.model.head?.isExclusive == true {
      winner = values.indices.max { values[$0] < values[$1] || values[$0] == values[$1] && $0 > $1 }
    }
    windowCount += 1
    if reason == nil { readableCount += 1 }
    try onRecord(WindowRecord(window: window, readings: reason == nil ? values : [], winner: winner, reason: reason))
  }

  /// - Throws: `numeric` if there were windows and the model computed nothing that is finite for any of them.
  package func requireReadings() throws(SVFAPError) {
    guard windowCount > 0, readableCount == 0 else { return }
    let windows = windowCount == 1 ? "its only window" : "all of its \(windowCount) windows"
    throw SVFAPError(
      .numeric, "the model computed numbers that are not finite for \(windows): its weights are broken, or its recipe is not the video's")
  }

  /// Windows, frames and how the video ended.
  package var summary: JSONObject {
    [
      "windows": .integer(Int64(windowCount)), "sampling": .string(assembler?.mode.rawValue ?? "index"), "frames": account.json,
      "ended": ending.json,
    ]
  }
}
