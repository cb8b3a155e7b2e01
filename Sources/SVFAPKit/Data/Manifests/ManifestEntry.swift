/// One line of a manifest: a video and what is said about it.
package struct ManifestEntry: Sendable, Equatable {
  /// The video: a file or a folder of frames, as it can be opened.
  package var path: String
  /// The label fields in the order of the manifest, as text: a task head makes numbers of them.
  package var labels: [String] = []
  /// Clips of one group are scored together; nil if the manifest does not say.
  package var group: String?
  /// Who is seen; nil if the manifest does not say.
  package var subject: String?
  /// Part of the data set that the clip belongs to, such as "train"; nil if the manifest does not say.
  package var split: String?
  /// Fold that the clip is tested in; nil if the manifest does not say.
  package var fold: String?
  /// Line of the manifest, from 1; 0 if it comes from no file.
  package var line = 0

  package init(path: String, labels: [String] = [], group: String? = nil, subject: String? = nil, split: String? = nil, fold: String? = nil)
  {
    self.path = path
    self.labels = labels
    self.group = group
    self.subject = subject
    self.split = split
    self.fold = fold
  }
}
