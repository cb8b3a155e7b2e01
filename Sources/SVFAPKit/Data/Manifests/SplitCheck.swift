import Base

/// Looks for what two lists share and must not: a test figure is worth nothing if its clips or its people were trained on.
package struct SplitCheck {
  /// A list and what it is for: "training list", "validation list", "test list".
  package typealias Part = (role: String, manifest: Manifest)

  let first: Part
  let second: Part

  package init(_ first: Part, _ second: Part) {
    self.first = first
    self.second = second
  }

  /// All pairs of `parts`.
  package static func findings(_ parts: [Part], lookingAtFiles: Bool = false, _ context: RunContext? = nil) throws(SVFAPError)
    -> [DataFinding]
  {
    var findings: [DataFinding] = []
    for (index, first) in parts.enumerated() {
      for second in parts[(index + 1)...] {
        let check = SplitCheck(first, second)
        findings += check.findings()
        if lookingAtFiles { findings += try check.filesOnDisk(context) }
      }
    }
    return findings
  }

  /// What can be said without looking at the disk.
  package func findings() -> [DataFinding] {
    guard !first.manifest.isEmpty, !second.manifest.isEmpty else { return [] }
    let shared = sharedPaths()
    if shared.count == second.manifest.count, first.manifest.count == second.manifest.count {
      return [
        DataFinding(
          .sameLists, .warning,
          "the \(first.role) and the \(second.role) are the same \(shared.count) videos: what is chosen by the one is not tested by the other",
          count: shared.count)
      ]
    }
    var findings: [DataFinding] = []
    if !shared.isEmpty {
      findings.append(
        DataFinding(
          .sharedPath, .warning, "\(shared.count) videos stand in the \(first.role) and in the \(second.role)", count: shared.count,
          examples: shared.lazy.map { second.manifest.path(at: $0) }))
    }
    return findings + sharedSubjects() + missingClasses()
  }

  /// Indices into the second list.
  private func sharedPaths() -> [Int] {
    var seen: [UInt64: Int32] = [:]
    seen.reserveCapacity(first.manifest.count)
    for index in first.manifest.indices { seen[pathHash(first.manifest.path(at: index))] = Int32(index) }
    return second.manifest.indices.filter { index in
      let path = second.manifest.path(at: index)
      guard let other = seen[pathHash(path)] else { return false }
      return first.manifest.path(at: Int(other)) == path
    }
  }

  private func sharedSubjects() -> [DataFinding] {
    guard first.manifest.hasSubjects, second.manifest.hasSubjects else { return [] }
    let known = Set(first.manifest.indices.lazy.compactMap { first.manifest.subject(at: $0) })
    let shared = Set(second.manifest.indices.lazy.compactMap { second.manifest.subject(at: $0) }).intersection(known)
    guard !shared.isEmpty else { return [] }
    return [
      DataFinding(
        .sharedSubject, .warning, "\(shared.count) subjects are in the \(first.role) and in the \(second.role)", count: shared.count,
        examples: shared.sorted(by: naturallyPrecedes))
    ]
  }

  private func missingClasses() -> [DataFinding] {
    guard first.manifest.labelNames.count == 1, second.manifest.labelNames.count == 1, let known = first.manifest.classes(),
      let found = second.manifest.classes()
    else { return [] }
    var findings: [DataFinding] = []
    let pairs = [
      (first.role, Set(known.map(\.name)), second.role, Set(found.map(\.name))),
      (second.role, Set(found.map(\.name)), first.role, Set(known.map(\.name))),
    ]
    for (role, here, otherRole, there) in pairs {
      let missing = here.subtracting(there)
      guard !missing.isEmpty else { continue }
      findings.append(
        DataFinding(
          .missingClass, .warning, "\(missing.count) classes of the \(role) have no clip in the \(otherRole)", count: missing.count,
          examples: missing.sorted(by: naturallyPrecedes)))
    }
    return findings
  }

  /// One file under different names on both sides. Looks at every file, opens none.
  ///
  /// - Throws: `cancelled`.
  package func filesOnDisk(_ context: RunContext? = nil) throws(SVFAPError) -> [DataFinding] {
    var seen: [FileIdentity: Int32] = [:]
    let total = Double(first.manifest.count + second.manifest.count)
    for index in first.manifest.indices {
      try context?.report("compare the files of two lists", done: Double(index), total: total)
      if let identity = FileIdentity(of: first.manifest.path(at: index)) { seen[identity] = Int32(index) }
    }
    var shared: [Int] = []
    for index in second.manifest.indices {
      try context?.report("compare the files of two lists", done: Double(first.manifest.count + index), total: total)
      let path = second.manifest.path(at: index)
      guard let identity = FileIdentity(of: path), let other = seen[identity], first.manifest.path(at: Int(other)) != path else { continue }
      shared.append(index)
    }
    guard !shared.isEmpty else { return [] }
    return [
      DataFinding(
        .sharedFile, .warning, "\(shared.count) videos of the \(second.role) are files of the \(first.role) under another name",
        count: shared.count,
        examples: shared.lazy.map { second.manifest.path(at: $0) })
    ]
  }
}
