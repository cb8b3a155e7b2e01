import ArgumentParser

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure a model on a labelled list, or the models of several folds on theirs.",
    discussion: """
      Reads uniform views of every video, averages what the head reads of them (and over the clips of a group, where the
      list has a column "group"), and writes predictions.csv, metrics.json and report.html. Of several folds it tells the
      pooled figures and the means of the folds.

      Examples:
        svfap-host evaluate test.csv --model runs/b/model.safetensors --out evaluation
        svfap-host evaluate --fold runs/f1/model.safetensors=fold1.csv --fold runs/f2/model.safetensors=fold2.csv --out all
      """)

  @Argument(help: "Labelled list.")
  var data: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("Model file.", valueName: "file"))
  var model: String?

  @Option(name: .long, help: ArgumentHelp("A fold: its model and its list. May be repeated.", valueName: "model=list"))
  var fold: [String] = []

  @Option(name: .shortAndLong, help: ArgumentHelp("Folder for the results; made if it is not there.", valueName: "dir"))
  var out: String

  @Option(name: .long, parsing: .unconditional, help: ArgumentHelp("Uniform views of each video.", valueName: "n"))
  var views = 2

  @Flag(name: .long, help: "Save the mean features of every video as features.npy.")
  var features = false

  @Flag(name: .customLong("skip-bad-labels"), help: "Leave lines out whose labels the head does not understand.")
  var skipBadLabels = false

  @OptionGroup var opening: ModelOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard (data == nil) == (model == nil), data != nil || !fold.isEmpty, data == nil || fold.isEmpty else {
      throw ValidationError("Give a list and --model, or --fold for every fold.")
    }
    if let wrong = fold.first(where: { $0.split(separator: "=").count != 2 }) {
      throw ValidationError("--fold takes MODEL=LIST; \"\(wrong)\" is not of this form.")
    }
  }

  func run() throws {
    var folds = fold.map { text in
      let parts = text.split(separator: "=").map(String.init)
      return JSONTree.object(["model": .text(parts[0]), "data": .text(parts[1])])
    }
    if let data, let model { folds.append(.object(["model": .text(model), "data": .text(data)])) }
    let options = JSONTree.object([
      "folds": .array(folds), "out": .text(out), "views": .integer(Int64(views)), "features": .bool(features),
      "on_bad_label": .text(skipBadLabels ? "skip" : "error"), "precision": .text(opening.precision),
    ])
    try Task(kind: "evaluate", options: options, common: common).run()
  }
}
