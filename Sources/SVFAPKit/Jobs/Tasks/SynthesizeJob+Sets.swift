import Base
import Reports

extension SynthesizeJob {
  /// Draws a data set: a folder and a manifest for each of its sets, with the persons that they show.
  func drawSets(_ sets: [JSONValue], _ context: RunContext) throws(SVFAPError) -> JSONObject {
    for key in ["seed", "identity"] where config[key] != nil {
      throw SVFAPError(
        .config, "/config/\(key): sets number their own persons and videos; give --seed instead", detail: ["where": "/config/\(key)"])
    }
    let set = try DrawnDataSet(sets, seed: options["seed"]?.intValue ?? 0)
    for part in set.parts { try checkFree(manifest(of: part), part.videos.map { stem($0, of: part) }) }
    var manifests = JSONObject()
    var done = 0
    for part in set.parts {
      try draw(part, context, done: done, total: set.count)
      done += part.videos.count
      manifests[part.name] = .string(manifest(of: part))
    }
    let text = set.parts.map { "\(manifest(of: $0)): \($0.videos.count) videos of \(Set($0.videos.map(\.person)).count) persons" }
    return ["manifests": .object(manifests), "text": .string(text.joined(separator: "\n"))]
  }

  private func manifest(of part: DrawnDataSet.Part) -> String { "\(out)/\(part.name).csv" }

  private func stem(_ video: DrawnDataSet.Video, of part: DrawnDataSet.Part) -> String { "\(part.name)/\(Self.name(video.index))" }

  private func draw(_ part: DrawnDataSet.Part, _ context: RunContext, done: Int, total: Int) throws(SVFAPError) {
    try makeFolder("\(out)/\(part.name)")
    var rows = ""
    do throws(SVFAPError) {
      for video in part.videos {
        var config = config
        config["seed"] = .integer(Int64(video.seed))
        config["identity"] = .integer(Int64(video.person))
        let (name, labels) = try draw(config, stem(video, of: part), context, done: done + video.index, total: total)
        if rows.isEmpty { rows = CSVReport.row(["path"] + labels.keys + ["subject"]) }
        rows += CSVReport.row([name] + labels.members.map { $0.value.stringValue ?? $0.value.text() } + ["\(video.person)"])
      }
    } catch {
      // As without sets: the videos that are complete keep their labels.
      if !rows.isEmpty { try? write(rows, to: manifest(of: part)) }
      throw error
    }
    try write(rows, to: manifest(of: part))
  }
}
