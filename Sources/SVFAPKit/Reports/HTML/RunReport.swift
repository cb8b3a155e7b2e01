import Base

/// Everything that `report.html` shows, as plain data: jobs fill it, `html` draws it.
package struct RunReport: Sendable {
  /// Where a run stands.
  package enum State: Sendable, Equatable {
    case running
    case finished
    /// By the user or by a rule; says which.
    case stopped(String)
    /// Says why.
    case failed(String)
  }

  /// A figure that matters most, shown large.
  package struct Highlight: Sendable {
    package let name: String
    package let value: String
    /// Such as "epoch 31 of 40, validation".
    package let note: String

    package init(_ name: String, _ value: String, note: String = "") {
      self.name = name
      self.value = value
      self.note = note
    }
  }

  /// A line about the run: "model", "small, 21.4 M parameters".
  package struct Fact: Sendable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// What a model read from a set of labelled clips.
  package struct Evaluation: Sendable {
    /// "Validation, epoch 31", "Test".
    package let title: String
    package let metrics: MetricTable
    package let confusion: ConfusionMatrix?
    package let scatters: [ScatterChart]

    package init(_ title: String, metrics: MetricTable, confusion: ConfusionMatrix? = nil, scatters: [ScatterChart] = []) {
      self.title = title
      self.metrics = metrics
      self.confusion = confusion
      self.scatters = scatters
    }
  }

  package var title: String
  package var state: State
  /// When it was written, in seconds since 1970.
  package var time: Double
  package var highlights: [Highlight] = []
  package var facts: [Fact] = []
  package var warnings: [String] = []
  package var charts: [LineChart] = []
  package var evaluations: [Evaluation] = []
  package var pictures: [PictureGroup] = []
  package var accounts: [DataAccount] = []
  package var configuration: JSONValue

  package init(title: String, state: State, time: Double, configuration: JSONValue) {
    self.title = title
    self.state = state
    self.time = time
    self.configuration = configuration
  }

  /// Writes the page durably: a reader always finds a whole one.
  ///
  /// - Throws: `io`, `noSpace`, `notFound`; `format` if a picture is no PNG file.
  package func write(to path: String) throws(SVFAPError) {
    let page = try html()
    let file = try DurableFile(writing: path)
    try file.write(page)
    try file.commit()
  }
}
