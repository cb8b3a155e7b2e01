import Base
import Data
import Reports
import Video

/// The clips of a sample beside what a model expects, as a table and as JSON.
struct ClipSummary {
  let lines: [String]
  let json: JSONObject

  init(_ clips: [ClipObservation], _ target: ComparedModel) {
    let readable = clips.filter { $0.failure == nil }
    var pictures = PictureStatistics()
    for clip in readable { pictures.add(clip.pictures) }
    let sizes = Self.counted(readable.map { "\($0.width) x \($0.height)" })
    let rates = Self.counted(readable.map { $0.frameRate.map { decimalText($0, 2) } ?? "unknown" })
    let lengths = readable.compactMap(\.frameCount).sorted()
    let grey = readable.count { $0.pictures.isGrey && !$0.pictures.isFlat }
    let swapped = readable.count { !$0.pictures.isGrey && $0.pictures.looksSwapped }
    let flat = readable.count { $0.pictures.isFlat }
    let recipe = target.recipe
    let rows = [
      ("", "model", "clips"), ("size", "\(target.imageSize) x \(target.imageSize)", Self.text(sizes)),
      ("frames/s", decimalText(recipe.frameRate, 2), Self.text(rates)),
      ("frames a clip", "\(target.clipLength), 1 in \(recipe.samplingRate)", Self.range(lengths)),
      ("colour", "RGB", "\(readable.count - grey - swapped - flat) in colour, \(grey) grey, \(swapped) swapped, \(flat) flat"),
      ("mean R G B", Self.text(recipe.mean), Self.text(pictures.mean)),
      ("deviation R G B", Self.text(recipe.deviation), Self.text(pictures.deviation)),
      ("readable", "all", "\(readable.count) of \(clips.count)"),
    ]
    let widths = (rows.map(\.0.count).max() ?? 0, rows.map(\.1.count).max() ?? 0)
    lines = rows.map { row in
      "  " + row.0 + String(repeating: " ", count: widths.0 - row.0.count + 2) + row.1
        + String(repeating: " ", count: widths.1 - row.1.count + 2) + row.2
    }
    json = [
      "readable": .integer(Int64(readable.count)), "unreadable": .integer(Int64(clips.count - readable.count)), "sizes": Self.object(sizes),
      "frame_rates": Self.object(rates),
      "frame_counts": lengths.isEmpty
        ? .null
        : [
          "minimum": .integer(Int64(lengths[0])),
          "median": .integer(Int64(lengths[lengths.count / 2])), "maximum": .integer(Int64(lengths[lengths.count - 1])),
        ],
      "decoded_frames": .integer(Int64(readable.reduce(0) { $0 + $1.decoded })),
      "damaged_frames": .integer(Int64(readable.reduce(0) { $0 + $1.damaged })),
      "mean": .array(pictures.mean.map { .number($0) }), "deviation": .array(pictures.deviation.map { .number($0) }),
      "grey": .integer(Int64(grey)),
      "swapped": .integer(Int64(swapped)), "flat": .integer(Int64(flat)),
      "failures": .array(clips.compactMap { clip in clip.failure.map { ["path": .string(clip.path), "reason": .string($0)] } }),
    ]
  }

  /// How often each text occurs, most often first.
  private static func counted(_ texts: [String]) -> [(String, Int)] {
    Dictionary(texts.map { ($0, 1) }, uniquingKeysWith: +).sorted {
      $0.value != $1.value ? $0.value > $1.value : naturallyPrecedes($0.key, $1.key)
    }
    .map { ($0.key, $0.value) }
  }

  private static func text(_ counts: [(String, Int)]) -> String {
    if counts.isEmpty { return "-" }
    let shown = counts.prefix(4).map { "\($0.0) (\($0.1))" }.joined(separator: ", ")
    return counts.count > 4 ? shown + ", \(counts.count - 4) more" : shown
  }

  private static func range(_ lengths: [Int]) -> String {
    guard let least = lengths.first, let most = lengths.last else { return "unknown" }
    return least == most ? "\(least)" : "\(least) to \(most), median \(lengths[lengths.count / 2])"
  }

  private static func text(_ values: [Double]) -> String { values.map { decimalText($0, 3) }.joined(separator: " ") }

  private static func object(_ counts: [(String, Int)]) -> JSONValue {
    var object = JSONObject()
    for (name, count) in counts { object[name] = .integer(Int64(count)) }
    return .object(object)
  }
}
