import ArgumentParser

struct Synthesize: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make videos of drawn faces that move and change expression, with their labels.",
    discussion: """
      Writes OUT/00000.mp4 ... and OUT/manifest.csv; with --sets a folder OUT/SET and a manifest OUT/SET.csv for each, which
      share no person. The same seed gives the same videos.

      Examples:
        svfap-host synthesize --out videos --count 12
        svfap-host synthesize --out one --count 1 --config '{"expression": "happiness", "frames": 250}'
        svfap-host synthesize --out data --task affect --sets train=96,validation=96,test=200
      """)

  @Option(name: .shortAndLong, help: ArgumentHelp("Folder for the videos; made if it is not there.", valueName: "dir"))
  var out: String

  @Option(name: .long, parsing: .unconditional, help: ArgumentHelp("How many videos; expressions are taken in turn.", valueName: "n"))
  var count = 1

  @Option(name: .long, parsing: .unconditional, help: ArgumentHelp("Seed of the first video.", valueName: "n"))
  var seed = 0

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Draw plays whose labels only motion tells: expression, affect, personality, or any (unlabelled).", valueName: "task"))
  var task: String?

  @Option(name: .long, help: ArgumentHelp("Draw a data set: its sets and how many videos each has.", valueName: "train=96,test=200"))
  var sets: DataSets?

  /// "train=96,test=200".
  struct DataSets: ExpressibleByArgument, Encodable {
    private struct Part: Encodable {
      let name: String
      let videos: Int
    }

    private let parts: [Part]

    init?(argument: String) {
      var parts: [Part] = []
      for text in argument.split(separator: ",", omittingEmptySubsequences: false) {
        let sides = text.split(separator: "=", omittingEmptySubsequences: false)
        guard sides.count == 2, let videos = Int(sides[1]) else { return nil }
        parts.append(Part(name: String(sides[0]), videos: videos))
      }
      self.parts = parts
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(parts)
    }
  }

  @Option(
    name: .long, help: ArgumentHelp("Configuration of the synthetic source, a JSON object.", valueName: "json"),
    transform: RawJSON.init(typed:))
  var config: RawJSON?

  @Option(name: .long, help: ArgumentHelp("Ending of the files: mp4, mkv, avi ... or frames (folders of PNG).", valueName: "ending"))
  var format = "mp4"

  @Flag(name: .long, help: "Replace videos and manifest.csv where the folder holds some.")
  var overwrite = false

  @OptionGroup var common: CommonOptions

  private struct Options: Encodable {
    let out: String
    let count: Int
    let seed: Int
    let task: String?
    let sets: DataSets?
    let config: RawJSON?
    let format: String
    let overwrite: Bool
  }

  func run() throws {
    let options = Options(
      out: out, count: count, seed: seed, task: task, sets: sets, config: config, format: format, overwrite: overwrite)
    try Task(kind: "synthesize", options: options, common: common).run()
  }
}
