import ArgumentParser

struct Plugins: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the plugins: task heads, video sources and sinks.",
    discussion: """
      Tells where they were looked for, what each offers, and why any cannot be used. Each file of the plugin directory is \
      looked at in a process of its own: one that crashes, hangs or exits is told, and does no harm here.

      The exit status is 1 if any cannot be used.
      """)

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Seconds that a file has to load before it counts as hanging.", valueName: "seconds"))
  var timeLimit = 5.0

  @OptionGroup var common: CommonOptions

  private struct Options: Encodable {
    let time_limit_s: Double
  }

  func run() throws {
    try Task(kind: "plugins", options: Options(time_limit_s: timeLimit), common: common).run()
  }
}
