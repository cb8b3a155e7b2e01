import Base
import Video

/// A timeline as text for people: a line a window.
package struct TerminalTimeline {
  private let outputs: [String]
  private let isExclusive: Bool
  private var lines: [String] = []
  private var left = 0
  /// Lines kept; what is more is counted.
  private static let limit = 200
  private static let bar = 20

  package init(outputs: [String], isExclusive: Bool) {
    self.outputs = outputs
    self.isExclusive = isExclusive
  }

  package mutating func add(_ record: WindowRecord) {
    guard lines.count < Self.limit else {
      left += 1
      return
    }
    let window = record.window
    var line = Self.padded(decimalText(window.startTime, 2), 9) + " - " + Self.padded(decimalText(window.endTime, 2), 8) + " s  "
    if let reason = record.reason {
      line += reason
    } else if isExclusive, let winner = record.winner {
      let value = record.readings[winner]
      // A plugin may call anything a probability.
      let cells = Int((min(max(Double(value), 0), 1) * Double(Self.bar)).rounded())
      line += outputs[winner] + String(repeating: " ", count: max(longestName - outputs[winner].count, 0) + 1)
      line += String(repeating: "#", count: cells) + String(repeating: ".", count: Self.bar - cells)
      line += " " + decimalText(Double(value), 2)
    } else {
      line += zip(outputs, record.readings).map { "\($0) \(Self.padded(decimalText(Double($1), 3), 6))" }.joined(separator: "  ")
    }
    lines.append(line)
  }

  package var text: String {
    (left > 0 ? lines + ["... and \(left) more windows: see the files"] : lines).joined(separator: "\n")
  }

  private var longestName: Int { outputs.map(\.count).max() ?? 0 }

  private static func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(width - text.count, 0)) + text
  }
}
