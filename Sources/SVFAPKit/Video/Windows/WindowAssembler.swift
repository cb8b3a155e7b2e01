import Base

/// Cuts a stream of frames into clips, in memory that does not grow with its length.
///
/// Sampled frames are resized at once and kept in a ring of one clip. A window leaves when the frame behind it is
/// seen, so that its end is known exactly: it reaches to the next sampled frame. A video shorter than a clip is filled
/// up with its last sampled frame, as the published test sampling does.
package final class WindowAssembler {
  private struct Entry {
    var frame = 0
    var time = 0.0
    var isUsed = false
  }

  private let recipe: PreparationRecipe
  private let plan: WindowPlan
  private let size: Int
  private let length: Int
  private let resizer: PictureResizer
  private let normalizer: ClipNormalizer
  private var sampler: FrameSampler
  private var entries: [Entry]
  private let pixels: ByteBuffer  // (length, size, size, 3)
  private let clip: FloatBuffer  // (3, length, size, size)
  private let onWindow: (Window, UnsafePointer<Float>) throws(SVFAPError) -> Void

  private var kept = 0
  private var windows = 0
  /// Where the next window starts, in sampled frames; nil after the last of the plan.
  private var nextStart: Int?
  /// Windows of a plan of starts that are still to come.
  private var planned: [Int] = []
  private var lastEnd = 0
  private var last: (frame: Int, time: Double)?
  private var lastInterval: Double
  private var countedFrame = -1
  private var isClosed = false
  /// What became of the frames so far; complete after `finish`.
  package private(set) var account = FrameAccount()

  /// - Parameters:
  ///   - rate: frames per second of the source, nil if unknown.
  ///   - onWindow: receives each window and its clip (3, length, size, size), normalised; valid during the call.
  package init(
    _ recipe: PreparationRecipe, plan: WindowPlan, rate: Double?, size: Int, length: Int,
    onWindow: @escaping (Window, UnsafePointer<Float>) throws(SVFAPError) -> Void
  ) throws(SVFAPError) {
    self.recipe = recipe
    self.plan = plan
    self.size = size
    self.length = length
    self.onWindow = onWindow
    resizer = PictureResizer(width: size, height: size, filter: recipe.filter)
    normalizer = ClipNormalizer(recipe)
    sampler = FrameSampler(recipe, rate: rate)
    entries = [Entry](repeating: Entry(), count: length)
    pixels = try ByteBuffer(count: length * size * size * 3)
    clip = try FloatBuffer(count: 3 * length * size * size)
    lastInterval = 1 / (rate ?? recipe.frameRate)
    switch plan {
    case .sliding: nextStart = 0
    case .starts(let starts):
      planned = starts
      nextStart = starts.first
    }
  }

  /// How frames are chosen.
  package var mode: FrameSampler.Mode { sampler.mode }
  /// Sampled frames so far.
  package var sampledCount: Int { kept }

  /// Takes the next frame of the stream.
  package func add(_ frame: Frame) throws(SVFAPError) {
    account.decoded += 1
    if frame.isDamaged || frame.rgb == nil { account.damaged += 1 }
    if let last, frame.time > last.time { lastInterval = frame.time - last.time }
    let samples = sampler.samples(frame)
    for _ in 0..<samples {
      try emitComplete(endFrame: frame.index, endTime: frame.time)
      try keep(frame)
    }
    last = (frame.index, frame.time)
  }

  /// Ends the stream: the last windows leave and the account is closed.
  package func finish() throws(SVFAPError) {
    guard let last else { return }
    let endTime = last.time + lastInterval
    try emitComplete(endFrame: last.frame + 1, endTime: endTime)
    if kept > 0 {
      // What lies behind the last whole window gets one that ends with the video.
      let start = max(kept - length, 0)
      switch plan {
      case .sliding:
        if windows == 0 || lastEnd < kept { try emit(start: start, views: 1, endFrame: last.frame + 1, endTime: endTime) }
      case .starts:
        if !planned.isEmpty { try emit(start: start, views: planned.count, endFrame: last.frame + 1, endTime: endTime) }
      }
    }
    closeAccount()
  }

  /// Settles what became of the frames so far, also of a stream that is given up. Nothing may be added afterwards.
  package func closeAccount() {
    guard !isClosed else { return }
    isClosed = true
    for slot in max(kept - length, 0)..<kept { settle(entries[slot % length]) }
    account.between = account.decoded - account.sampled - account.damaged
  }

  private func keep(_ frame: Frame) throws(SVFAPError) {
    guard let rgb = frame.rgb else { return }
    let slot = kept % length
    if kept >= length { settle(entries[slot]) }
    entries[slot] = Entry(frame: frame.index, time: frame.time)
    let box = recipe.box(width: frame.width, height: frame.height)
    try resizer.resize(
      rgb, rowBytes: frame.rowBytes, width: frame.width, height: frame.height, box: box, into: pixels.pointer + slot * size * size * 3)
    kept += 1
  }

  /// Counts a frame that leaves the ring; one that was kept several times counts once.
  private func settle(_ entry: Entry) {
    guard entry.isUsed, entry.frame != countedFrame else { return }
    account.sampled += 1
    countedFrame = entry.frame
  }

  /// Sends the window off that the ring holds, if it is one of the plan.
  private func emitComplete(endFrame: Int, endTime: Double) throws(SVFAPError) {
    guard let start = nextStart, kept - length == start else { return }
    switch plan {
    case .sliding(let hop):
      nextStart = start + hop
      try emit(start: start, views: 1, endFrame: endFrame, endTime: endTime)
    case .starts:
      let views = planned.prefix { $0 == start }.count
      planned.removeFirst(views)
      nextStart = planned.first
      try emit(start: start, views: views, endFrame: endFrame, endTime: endTime)
    }
  }

  private func emit(start: Int, views: Int, endFrame: Int, endTime: Double) throws(SVFAPError) {
    let available = min(kept - start, length)
    let padding = length - available
    for index in 0..<length {
      let slot = (start + min(index, available - 1)) % length
      entries[slot].isUsed = true
      normalizer.write(pixels.pointer + slot * size * size * 3, frame: index, of: length, size: size, into: clip.pointer)
    }
    let first = entries[start % length]
    let final = entries[(start + available - 1) % length]
    // Where the next sample is the last frame once more, the window reaches to that frame's end.
    let isRepeated = endFrame <= final.frame
    let window = Window(
      index: windows, startFrame: first.frame, endFrame: max(endFrame, final.frame + 1), startTime: first.time,
      endTime: max(isRepeated ? final.time + lastInterval : endTime, first.time), paddedFrames: padding, views: views)
    windows += 1
    lastEnd = start + available
    account.padded += padding
    try onWindow(window, UnsafePointer(clip.pointer))
  }
}
