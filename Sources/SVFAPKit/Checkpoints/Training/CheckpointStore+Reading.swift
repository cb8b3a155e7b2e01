import Base

extension CheckpointStore {
  /// A checkpoint that was passed over, and why.
  package struct Skipped: Sendable, Equatable {
    package let name: String
    package let reason: String
  }

  /// What `newest` found.
  package struct Found: Sendable {
    /// nil if there is no checkpoint yet.
    package let state: TrainingState?
    /// Newer ones that cannot be used.
    package let skipped: [Skipped]
  }

  /// The best state, nil if there is none.
  ///
  /// - Throws: `io`, `limit`; `format` if it is damaged.
  package func best() throws(SVFAPError) -> TrainingState? {
    do throws(SVFAPError) { return try TrainingState("\(path)/\(Self.bestName)") } catch {
      if error.code == .notFound { return nil }
      throw error
    }
  }

  /// The newest generation that is whole and belongs to this configuration; the best state if no generation is.
  ///
  /// - Parameter digest: `RunConfiguration.digest` of the run, nil to take any.
  /// - Throws: `format` if there are checkpoints and none can be used: a run must not start anew by itself then. `io`,
  ///   `notFound` if the folder cannot be read.
  package func newest(configuration digest: String? = nil) throws(SVFAPError) -> Found {
    // A saver in another process may remove what was just listed: then there is a newer one.
    for _ in 0..<100 {
      if let found = try newestOfListing(digest) { return found }
    }
    throw SVFAPError(.busy, "\(path): checkpoints are replaced faster than they can be read; try again", detail: ["path": path])
  }

  private func newestOfListing(_ digest: String?) throws(SVFAPError) -> Found? {
    var skipped: [Skipped] = []
    var hasVanished = false
    for name in try steps().map(Self.name) + [Self.bestName] {
      do throws(SVFAPError) {
        return Found(state: try usable(name, digest), skipped: skipped)
      } catch {
        if folder.contains(name) {
          skipped.append(Skipped(name: name, reason: error.message))
        } else if name != Self.bestName {
          hasVanished = true
        }
      }
    }
    if hasVanished { return nil }
    guard let first = skipped.first else { return Found(state: nil, skipped: []) }
    let others = skipped.dropFirst().map { "; \($0.reason)" }.joined()
    throw SVFAPError(
      .format,
      "\(path): none of \(skipped.count) checkpoints can be used: \(first.reason)\(others). To start the run anew, use another folder",
      detail: ["path": path, "found": skipped.map(\.name).joined(separator: ", ")])
  }

  private func usable(_ name: String, _ digest: String?) throws(SVFAPError) -> TrainingState {
    let state = try TrainingState("\(path)/\(name)")
    if let digest, state.configurationDigest != digest {
      throw SVFAPError(
        .config, "\(path)/\(name) belongs to another configuration (\(state.configurationDigest); this run's is \(digest))",
        detail: ["path": "\(path)/\(name)", "expected": digest, "found": state.configurationDigest])
    }
    if let step = Self.step(ofName: name), step != state.step {
      throw SVFAPError(
        .format, "\(path)/\(name) holds step \(state.step), not the one of its name: it was renamed or copied",
        detail: ["path": "\(path)/\(name)", "expected": String(step), "found": String(state.step)])
    }
    return state
  }
}
