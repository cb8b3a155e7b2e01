import Base
import Video

/// A timeline as one JSON object, written as it comes: head first, a line a window, summary last.
package final class JSONReport {
  private let file: StreamingFile
  private let outputs: [String]
  private var count = 0

  /// - Parameter head: members that stand before the windows: input, model, outputs ...
  package init(_ path: String, head: JSONObject, outputs: [String]) throws(SVFAPError) {
    file = try StreamingFile(path)
    self.outputs = outputs
    var text = "{\n"
    for (key, value) in head.members { text += "  \(JSONValue.string(key).text()): \(value.text()),\n" }
    try file.write(text + "  \"windows\": [")
  }

  package func add(_ record: WindowRecord) throws(SVFAPError) {
    try file.write((count == 0 ? "\n    " : ",\n    ") + Self.json(record, outputs: outputs).text())
    count += 1
  }

  /// Writes the members that stand behind the windows, and completes the file.
  package func finish(_ tail: JSONObject) throws(SVFAPError) {
    var text = count == 0 ? "]" : "\n  ]"
    for (key, value) in tail.members { text += ",\n  \(JSONValue.string(key).text()): \(value.text())" }
    try file.write(text + "\n}\n")
    try file.finish()
  }

  /// A record as JSON.
  package static func json(_ record: WindowRecord, outputs: [String]) -> JSONValue {
    let window = record.window
    var object: JSONObject = [
      "window": .integer(Int64(window.index)), "start_frame": .integer(Int64(window.startFrame)),
      "end_frame": .integer(Int64(window.endFrame)), "start_s": .number(window.startTime), "end_s": .number(window.endTime),
      "success": .bool(record.isSuccess),
    ]
    if let reason = record.reason { object["reason"] = .string(reason) }
    object["padded_frames"] = .integer(Int64(window.paddedFrames))
    var readings = JSONObject()
    for (name, value) in zip(outputs, record.readings) { readings[name] = .number(Double("\(value)") ?? Double(value)) }
    object["readings"] = .object(readings)
    if let winner = record.winner {
      object["class"] = .string(outputs[winner])
      object["probability"] = .number(Double("\(record.readings[winner])") ?? 0)
    }
    return .object(object)
  }
}
