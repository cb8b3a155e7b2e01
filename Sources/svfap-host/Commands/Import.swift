import ArgumentParser

struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Turn a PyTorch checkpoint (.pth) of the published code into a model file.",
    discussion: """
      Reads the file without running anything that it contains; PyTorch is not needed. What names and shapes of the
      tensors do not tell (stage depths, heads, picture size) is taken from the arguments that the published code
      stores beside the weights, else from the published sizes, or is given here. Each is told in the result.

      Pre-training is read in one of two ways, --variant: "paper" as the paper describes it, "published" as the released
      code computes it. The weights tell which of them made them ("auto"); where they do not, published is taken.

      Examples:
        svfap-host import checkpoint-99.pth --out pretrained.safetensors
        svfap-host import dfew.pth --labels happy,sad,neutral,angry,surprise,disgust,fear --out dfew.safetensors
        svfap-host import vad.pth --head dimensional --out vad.safetensors
      """)

  @Argument(help: "Checkpoint file.")
  var input: String

  @Option(name: .shortAndLong, help: ArgumentHelp("Model file to write.", valueName: "file"))
  var out: String

  @Option(name: .long, help: ArgumentHelp("Member of the checkpoint that holds the weights, such as model_ema.", valueName: "name"))
  var weights: String?

  @Option(name: .customLong("stage-depths"), help: ArgumentHelp("Blocks in each stage, separated by commas.", valueName: "12,6,3"))
  var stageDepths: IntegerList?

  @Option(name: .customLong("num-heads"), parsing: .unconditional, help: ArgumentHelp("Attention heads of the encoder.", valueName: "n"))
  var numHeads: Int?

  @Option(
    name: .customLong("decoder-num-heads"), parsing: .unconditional,
    help: ArgumentHelp("Attention heads of a pre-training model's decoder.", valueName: "n"))
  var decoderNumHeads: Int?

  @Option(
    name: .customLong("image-size"), parsing: .unconditional,
    help: ArgumentHelp("Height and width that the model was trained at.", valueName: "n"))
  var imageSize: Int?

  @Option(name: .customLong("num-frames"), parsing: .unconditional, help: ArgumentHelp("Frames of a clip.", valueName: "n"))
  var numFrames: Int?

  @Option(name: .long, help: ArgumentHelp("Task head of a fine-tuned model: the id of a head plugin.", valueName: "id"))
  var head: String?

  @Option(
    name: .customLong("head-config"), help: ArgumentHelp("Configuration of the head, a JSON object.", valueName: "json"),
    transform: RawJSON.init(typed:))
  var headConfig: RawJSON?

  @Option(name: .long, help: ArgumentHelp("Class names of a fine-tuned model, separated by commas.", valueName: "a,b,c"))
  var labels: String?

  @Option(name: .long, help: ArgumentHelp("Reading of pre-training: auto, paper or published.", valueName: "name"))
  var variant = "auto"

  @Option(
    name: .customLong("sampling-rate"), parsing: .unconditional,
    help: ArgumentHelp("Frames from one sampled frame to the next.", valueName: "n"))
  var samplingRate: Int?

  @Option(
    name: .long, help: ArgumentHelp("How frames are prepared, where it differs from the published way: a JSON object.", valueName: "json"),
    transform: RawJSON.init(typed:))
  var recipe: RawJSON?

  @Option(name: .long, help: ArgumentHelp("Licence of the weights, kept in the model's card.", valueName: "text"))
  var license: String?

  @Flag(name: .customLong("allow-unexpected"), help: "Drop tensors that the model does not need instead of refusing them.")
  var allowUnexpected = false

  @OptionGroup var common: CommonOptions

  private struct Options: Encodable {
    let input: String
    let out: String
    let weights: String?
    let stage_depths: IntegerList?
    let num_heads: Int?
    let decoder_num_heads: Int?
    let image_size: Int?
    let num_frames: Int?
    let head: String?
    let head_config: RawJSON?
    let labels: [String]?
    let pretraining_variant: String
    let sampling_rate: Int?
    let recipe: RawJSON?
    let license: String?
    let allow_unexpected: Bool
  }

  func run() throws {
    let options = Options(
      input: input, out: out, weights: weights, stage_depths: stageDepths, num_heads: numHeads, decoder_num_heads: decoderNumHeads,
      image_size: imageSize, num_frames: numFrames, head: head, head_config: headConfig,
      labels: labels.map { $0.split(separator: ",").map(String.init) }, pretraining_variant: variant, sampling_rate: samplingRate,
      recipe: recipe,
      license: license, allow_unexpected: allowUnexpected)
    try Task(kind: "import", options: options, common: common).run()
  }
}

/// Whole numbers separated by commas, typed on the command line.
struct IntegerList: ExpressibleByArgument, Encodable {
  private let values: [Int]

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    values = parts.compactMap { Int($0) }
    if values.count != parts.count { return nil }
  }

  func encode(to encoder: any Encoder) throws { try values.encode(to: encoder) }
}
