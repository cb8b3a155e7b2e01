import Base

/// AVCAffe: people at remote work; arousal and valence in five classes each, one split by participants.
package struct AVCAffeLayout: DataSetLayout {
  package let name = "avcaffe"
  package let title = "AVCAffe (remote work, arousal and valence in 5 classes each, one split without common participants)"
  package let expects = """
      ground_truths/{arousal,valence}.txt                   lines such as "aiim001_task_1, Excited"
      info/{train,val}.txt                                  participants of the official split
      face_crops/shorter_segments_face/aiimNNN_task_N/...   unpacked face crops, or
      videos/shorter_segments/aiimNNN/task_N/*.avi          whole pictures
    Face crops are preferred where both are there (--variant videos takes the others). Scores are averaged over a participant's
    task: the column "group".
    """
  package let labelColumns = ["label"]

  private static let targets = [
    ("arousal", ["Excited", "Wide-awake", "Neutral", "Dull", "Calm"]),
    ("valence", ["Pleasant", "Pleased", "Neutral", "Unsatisfied", "Unpleasant"]),
  ]
  /// The official validation participants, for copies without the folder "info".
  private static let heldOut: Set<String> = [
    "aiim001", "aiim002", "aiim013", "aiim014", "aiim043", "aiim044", "aiim053", "aiim054", "aiim057", "aiim058", "aiim063", "aiim064",
    "aiim067",
    "aiim068", "aiim077", "aiim078", "aiim099", "aiim100", "aiim107", "aiim108",
  ]

  package init() {}

  private struct Clip {
    let path: String
    let participant: String
    let task: String
    var group: String { "\(participant)_\(task)" }
  }

  package func fill(_ build: DataSetBuild) throws(SVFAPError) {
    let truths = try build.folder.require(["ground_truths"], for: self)
    let heldOut = try validationParticipants(build)
    let clips = try clips(build)
    for (target, classes) in Self.targets {
      let labels = try labels("\(truths)/\(target).txt", classes)
      let train = try build.manifest("\(target)_train", hasSubject: true, hasGroup: true)
      let test = try build.manifest("\(target)_test", hasSubject: true, hasGroup: true)
      for clip in clips {
        guard let label = labels[clip.group] else {
          build.skip(clip.path, "\(target).txt says nothing of its participant and task")
          continue
        }
        try (heldOut.contains(clip.participant) ? test : train).add(
          clip.path, labels: [build.label(label, of: classes)], subject: clip.participant, group: clip.group)
      }
    }
    let participants = Set(clips.map(\.participant))
    let tested = participants.intersection(heldOut).count
    if participants.count != 106 || tested != 20 {
      build.note(
        DataFinding(
          .countDiffers, .warning,
          "\(participants.count - tested) participants to train and \(tested) to test found; the official split has 86 and 20"))
    }
  }

  private func clips(_ build: DataSetBuild) throws(SVFAPError) -> [Clip] {
    let faces = ["face_crops/shorter_segments_face", "images/shorter_segments_face"]
    let videos = ["videos/shorter_segments"]
    let names =
      switch build.options.variant {
      case nil: faces + videos
      case "faces": faces
      case "videos": videos
      case let other?: [other]
      }
    for name in names {
      guard let folder = build.folder.find([name]) else { continue }
      let clips = try clips(in: folder, build)
      if !clips.isEmpty { return clips }
    }
    let root = try build.folder.require(names, for: self)
    throw SVFAPError(
      .notFound, "\(root) holds no clips named by participant and task; face crops ship as zip files that must be unpacked first",
      detail: ["path": root])
  }

  private func clips(in folder: String, _ build: DataSetBuild) throws(SVFAPError) -> [Clip] {
    var clips: [Clip] = []
    _ = try VideoFinder.search(folder, build.context) { (video) throws(SVFAPError) in
      guard let (participant, task) = Self.key(of: video.relative) else { return }
      clips.append(Clip(path: video.path, participant: participant, task: task))
    }
    return clips
  }

  /// Participant and task in a path such as "aiim001/task_1/x.avi" or "aiim001_task_1/x".
  private static func key(of path: String) -> (participant: String, task: String)? {
    var participant: Substring?
    for part in path.split(separator: "/") {
      if part.hasPrefix("aiim"), Int(part.dropFirst(4).prefix(3)) != nil { participant = participant ?? part.prefix(7) }
      if let participant, let range = firstRange(of: "task_", in: part) {
        let digits = part[range...].prefix { $0.isNumber }
        if !digits.isEmpty { return (String(participant), "task_\(digits)") }
      }
    }
    return nil
  }

  /// Where `text` goes on behind the first `word` in it.
  private static func firstRange(of word: String, in text: Substring) -> Substring.Index? {
    var rest = text
    while !rest.isEmpty {
      if rest.hasPrefix(word) { return rest.index(rest.startIndex, offsetBy: word.count) }
      rest = rest.dropFirst()
    }
    return nil
  }

  private func labels(_ path: String, _ classes: [String]) throws(SVFAPError) -> [String: Int] {
    var labels: [String: Int] = [:]
    let text = try TextLines(path)
    for line in text.lines where line.text.contains(",") {
      let fields = line.text.split(separator: ",", maxSplits: 1).map { trimmed($0) }
      guard fields.count == 2, let label = classes.firstIndex(of: fields[1]) else {
        throw TextPlace(line: line.number).fault(
          path, "\"aiimNNN_task_N, class\" expected with a class of \(classes.joined(separator: ", ")), \"\(line.text)\" found")
      }
      labels[fields[0]] = label
    }
    return labels
  }

  private func validationParticipants(_ build: DataSetBuild) throws(SVFAPError) -> Set<String> {
    guard let list = build.folder.find(["info/val.txt"]) else {
      build.note(
        DataFinding(.layoutVariant, .note, "info/val.txt is not there: the official validation participants are taken as published"))
      return Self.heldOut
    }
    var found: Set<String> = []
    for line in try TextLines(list).lines {
      for word in line.text.split(whereSeparator: { " ,\t[]'\"".contains($0) }) where word.hasPrefix("aiim") {
        found.insert(String(word.prefix(7)))
      }
    }
    guard !found.isEmpty else { throw SVFAPError(.format, "\(list) names no participant (aiimNNN)", detail: ["path": list]) }
    return found
  }
}
