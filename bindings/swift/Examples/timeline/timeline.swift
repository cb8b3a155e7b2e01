// The timeline of affect of a video: a line for every window, and how the time went by.
//
//   timeline MODEL VIDEO
import Glibc
import SVFAP

@main
struct Timeline {
  static func main() {
    guard CommandLine.arguments.count == 3 else {
      end("usage: timeline MODEL VIDEO", status: 64)
    }
    do {
      try timeline(model: CommandLine.arguments[1], video: CommandLine.arguments[2])
    } catch {
      end("timeline: \(error)", status: 1)
    }
  }

  static func end(_ words: String, status: Int32) -> Never {
    _ = "\(words)\n".withCString { write(2, $0, strlen($0)) }
    exit(status)
  }

  static func timeline(model path: String, video: String) throws {
    let runtime = try Runtime()
    let model = try Model.open(path, in: runtime)
    let predictor = try Predictor(model)
    let video = try Source.open(video, in: runtime)
    var counts: [String: Int] = [:]
    try predictor.run(video) { window in
      print(time(window.start), "-", time(window.end), line(window))
      if let label = window.label { counts[label.name, default: 0] += 1 }
    }
    for (label, count) in counts.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) { print("\(label): \(count) windows") }
    print(try predictor.summary)
  }

  /// The winning class with a bar of its probability, or every number.
  static func line(_ window: Window) -> String {
    if let failure = window.failure { return failure }
    if let (name, probability) = window.label {
      return "\(String(repeating: "#", count: Int((20 * probability).rounded()))) \(name) \(decimal(Double(probability)))"
    }
    return zip(window.outputs, window.readings).map { "\($0.name) \(decimal(Double($1)))" }.joined(separator: "  ")
  }

  static func time(_ seconds: Double) -> String {
    let text = decimal(seconds)
    return String(repeating: " ", count: max(8 - text.count, 0)) + text
  }

  /// Two digits behind the point.
  static func decimal(_ value: Double) -> String {
    guard abs(value) < 1e12 else { return "\(value)" }
    let hundredths = Int((abs(value) * 100).rounded())
    return "\(value < 0 && hundredths > 0 ? "-" : "")\(hundredths / 100).\(hundredths % 100 / 10)\(hundredths % 10)"
  }
}
