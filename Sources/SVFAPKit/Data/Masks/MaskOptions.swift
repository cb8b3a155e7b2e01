import Base
import Networks

/// Which tokens pre-training hides (published b.3).
package struct MaskOptions: Sendable, Equatable {
  /// How hidden places are spread over a time slice. All kinds hide the same places in every slice.
  package enum Kind: String, Sendable, CaseIterable {
    /// Anywhere.
    case tube
    /// As many in every window: a band of some rows over the whole width.
    case window
    /// As `window`, and what stays visible lies in one half, left or right: the same half in all windows of a clip.
    case windowGlobal = "window_global"
    /// As `window`, and what stays visible lies in one half, left or right, of each window.
    case windowLocal = "window_local"

    /// Whether visible places lie in one half.
    var isHalved: Bool { self == .windowGlobal || self == .windowLocal }
  }

  package var kind = Kind.tube
  /// Share of the places that are hidden.
  package var ratio = 0.9
  /// Rows of tokens in a window.
  package var windowRows = 2

  package init() {}

  /// Reads `{"type": "tube" | "window" | "window_global" | "window_local", "ratio": 0.9, "window_rows": 2}`; what is
  /// absent keeps its default.
  ///
  /// - Throws: `config` with the JSON pointer of what is wrong. Whether the options suit a model, `MaskGenerator` tells.
  package init(json: JSONValue, at pointer: String = "") throws(SVFAPError) {
    let reader = try ObjectReader(json, at: pointer)
    if let name = try reader.text("type", oneOf: Kind.allCases.map(\.rawValue)) { kind = Kind(rawValue: name) ?? kind }
    if let value = try reader.number("ratio", in: 0...1) { ratio = value }
    if let value = try reader.integer("window_rows", in: 1...4096) { windowRows = value }
    try reader.finish()
  }

  /// The options as JSON, every one of them.
  package var json: JSONValue {
    ["type": .string(kind.rawValue), "ratio": .number(ratio), "window_rows": .integer(Int64(windowRows))]
  }
}
