import ArgumentParser

struct Create: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make an untrained model file.",
    discussion: """
      The same seed gives the same weights on every machine.

      Examples:
        svfap-host create --size base --seed 0 --out model.safetensors
        svfap-host create --size small --labels calm,excited --out two.safetensors
        svfap-host create --size base --head dimensional --out vad.safetensors
        svfap-host create --size base --pretraining --out mae.safetensors
      """)

  @Option(name: .long, help: ArgumentHelp("Size of the model: base, small or tiny.", valueName: "size"))
  var size = "base"

  @Option(name: .long, help: ArgumentHelp("Task head: the id of a head plugin.", valueName: "id"))
  var head: String?

  @Option(
    name: .customLong("head-config"), help: ArgumentHelp("Configuration of the head, a JSON object.", valueName: "json"),
    transform: RawJSON.init(typed:))
  var headConfig: RawJSON?

  @Option(name: .long, help: ArgumentHelp("Class names of the classification head, separated by commas.", valueName: "a,b,c"))
  var labels: String?

  @Flag(name: .long, help: "Make a pre-training model (an autoencoder with a decoder, no head).")
  var pretraining = false

  @Option(
    name: .long, help: ArgumentHelp("More members of the model configuration, a JSON object.", valueName: "json"),
    transform: RawJSON.init(typed:))
  var config: RawJSON?

  @Option(name: .long, parsing: .unconditional, help: ArgumentHelp("Seed of the weights.", valueName: "n"))
  var seed = 0

  @Option(name: .shortAndLong, help: ArgumentHelp("Model file to write.", valueName: "file"))
  var out: String

  @OptionGroup var common: CommonOptions

  private struct Options: Encodable {
    let size: String
    let head: String?
    let head_config: RawJSON?
    let labels: [String]?
    let pretraining: Bool
    let config: RawJSON?
    let seed: Int
    let out: String
  }

  func run() throws {
    let options = Options(
      size: size, head: head, head_config: headConfig, labels: labels.map { $0.split(separator: ",").map(String.init) },
      pretraining: pretraining, config: config, seed: seed, out: out)
    try Task(kind: "create", options: options, common: common).run()
  }
}
