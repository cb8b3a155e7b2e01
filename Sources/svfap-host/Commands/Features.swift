import ArgumentParser

struct Features: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the encoder's features of each window: NumPy array and CSV with times.",
    discussion: """
      OUT/NAME.features.npy holds (windows, embed_dim) float32; row k of OUT/NAME.features.csv tells the frames
      and seconds of window k.

      Example:
        svfap-host features clip.mp4 --model model.safetensors --out features
      """)

  @Argument(help: "Videos: files, folders of frames, or \"synthetic:\".")
  var inputs: [String]

  @Option(name: .shortAndLong, help: "Model file.")
  var model: String

  @Option(name: .shortAndLong, help: ArgumentHelp("Folder for the results; made if it is not there.", valueName: "dir"))
  var out = "."

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
    let strict: Bool
    let source: String
    let source_config: RawJSON?
    let sampling_rate: Int?
    let hop: Int?
    let precision: String
  }

  func run() throws {
    let options = Options(
      inputs: inputs, model: model, out: out, strict: strict, source: video.source, source_config: video.sourceConfig,
      sampling_rate: video.samplingRate, hop: windows.hop, precision: opening.precision)
    try Task(kind: "features", options: options, common: common).run()
  }
}
