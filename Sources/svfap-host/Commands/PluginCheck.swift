import ArgumentParser
import Glibc

struct PluginCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plugin-check",
    abstract: "Test a plugin: does it keep the contract of svfap_plugin.h?",
    discussion: """
      Each test runs in a process of its own, so that a crash or an endless
      loop is one failed test. Prints TAP, one line a test; a test that fails
      says what was called, found and expected, and how to run it again.

      Tested are the file (ABI note, exports, linking), what the plugin says
      of itself, its options, a head's gradients (by finite differences),
      labels and metrics, a source's frames, seeking and damaged files, what
      a sink writes, memory that runs out, and that the program around it
      stays as it was. --list tells all of it.

      A sample for a source is made where that can be done: by the plugin's
      own sink, as Y4M, or as "ID:"; else --sample gives one.

      Exit status 1 if a test fails.

      Examples:
        svfap-host plugin-check svfap_head_mine.so
        svfap-host plugin-check svfap_head_mine.so --only head.gradient
        svfap-host plugin-check svfap_video_mine.so --sample clip.xyz
        gdb --args svfap-host plugin-check mine.so --only head.forward --in-process
      """)

  @Argument(help: "The plugin's file.")
  var file: String?

  @Option(name: .long, parsing: .unconditional, help: ArgumentHelp("Seed of everything that is drawn.", valueName: "n"))
  var seed = 0

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Rounds of the fuzz tests; other tests that draw go by multiples of it.", valueName: "n"))
  var rounds = 100

  @Option(
    name: .long,
    help: ArgumentHelp("Run these tests only: an id, its beginning up to a dot, or a shell pattern. May be repeated.", valueName: "tests"))
  var only: [String] = []

  @Option(name: .long, help: ArgumentHelp("Leave these tests out. May be repeated.", valueName: "tests"))
  var skip: [String] = []

  @Option(
    name: .long, help: ArgumentHelp("Options of the plugin's head, source or sink, a JSON object.", valueName: "json"),
    transform: RawJSON.init(typed:))
  var config: RawJSON?

  @Option(name: .long, help: ArgumentHelp("Video, or folder of pictures, that the source reads.", valueName: "path"))
  var sample: String?

  @Option(
    name: .customLong("label"),
    help: ArgumentHelp("A label that the head takes, its fields parted by spaces. May be repeated.", valueName: "fields"))
  var labels: [String] = []

  @Option(name: .customLong("time-limit"), parsing: .unconditional, help: ArgumentHelp("Seconds that each test has.", valueName: "s"))
  var timeLimit = 60.0

  @Option(
    name: .customLong("memory-limit"), parsing: .unconditional,
    help: ArgumentHelp("Address space that each test has, in MiB.", valueName: "n"))
  var memoryLimit: Int?

  @Flag(name: .customLong("in-process"), help: "Run all tests in this process, for a debugger.")
  var inProcess = false

  @Flag(name: .long, help: "Tell which tests there are.")
  var list = false

  @OptionGroup var common: CommonOptions

  private struct Options: Encodable {
    let plugin: String?
    let list: Bool
    let only: [String]
    let skip: [String]
    let seed: Int
    let rounds: Int
    let config: RawJSON?
    let sample: String?
    let labels: [String]
    let time_limit_s: Double
    let memory_limit_mb: Int?
    let in_process: Bool
  }

  func validate() throws {
    if file == nil, !list { throw ValidationError("Give the file of a plugin, or --list.") }
  }

  func run() throws {
    let options = Options(
      plugin: file.map(Self.absolute), list: list, only: only, skip: skip, seed: seed, rounds: rounds, config: config,
      sample: sample.map(Self.sample),
      labels: labels, time_limit_s: timeLimit, memory_limit_mb: memoryLimit, in_process: inProcess)
    try Task(kind: "plugin-check", options: options, common: common).run()
  }

  /// Plugins are loaded by absolute path; a person types the nearest one.
  private static func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/") else { return path }
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    guard getcwd(&buffer, buffer.count) != nil else { return path }
    let folder = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return "\(folder)/\(path.hasPrefix("./") ? String(path.dropFirst(2)) : path)"
  }

  /// A sample that is a file; what names none, such as "synthetic:", is left as it is.
  private static func sample(_ path: String) -> String { access(path, F_OK) == 0 ? absolute(path) : path }
}
