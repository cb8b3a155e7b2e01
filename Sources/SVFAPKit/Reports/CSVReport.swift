import Base
import Video

/// A timeline as CSV (RFC 4180): one row a window.
///
/// Columns: input, window, start_frame, end_frame, start_s, end_s, success, reason, padded_frames, every output by
/// name, and for classes `class` and `probability`.
package final class CSVReport {
  private let file: StreamingFile
  private let input: String
  private let outputs: [String]
  private let isExclusive: Bool

  package init(_ path: String, input: String, outputs: [String], isExclusive: Bool) throws(SVFAPError) {
    file = try StreamingFile(path)
    self.input = input
    self.outputs = outputs
    self.isExclusive = isExclusive
    let before = ["input", "window", "start_frame", "end_frame", "start_s", "end_s", "success", "reason", "padded_frames"]
    let after = isExclusive ? ["class", "probability"] : []
    // An output that is called like another column would hide it from whoever reads by name.
    let header = before + outputs.map { before.contains($0) || after.contains($0) ? "output_\($0)" : $0 } + after
    try file.write(Self.row(header))
  }

  package func add(_ record: WindowRecord) throws(SVFAPError) {
    let window = record.window
    var cells = [
      input, String(window.index), String(window.startFrame), String(window.endFrame), decimalText(window.startTime, 6),
      decimalText(window.endTime, 6), record.isSuccess ? "1" : "0", record.reason ?? "", String(window.paddedFrames),
    ]
    for index in outputs.indices { cells.append(index < record.readings.count ? "\(record.readings[index])" : "") }
    if isExclusive {
      let winner = record.winner
      cells.append(winner.map { outputs[$0] } ?? "")
      cells.append(winner.map { "\(record.readings[$0])" } ?? "")
    }
    try file.write(Self.row(cells))
  }

  package func finish() throws(SVFAPError) { try file.finish() }

  /// One line of CSV.
  package static func row(_ cells: [String]) -> String { cells.map(cell).joined(separator: ",") + "\r\n" }

  /// A cell, quoted where CSV needs it; text that a spreadsheet would run as a formula is made plain with an apostrophe.
  package static func cell(_ text: String) -> String {
    var text = text
    // Bytes, not characters: with a combining mark behind it a comma is another character to Swift, not to a reader of CSV.
    if let first = text.utf8.first, "=+@\t\r".utf8.contains(first) || first == UInt8(ascii: "-") && Double(text) == nil {
      text = "'" + text
    }
    guard text.utf8.contains(where: { ",\"\n\r".utf8.contains($0) }) else { return text }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" { quoted.unicodeScalars.append(scalar) }
      quoted.unicodeScalars.append(scalar)
    }
    quoted.unicodeScalars.append("\"")
    return quoted
  }
}
