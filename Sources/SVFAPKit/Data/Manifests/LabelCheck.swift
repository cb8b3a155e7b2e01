import Base

extension ManifestCheck {
  /// Labels that a classification model cannot know: neither the name nor the number of one of its classes.
  ///
  /// - Parameter classes: the names of the model's classes, in order.
  package func unknownLabels(classes: [String]) -> [DataFinding] {
    guard manifest.hasLabels, !manifest.isEmpty else { return [] }
    guard manifest.labelNames.count == 1 else {
      return [
        DataFinding(
          .labelColumns, .error,
          "the \(role) has \(manifest.labelNames.count) label columns (\(manifest.labelNames.joined(separator: ", "))); a model of \(classes.count) classes needs one: choose it by name",
          count: manifest.labelNames.count)
      ]
    }
    let known = Set(classes)
    var places: [String] = []
    var count = 0
    for index in manifest.indices {
      let label = manifest.labels(at: index)[0]
      if known.contains(label) || Int(label).map(classes.indices.contains) == true { continue }
      count += 1
      if places.count < DataFinding.exampleLimit { places.append("\"\(label)\" (\(manifest.place(of: index)))") }
    }
    guard count > 0 else { return [] }
    return [
      DataFinding(
        .unknownLabel, .error, "\(count) labels of the \(role) are no class of the model (\(classes.joined(separator: ", ")))",
        count: count,
        examples: places)
    ]
  }
}
