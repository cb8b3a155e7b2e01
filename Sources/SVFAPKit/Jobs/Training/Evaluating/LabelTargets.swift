import Base
import Data
import Plugins

/// The target rows of a list's labels, made before anything is computed, so that a wrong label is told at once.
struct LabelTargets: Sendable {
  /// What to do with labels that the head does not understand.
  enum BadLabelPolicy: String, Sendable, CaseIterable {
    case error
    case skip
  }

  /// Positions in the manifest that have a target.
  let entries: [Int]
  /// Positions that have none, and why.
  let unusable: [BatchStream.Failure]
  private let rows: [Float]  // (entries, width)
  private let width: Int

  /// - Parameter role: "training list" ..., for messages.
  /// - Throws: `config` for a list that is empty or has no labels; `format` with the lines of the first bad labels.
  init(_ manifest: Manifest, _ head: PluginHead, role: String, policy: BadLabelPolicy) throws(SVFAPError) {
    guard !manifest.isEmpty else { throw SVFAPError(.config, "the \(role) \(manifest.name) is empty", detail: ["path": manifest.name]) }
    guard manifest.hasLabels else {
      throw SVFAPError(
        .config, "the \(role) \(manifest.name) has no labels: every line needs them after the path", detail: ["path": manifest.name])
    }
    var entries: [Int] = []
    var rows: [Float] = []
    var unusable: [BatchStream.Failure] = []
    let order = Self.order(manifest.labelNames, head)
    for index in manifest.indices {
      do throws(SVFAPError) {
        let labels = manifest.labels(at: index)
        rows += try head.target(order.map { $0.map { labels[$0] } } ?? labels)
        entries.append(index)
      } catch {
        unusable.append(.init(entry: index, error: error))
      }
    }
    if let first = unusable.first, policy == .error || entries.isEmpty {
      let more = unusable.count > 1 ? "; \(unusable.count - 1) more lines are like this" : ""
      throw SVFAPError(
        .format, "\(manifest.place(of: first.entry)): \(first.error.message)\(more) (\"on_bad_label\": \"skip\" leaves such lines out)",
        detail: ["path": manifest.name, "where": manifest.place(of: first.entry)])
    }
    self.entries = entries
    self.rows = rows
    self.unusable = unusable
    width = head.targetWidth
  }

  /// Where the label of each of the head's outputs stands, if columns are named after the outputs and are in another order.
  private static func order(_ names: [String], _ head: PluginHead) -> [Int]? {
    let outputs = head.outputs.map(\.name)
    guard !head.isExclusive, names.count == outputs.count, names != outputs else { return nil }
    let order = outputs.compactMap { names.firstIndex(of: $0) }
    return order.count == outputs.count ? order : nil
  }

  /// Target of the entry at position `index` of `entries`.
  func row(_ index: Int) -> [Float] { Array(rows[index * width..<(index + 1) * width]) }
}
