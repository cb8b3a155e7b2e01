import ArgumentParser

struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time the library's main jobs on this machine.",
    discussion: """
      Prints the median, the spread and the peak memory.

      Example:
        svfap-host bench --size base --batch 1 --threads 2 --repeat 7 --format json
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Option(name: .long, help: ArgumentHelp("What to time: predict, pretrain or finetune (one training step).", valueName: "job"))
  var job = "predict"

  @Option(name: .long, help: ArgumentHelp("Size of the model: base, small or tiny.", valueName: "size"))
  var size = "base"

  @Option(name: .long, parsing: .unconditional, help: ArgumentHelp("Clips computed at a time.", valueName: "n"))
  var batch = 1

  @Option(name: .long, help: ArgumentHelp("Number type: float32.", valueName: "type"))
  var precision = "float32"

  @Option(name: .long, parsing: .unconditional, help: ArgumentHelp("Counted runs.", valueName: "n"))
  var `repeat` = 7

  @Option(name: .long, parsing: .unconditional, help: ArgumentHelp("Runs before the counted ones.", valueName: "n"))
  var warmup = 2

  @Option(name: .long, help: "How to print the result.")
  var format = Format.text

  @OptionGroup var common: CommonOptions

  private struct Options: Encodable {
    let job: String
    let size: String
    let batch: Int
    let precision: String
    let `repeat`: Int
    let warmup: Int
  }

  func run() throws {
    var common = common
    if format == .json { common.json = true }
    let options = Options(job: job, size: size, batch: batch, precision: precision, repeat: `repeat`, warmup: warmup)
    try Task(kind: "bench", options: options, common: common).run()
  }
}
