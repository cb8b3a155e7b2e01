import ArgumentParser

struct Info: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell what a model file or a video is.",
    discussion: """
      Examples:
        svfap-host info model.safetensors
        svfap-host info clip.mp4 --json
      """)

  @Argument(help: "Model file or video.")
  var input: String

  @OptionGroup var common: CommonOptions

  private struct Options: Encodable {
    let input: String
  }

  func run() throws {
    try Task(kind: "info", options: Options(input: input), common: common).run()
  }
}
