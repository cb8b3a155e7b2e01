import Base

/// Names of tensors as the published code gives them, found behind the prefixes that training programs put before them.
enum PublishedNames {
  /// Prefixes that all names of a checkpoint have or none: of DistributedDataParallel, and of torch.compile.
  private static let wrappers = ["module.", "_orig_mod."]
  /// A prefix that the published loader drops wherever it stands (published c.10).
  private static let backbone = "backbone."

  /// The published name of every name.
  ///
  /// - Throws: `format` if two names become one.
  static func find(_ names: [String]) throws(SVFAPError) -> [String: String] {
    var found = names
    while let wrapper = wrappers.first(where: { wrapper in !found.isEmpty && found.allSatisfy { $0.hasPrefix(wrapper) } }) {
      found = found.map { String($0.dropFirst(wrapper.count)) }
    }
    found = found.map { $0.hasPrefix(backbone) ? String($0.dropFirst(backbone.count)) : $0 }
    var seen: [String: String] = [:]
    for (name, published) in zip(names, found) {
      if let other = seen.updateValue(name, forKey: published) {
        throw SVFAPError(.format, "\"\(other)\" and \"\(name)\" are both \"\(published)\"", detail: ["where": name])
      }
    }
    return Dictionary(uniqueKeysWithValues: seen.map { ($1, $0) })
  }
}
