import Base
import Data
import Networks

/// The batches of one epoch, made ahead of their use: samples in the epoch's order, those that cannot be read left out
/// with a reason, so that a batch is always full. What is left over at the end does not become a batch.
final class BatchStream {
  /// A sample that could not be read.
  struct Failure: Sendable {
    let entry: Int
    let error: SVFAPError
  }

  /// One batch; its clips are valid until the next one is asked for.
  struct Batch {
    /// Positions in the manifest of its samples; each gives `clipsPerSample` clips in a row.
    let entries: [Int]
    /// What random numbers of its samples are keyed by.
    let keys: [SampleKey]
    let clips: Int
    let video: UnsafeMutablePointer<Float>  // (clips, 3, t, size, size)
    /// Position in the epoch's order behind this batch.
    let cursor: Int
    /// Samples that were left out since the last batch.
    let failures: [Failure]
  }

  private enum Sample: Sendable {
    case clips(FloatBuffer)
    case failed(SVFAPError)
  }
  private let epoch: Int
  private let seed: UInt64

  private let order: [Int]
  private let size: Int
  private let clipsPerSample: Int
  private let sampleCount: Int
  private let video: FloatBuffer
  private let buffers: Lending<FloatBuffer>
  private let prefetch: OrderedPrefetch<Sample>
  private var cursor: Int
  /// Samples that were left out and are not yet told by a batch; those behind the last batch remain.
  private(set) var failures: [Failure] = []

  /// - Parameters:
  ///   - order: positions in `paths`, in the order of the epoch.
  ///   - cursor: where to begin in `order`.
  ///   - size: samples in a batch.
  ///   - ahead: samples that may wait.
  init(
    order: [Int], from cursor: Int, size: Int, paths: @escaping @Sendable (Int) -> String, maker: any ClipMaker, clipCount: Int,
    epoch: Int, seed: UInt64, ahead: Int, threads: Int, video: FloatBuffer
  ) throws(SVFAPError) {
    self.order = order
    self.size = size
    self.cursor = cursor
    self.video = video
    self.epoch = epoch
    self.seed = seed
    clipsPerSample = maker.clipsPerSample
    let count = maker.clipsPerSample * clipCount
    sampleCount = count
    let buffers = Lending { () throws(SVFAPError) in try FloatBuffer(count: count) }
    self.buffers = buffers
    prefetch = try OrderedPrefetch(cursor..<order.count, ahead: ahead, threads: threads) { position in
      let entry = order[position]
      do throws(SVFAPError) {
        let buffer = try buffers.take()
        do throws(SVFAPError) {
          // The position counts too: balanced sampling shows an entry several times in an epoch.
          try maker.make(paths(entry), SampleKey(seed: seed, epoch: epoch, sample: position), into: buffer.pointer)
        } catch {
          buffers.give(back: buffer)
          throw error
        }
        return .clips(buffer)
      } catch {
        return .failed(error)
      }
    }
  }

  /// Seconds that batches had to be waited for.
  var waited: Double { prefetch.waited }

  /// The next full batch; nil when the epoch has no more.
  ///
  /// - Throws: what is not the sample's fault, such as `noMemory`.
  func next() throws(SVFAPError) -> Batch? {
    var entries: [Int] = []
    var keys: [SampleKey] = []
    while let sample = prefetch.next() {
      let entry = order[cursor]
      cursor += 1
      switch sample {
      case .failed(let error):
        guard error.concernsInput else { throw error }
        failures.append(Failure(entry: entry, error: error))
      case .clips(let buffer):
        (video.pointer + entries.count * sampleCount).update(from: buffer.pointer, count: sampleCount)
        buffers.give(back: buffer)
        entries.append(entry)
        keys.append(SampleKey(seed: seed, epoch: epoch, sample: cursor - 1))
      }
      if entries.count == size {
        defer { failures = [] }
        return Batch(entries: entries, keys: keys, clips: size * clipsPerSample, video: video.pointer, cursor: cursor, failures: failures)
      }
    }
    return nil
  }
}

extension SVFAPError {
  /// Whether the error is one of the video that was read, so that others may go on without it.
  var concernsInput: Bool {
    switch code {
    case .noMemory, .internal, .cancelled, .busy, .badHandle, .abi, .policy: false
    default: true
    }
  }
}
