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

struct Plugins: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the plugins: task heads, video sources and sinks.",
    discussion: "Tells where they were looked for, what each offers, and why any could not be used.")

  @OptionGroup var common: CommonOptions

  private struct Options: Encodable {}

  func run() throws {
    try Task(kind: "plugins", options: Options(), common: common).run()
  }
}
