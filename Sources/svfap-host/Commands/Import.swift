import ArgumentParser

struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Turn a PyTorch checkpoint (.pth) of the published code into a model file.",
    discussion: """
      Reads the file without running anything that it contains; PyTorch is not needed. What the names and shapes
      do not tell (stage depths, heads) is taken from the published sizes or given here.

      Examples:
        svfap-host import checkpoint-99.pth --out pretrained.safetensors
        svfap-host import dfew.pth --labels happy,sad,neutral,angry,surprise,disgust,fear --out dfew.safetensors
      """)

  @Argument(help: "Checkpoint file.")
  var input: String

  @Option(name: .shortAndLong, help: ArgumentHelp("Model file to write.", valueName: "file"))
  var out: String

  @Option(name: .customLong("stage-depths"), help: ArgumentHelp("Blocks in each stage, separated by commas.", valueName: "12,6,3"))
  var stageDepths: String?

  @Option(name: .customLong("num-heads"), help: ArgumentHelp("Attention heads of the encoder.", valueName: "n"))
  var numHeads: Int?

  @Option(name: .long, help: ArgumentHelp("Class names of a fine-tuned model, separated by commas.", valueName: "a,b,c"))
  var labels: String?

  @Option(name: .long, help: ArgumentHelp("Reading of the pre-training encoder: paper or published.", valueName: "name"))
  var variant: String?

  @Option(name: .long, help: ArgumentHelp("Licence of the weights, kept in the model's card.", valueName: "text"))
  var license: String?

  @OptionGroup var common: CommonOptions

  private struct Options: Encodable {
    let input: String
    let out: String
    let stage_depths: [Int]?
    let num_heads: Int?
    let labels: [String]?
    let pretraining_variant: String?
    let license: String?
  }

  func validate() throws {
    if let stageDepths, stageDepths.split(separator: ",").contains(where: { Int($0) == nil }) {
      throw ValidationError("--stage-depths takes whole numbers separated by commas, such as 12,6,3.")
    }
  }

  func run() throws {
    let options = Options(
      input: input, out: out, stage_depths: stageDepths.map { $0.split(separator: ",").compactMap { Int($0) } },
      num_heads: numHeads, labels: labels.map { $0.split(separator: ",").map(String.init) }, pretraining_variant: variant,
      license: license)
    try Task(kind: "import", options: options, common: common).run()
  }
}
