import Base

/// Whose random numbers: everything that is drawn for a sample is keyed by this, so that it does not depend on threads,
/// on the order of the work or on where a run was resumed.
package struct SampleKey: Sendable, Hashable {
  /// Seed of the run.
  package var seed: UInt64
  package var epoch: Int
  /// Position of the sample in its manifest; for what concerns a whole batch, the batch's number in the epoch.
  package var sample: Int
  /// Which of several clips or augmentations of the same sample.
  package var view: Int

  package init(seed: UInt64, epoch: Int, sample: Int, view: Int = 0) {
    self.seed = seed
    self.epoch = epoch
    self.sample = sample
    self.view = view
  }

  /// The key of what all views of the sample share.
  package var shared: SampleKey { SampleKey(seed: seed, epoch: epoch, sample: sample) }

  /// The random numbers for one purpose.
  package func sequence(_ purpose: String) -> RandomSequence {
    RandomSequence(seed: seed, stream: "\(purpose), epoch \(epoch), sample \(sample), view \(view)")
  }
}
