import ArgumentParser

/// How videos are opened and cut into windows: shared by the commands that read them.
struct VideoOptions: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("Source plugin to read with; \"auto\" lets the content decide.", valueName: "id"))
  var source = "auto"

  @Option(
    name: .customLong("source-config"), help: ArgumentHelp("Configuration of the source plugin, a JSON object.", valueName: "json"),
    transform: RawJSON.init(typed:))
  var sourceConfig: RawJSON?

  @Option(
    name: .customLong("sampling-rate"), parsing: .unconditional,
    help: ArgumentHelp("Frames from one sampled frame to the next; the model's recipe by default.", valueName: "frames"))
  var samplingRate: Int?
}

/// How far windows lie apart.
struct WindowOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Frames from one window to the next; the model's recipe by default.", valueName: "frames"))
  var hop: Int?
}

/// How a model is opened.
struct ModelOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "What matrices are kept and multiplied in: float32, bfloat16 (faster, half the memory) or int8 (faster still, less exact).",
      valueName: "type"))
  var precision = "float32"
}

struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Predict affect in videos: a timeline, as CSV and JSON.",
    discussion: """
      Slides a window of the model's clip length over each video and writes one row a window to OUT/NAME.csv and
      OUT/NAME.json. INPUT is a video file, a folder of frames, or "synthetic:".

      Examples:
        svfap-host predict clip.mp4 --model model.safetensors
        svfap-host predict *.mp4 --model model.safetensors --out results --hop 16
        svfap-host predict clip.mp4 --model model.safetensors --views 2     # the published test protocol
      """)

  @Argument(help: "Videos: files, folders of frames, or \"synthetic:\".")
  var inputs: [String]

  @Option(name: .shortAndLong, help: "Model file.")
  var model: String

  @Option(name: .shortAndLong, help: ArgumentHelp("Folder for the results; made if it is not there.", valueName: "dir"))
  var out = "."

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "Average the readings of N uniform windows into one row, as published; 0, the default, slides a window instead.", valueName: "n"))
  var views: Int?

  @Flag(name: .long, help: "Leave with status 1 also when a video could be read only in part.")
  var strict = false

  @OptionGroup var video: VideoOptions
  @OptionGroup var windows: WindowOptions
  @OptionGroup var opening: ModelOptions
  @OptionGroup var common: CommonOptions

  private struct Options: Encodable {
    let inputs: [String]
    let model: String
    let out: String
    let views: Int?
    let strict: Bool
    let source: String
    let source_config: RawJSON?
    let sampling_rate: Int?
    let hop: Int?
    let precision: String
  }

  func run() throws {
    let options = Options(
      inputs: inputs, model: model, out: out, views: views, strict: strict, source: video.source,
      source_config: video.sourceConfig, sampling_rate: video.samplingRate, hop: windows.hop, precision: opening.precision)
    try Task(kind: "predict", options: options, common: common).run()
  }
}
