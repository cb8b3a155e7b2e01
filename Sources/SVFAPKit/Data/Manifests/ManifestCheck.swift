import Base
import Glibc

/// Looks for mistakes in one manifest that make a training worthless or a figure wrong.
package struct ManifestCheck {
  /// What the manifest is, in messages: "training list", "list train.csv" ...
  let role: String
  let manifest: Manifest

  package init(_ manifest: Manifest, role: String) {
    self.manifest = manifest
    self.role = role
  }

  /// Everything that can be said of the list alone, without looking at the disk.
  ///
  /// - Parameter classes: the classes that a model or a data set knows; nil to take the labels as they come.
  package func findings(classes: [String]? = nil) -> [DataFinding] {
    guard !manifest.isEmpty else { return [DataFinding(.empty, .error, "the \(role) has no entries")] }
    return duplicates() + missingClasses(classes)
  }

  // MARK: Entries that stand twice

  private func duplicates() -> [DataFinding] {
    var seen: [UInt64: Int32] = [:]
    seen.reserveCapacity(manifest.count)
    var repeated: [Int] = []
    var contradicting: [Int] = []
    for index in manifest.indices {
      // 64 bits of a hash stand for a path: far less memory, and a false hit is ruled out by comparing.
      guard let first = seen.updateValue(Int32(index), forKey: pathHash(manifest.path(at: index))).map(Int.init) else { continue }
      guard manifest.path(at: first) == manifest.path(at: index) else { continue }
      if manifest.labels(at: first) == manifest.labels(at: index) { repeated.append(index) } else { contradicting.append(index) }
    }
    var findings: [DataFinding] = []
    if !repeated.isEmpty {
      findings.append(
        DataFinding(
          .duplicatePath, .warning, "\(repeated.count) entries of the \(role) stand there twice", count: repeated.count,
          examples: repeated.lazy.map { manifest.place(of: $0) }))
    }
    if !contradicting.isEmpty {
      findings.append(
        DataFinding(
          .contradictingLabels, .error, "\(contradicting.count) videos of the \(role) stand there twice with labels that differ",
          count: contradicting.count, examples: contradicting.lazy.map { manifest.place(of: $0) }))
    }
    return findings
  }

  private func missingClasses(_ classes: [String]?) -> [DataFinding] {
    guard let classes, manifest.labelNames.count == 1 else { return [] }
    let counts = manifest.classCounts()
    let missing = classes.enumerated().filter { index, name in counts[name] == nil && counts[String(index)] == nil }.map(\.element)
    guard !missing.isEmpty else { return [] }
    return [
      DataFinding(
        .missingClass, .warning, "the \(role) has no clip of \(missing.count) of \(classes.count) classes, so their recall is undefined",
        count: missing.count, examples: missing)
    ]
  }

  // MARK: The disk

  /// Entries that lead nowhere, and entries that are one file under several names. Looks at every file, opens none.
  ///
  /// - Throws: `cancelled`.
  package func filesOnDisk(_ context: RunContext? = nil) throws(SVFAPError) -> [DataFinding] {
    var missing: [Int] = []
    var repeated: [Int] = []
    var seen: [FileIdentity: Int32] = [:]
    for index in manifest.indices {
      try context?.report("look at the files of \(manifest.name)", done: Double(index), total: Double(manifest.count))
      let path = manifest.path(at: index)
      if namesNoFile(path) { continue }
      guard let identity = FileIdentity(of: path) else {
        missing.append(index)
        continue
      }
      if let first = seen.updateValue(Int32(index), forKey: identity), manifest.path(at: Int(first)) != path { repeated.append(index) }
    }
    var findings: [DataFinding] = []
    if !missing.isEmpty {
      let isAll = missing.count == manifest.count
      let advice = isAll ? "; relative paths begin at the manifest's folder unless a root is given" : ""
      findings.append(
        DataFinding(
          .missingFile, isAll ? .error : .warning, "\(missing.count) of \(manifest.count) videos of the \(role) are not there\(advice)",
          count: missing.count, examples: missing.lazy.map { manifest.path(at: $0) }))
    }
    if !repeated.isEmpty {
      findings.append(
        DataFinding(
          .sameFile, .warning, "\(repeated.count) videos of the \(role) are files that it holds under another name already",
          count: repeated.count,
          examples: repeated.lazy.map { manifest.path(at: $0) }))
    }
    return findings
  }
}

/// FNV-1a, mixed.
func pathHash(_ path: String) -> UInt64 {
  var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  for byte in path.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
  return CounterRandom.mix(hash)
}

extension Manifest {
  /// How many entries have each label, for a manifest with one label column; empty for several.
  package func classCounts() -> [String: Int] {
    guard labelNames.count == 1 else { return [:] }
    var counts: [String: Int] = [:]
    for index in indices { counts[labels(at: index)[0], default: 0] += 1 }
    return counts
  }

  /// The labels of a manifest with one label column as classes, most frequent first; nil if they look like measurements.
  package func classes(limit: Int = 1000) -> [(name: String, count: Int)]? {
    let counts = classCounts()
    guard !counts.isEmpty, counts.count <= limit, !counts.keys.contains(where: { Int($0) == nil && Double($0) != nil }) else { return nil }
    return counts.map { ($0.key, $0.value) }.sorted { $0.1 != $1.1 ? $0.1 > $1.1 : naturallyPrecedes($0.0, $1.0) }
  }
}
