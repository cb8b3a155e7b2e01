import ArgumentParser

struct CheckData: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check-data",
    abstract: "Compare your videos with what a model was trained on, and your lists with each other.",
    discussion: """
      Released weights give poor figures on frames that were prepared in
      another way. This reads a sample of your clips and says what differs
      from the model's recipe: size and aspect, frame rate, clip length (a
      time-normalised copy of a data set among them), the order of frame
      names, grey or swapped colours, brightness and contrast. Of lists it
      says which files are missing, which entries stand there twice, which
      labels the model does not know, and which videos, files and people two
      lists share. INPUT is a list, or a folder of videos or frame folders.

      Exit status 1 if something is certainly wrong; warnings leave it at 0.

      Examples:
        svfap-host check-data train.csv test.csv --model model.safetensors
        svfap-host check-data /data/DFEW/Clip/clip_224x224 --sample 200
        svfap-host check-data mine --recipe '{"frame_rate": 30}'
      """)

  @Argument(help: "Lists, or folders of videos.")
  var inputs: [String]

  @Option(name: .shortAndLong, help: ArgumentHelp("Model file whose recipe counts; the published recipe by default.", valueName: "file"))
  var model: String?

  @Option(
    name: .long, help: ArgumentHelp("A recipe in place of a model, a JSON object.", valueName: "json"), transform: RawJSON.init(typed:))
  var recipe: RawJSON?

  @Option(name: .long, parsing: .unconditional, help: ArgumentHelp("Clips that are looked at of each input.", valueName: "n"))
  var sample = 64

  @Option(name: .long, parsing: .unconditional, help: ArgumentHelp("Frames that are decoded of each clip.", valueName: "n"))
  var frames = 48

  @Option(name: .long, parsing: .unconditional, help: ArgumentHelp("Seed that draws the sample.", valueName: "n"))
  var seed = 0

  @Option(name: .long, help: ArgumentHelp("Folder that relative paths begin at; the list's own folder by default.", valueName: "dir"))
  var root: String?

  @Option(name: .long, help: ArgumentHelp("Label columns to take, separated by commas; all by default.", valueName: "a,b"))
  var labels: String?

  @Option(name: .long, help: ArgumentHelp("Source plugin to read with; \"auto\" lets the content decide.", valueName: "id"))
  var source = "auto"

  @Option(
    name: .customLong("source-config"), help: ArgumentHelp("Configuration of the source plugin, a JSON object.", valueName: "json"),
    transform: RawJSON.init(typed:))
  var sourceConfig: RawJSON?

  @OptionGroup var common: CommonOptions

  private struct Options: Encodable {
    let inputs: [String]
    let model: String?
    let recipe: RawJSON?
    let sample: Int
    let frames: Int
    let seed: Int
    let root: String?
    let label_columns: [String]?
    let source: String
    let source_config: RawJSON?
  }

  func validate() throws {
    if model != nil, recipe != nil { throw ValidationError("--model brings its own recipe; leave out --recipe.") }
  }

  func run() throws {
    let options = Options(
      inputs: inputs, model: model, recipe: recipe, sample: sample, frames: frames, seed: seed, root: root,
      label_columns: labels.map { $0.split(separator: ",").map(String.init) }, source: source, source_config: sourceConfig)
    try Task(kind: "check-data", options: options, common: common).run()
  }
}
