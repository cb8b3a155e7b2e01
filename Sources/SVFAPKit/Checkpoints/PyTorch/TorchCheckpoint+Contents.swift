import Base

/// What a checkpoint holds beside tensors, and where its weights are.
extension TorchCheckpoint {
  /// Weights by name, as they stand under one key of a checkpoint.
  package struct StateDictionary: Sendable {
    /// The key that they stand under; nil if they are the whole file.
    package let key: String?
    /// In the order of the file.
    package let names: [String]
    package let tensors: [String: TorchTensor]
    /// Names of all else (counters, tensors of integers or of kinds that are not read), and what each is.
    package let others: [String: String]
  }

  /// Keys under which training programs put the weights, in the order in which they are tried. The first two are the
  /// published code's (published c.10); the third is what others write.
  private static let weightKeys = ["model", "module", "state_dict"]

  /// Names of the members of the whole file; empty if it is no dictionary.
  package var memberNames: [String] {
    (document.members(document.root) ?? []).compactMap { if case .text(let name) = $0.key { name } else { nil } }
  }

  /// "it has epoch, model, optimizer"
  private var membersText: String {
    let names = memberNames
    return names.isEmpty ? "it has no members with names" : "it has \(names.prefix(20).joined(separator: ", "))"
  }

  /// The weights.
  ///
  /// - Parameter key: member that holds them, such as "model_ema"; nil looks for them where they usually are.
  /// - Throws: `notFound` if there is no such member; `format` if it holds no tensors or a name twice; `unsupported` for
  ///   a module that was saved whole.
  package func stateDictionary(key: String?) throws(SVFAPError) -> StateDictionary {
    do throws(SVFAPError) {
      if case .object(let index) = document.root { throw savedWhole(document.objects[index].className) }
      guard case .dictionary = document.root else {
        throw SVFAPError(.format, "the checkpoint is \(document.kind(of: document.root)); a dictionary of tensors is needed")
      }
      let found = key ?? Self.weightKeys.first { document.member($0, of: document.root) != nil }
      guard let found else { return try stateDictionary(in: document.root, key: nil) }
      guard let value = document.member(found, of: document.root) else {
        throw SVFAPError(
          .notFound, "the checkpoint has no member \"\(found)\"; \(membersText)",
          detail: ["where": found])
      }
      if case .object(let index) = value { throw savedWhole(document.objects[index].className) }
      guard case .dictionary = value else {
        throw SVFAPError(
          .format, "\"\(found)\" in the checkpoint is \(document.kind(of: value)); a dictionary of tensors is needed",
          detail: ["where": found])
      }
      return try stateDictionary(in: value, key: found)
    } catch {
      throw error.within(path).with("path", path)
    }
  }

  private func savedWhole(_ name: String) -> SVFAPError {
    SVFAPError(
      .unsupported,
      "a whole object of the Python class \(name) was saved, which only its own code can read; save the weights: "
        + "torch.save({'model': model.state_dict()}, 'NEW.pth')", detail: ["found": name])
  }

  private func stateDictionary(in dictionary: PickleValue, key: String?) throws(SVFAPError) -> StateDictionary {
    var names: [String] = []
    var tensors: [String: TorchTensor] = [:]
    var others: [String: String] = [:]
    for (name, value) in document.members(dictionary) ?? [] {
      guard case .text(let name) = name else { continue }
      switch value {
      case .tensor(let index) where document.tensors[index].type.isFloatingPoint:
        guard tensors.updateValue(document.tensors[index], forKey: name) == nil else {
          throw SVFAPError(.format, "the tensor \"\(name)\" stands twice in the checkpoint", detail: ["where": name])
        }
        names.append(name)
      case .tensor(let index): others[name] = "a tensor of \(document.tensors[index].type.rawValue)"
      default: others[name] = document.kind(of: value)
      }
    }
    guard !tensors.isEmpty else {
      let place = key.map { "under \"\($0)\" in the checkpoint" } ?? "in the checkpoint"
      throw SVFAPError(.format, "there are no tensors \(place); \(membersText)", detail: ["where": key ?? ""])
    }
    return StateDictionary(key: key, names: names, tensors: tensors, others: others)
  }

  /// A plain value (text, number, truth value, or a list of those) at a path of member names; nil if there is none.
  /// Attributes of objects, such as the `args` of the published code, count as members.
  package func plainValue(_ path: String...) -> JSONValue? {
    var value = document.root
    for name in path {
      guard let next = document.member(name, of: value) else { return nil }
      value = next
    }
    return plain(value, depth: 0)
  }

  private func plain(_ value: PickleValue, depth: Int) -> JSONValue? {
    switch value {
    case .bool(let flag): return .bool(flag)
    case .integer(let integer): return .integer(integer)
    case .number(let number): return .number(number)
    case .text(let text): return text.utf8.count <= 4096 ? .string(text) : nil
    case .tuple(let index), .list(let index):
      let elements = document.sequences[index]
      guard depth < 2, elements.count <= 256 else { return nil }
      let plain = elements.compactMap { self.plain($0, depth: depth + 1) }
      return plain.count == elements.count ? .array(plain) : nil
    default: return nil
    }
  }
}
