import Base
import Data
import Networks
import Plugins
import Synchronization
import Video

/// Makes the clips of a sample: opens its video, chooses frames, augments. Used by several threads at once; what comes out
/// depends on the sample and the key alone.
protocol ClipMaker: Sendable {
  /// Clips that one sample gives.
  var clipsPerSample: Int { get }
  /// Fills clips (clipsPerSample, 3, t, size, size).
  func make(_ path: String, _ key: SampleKey, into clips: UnsafeMutablePointer<Float>) throws(SVFAPError)
}

/// How videos are opened: shared by everything that reads a manifest.
struct VideoOpener: Sendable {
  let registry: PluginRegistry
  let source: String
  let config: JSONValue

  /// - Throws: what is wrong with the options, before any video is opened.
  init(_ options: JSONValue, _ runtime: Runtime) throws(SVFAPError) {
    registry = runtime.registry
    source = options["source"]?.stringValue ?? "auto"
    config = options["source_config"] ?? .object([:])
    try registry.checkSource(source, config: config, at: "/source_config")
  }

  func open(_ path: String) throws(SVFAPError) -> PluginSource { try registry.openSource(path, source: source, config: config) }
}

/// Objects that one thread at a time may use, lent out and taken back.
final class Lending<Object: AnyObject>: @unchecked Sendable {
  // Guarded by `lock`.
  private var free: [Object] = []
  private let lock = Mutex(())
  private let make: @Sendable () throws(SVFAPError) -> Object

  init(_ make: @escaping @Sendable () throws(SVFAPError) -> Object) { self.make = make }

  func with<Result>(_ body: (Object) throws(SVFAPError) -> Result) throws(SVFAPError) -> Result {
    let object = try take()
    defer { give(back: object) }
    return try body(object)
  }

  func take() throws(SVFAPError) -> Object {
    // The lock is not held while a new one is made.
    if let object = lock.withLock({ _ in free.popLast() }) { return object }
    return try make()
  }

  func give(back object: Object) { lock.withLock { _ in free.append(object) } }
}

/// Clips of unlabelled videos (published b.1).
struct PretrainingClipMaker: ClipMaker {
  let clipsPerSample: Int
  private let opener: VideoOpener
  private let recipe: PreparationRecipe
  private let configuration: ModelConfiguration
  private let stopsEarly: Bool
  private let augmentations: Lending<PretrainingAugmentation>

  /// - Parameter stopsEarly: see `FrameSelection.pretraining`.
  init(
    _ opener: VideoOpener, _ augmentation: PretrainingAugmentationOptions, _ recipe: PreparationRecipe, _ configuration: ModelConfiguration,
    clipsPerVideo: Int, stopsEarly: Bool
  ) {
    self.opener = opener
    self.recipe = recipe
    self.configuration = configuration
    clipsPerSample = clipsPerVideo
    self.stopsEarly = stopsEarly
    augmentations = Lending { () throws(SVFAPError) in
      try PretrainingAugmentation(augmentation, recipe: recipe, frames: configuration.numFrames, size: configuration.imageSize)
    }
  }

  func make(_ path: String, _ key: SampleKey, into clips: UnsafeMutablePointer<Float>) throws(SVFAPError) {
    let reader = ClipReader(try opener.open(path), recipe)
    try augmentations.with { (augmentation) throws(SVFAPError) in
      try reader.clips { count in
        var random = key.shared.sequence("frames")
        return FrameSelection.pretraining(
          count: count, length: configuration.numFrames, step: recipe.samplingRate, clips: clipsPerSample, stopsEarly: stopsEarly,
          &random)
      } _: { (clip, frame) throws(SVFAPError) in
        try augmentation.clip(key, into: clips + clip * configuration.clipCount, frame)
      }
    }
  }
}

/// Clips of labelled videos (published c.3, c.4).
struct FineTuningClipMaker: ClipMaker {
  var clipsPerSample: Int { options.repeats }
  private let opener: VideoOpener
  private let options: FineTuningAugmentationOptions
  private let recipe: PreparationRecipe
  private let configuration: ModelConfiguration
  private let augmentations: Lending<FineTuningAugmentation>

  init(
    _ opener: VideoOpener, _ options: FineTuningAugmentationOptions, _ recipe: PreparationRecipe, _ configuration: ModelConfiguration
  ) {
    self.opener = opener
    self.options = options
    self.recipe = recipe
    self.configuration = configuration
    augmentations = Lending { () throws(SVFAPError) in
      try FineTuningAugmentation(options, recipe: recipe, frames: configuration.numFrames, size: configuration.imageSize)
    }
  }

  func make(_ path: String, _ key: SampleKey, into clips: UnsafeMutablePointer<Float>) throws(SVFAPError) {
    let reader = ClipReader(try opener.open(path), recipe)
    try augmentations.with { (augmentation) throws(SVFAPError) in
      try reader.clips { count in
        var random = key.shared.sequence("frames")
        return [FrameSelection.training(count: count, length: configuration.numFrames, step: recipe.samplingRate, &random)]
      } _: { (_, frame) throws(SVFAPError) in
        try augmentation.load(frame)
      }
      for view in 0..<options.repeats {
        var key = key
        key.view = view
        augmentation.augment(key, into: clips + view * configuration.clipCount)
      }
    }
  }
}
