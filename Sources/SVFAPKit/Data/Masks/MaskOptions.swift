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

  /// JSON Schema properties of the options.
  package static let properties: JSONObject = {
    let defaults = MaskOptions()
    return [
      "type": JSONSchema.choice(
        "How hidden places are spread over a slice: anywhere (tube), as many in every band of rows (window), and visible ones in one half, the same for all bands (window_global) or not (window_local).",
        Kind.allCases.map(\.rawValue), default: defaults.kind.rawValue),
      "ratio": JSONSchema.number("Share of the places that are hidden.", 0...1, default: defaults.ratio),
      "window_rows": JSONSchema.integer("Rows of tokens in a window.", 1...4096, default: defaults.windowRows),
    ]
  }()

  /// Reads the options of `properties`; what is absent keeps its default.
  ///
  /// - Throws: `config` with the JSON pointer of what is wrong. Whether the options suit a model, `MaskGenerator` tells.
  package init(json: JSONValue, at pointer: String = "") throws(SVFAPError) {
    let options = try JSONSchema(properties: Self.properties).resolve(json, at: pointer)
    kind = Kind(rawValue: options["type"]?.stringValue ?? "") ?? kind
    ratio = options["ratio"]?.doubleValue ?? ratio
    windowRows = options["window_rows"]?.intValue ?? windowRows
  }

  /// The options as JSON, every one of them.
  package var json: JSONValue {
    ["type": .string(kind.rawValue), "ratio": .number(ratio), "window_rows": .integer(Int64(windowRows))]
  }
}
