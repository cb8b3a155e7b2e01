import ArgumentParser

struct Manifest: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the lists that training reads, from a data set as it ships.",
    discussion: """
      Without DIR it tells what must be on the disk, without SET which data
      sets it knows. The lists are named after the data set's own split:
      OUT/train.csv and OUT/test.csv, or OUT/fold1_train.csv ... Each line is
      a path, its labels, and where the data set tells it, the group whose
      scores are averaged and the person who is seen. Counts that differ from
      the published ones, files that lists name and the disk does not hold,
      and people on both sides of a split are told.

      Examples:
        svfap-host manifest                      # the data sets
        svfap-host manifest dfew                 # what DFEW must look like
        svfap-host manifest dfew /data/DFEW --out lists
        svfap-host manifest voxceleb2 /data/VoxCeleb2 --scan
        svfap-host manifest videos /data/mine    # any folder, to pre-train on
        svfap-host manifest table werewolf.csv --folds 5
      The last one's first line reads: path valence arousal dominance subject
      """)

  @Argument(help: "Data set.")
  var set: String?

  @Argument(help: ArgumentHelp("Folder that the data set lies in.", valueName: "dir"))
  var folder: String?

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Folder for the lists (default: manifests/SET); made if it is not there.", valueName: "dir"))
  var out: String?

  @Option(name: .long, help: ArgumentHelp("Copy of the videos to take, where the data set has several.", valueName: "name"))
  var variant: String?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Make N folds without common subjects, for a table that has none.", valueName: "n"))
  var folds: Int?

  @Flag(name: .long, help: "Open every video and leave out those that cannot be read.")
  var scan = false

  @Option(name: .customLong("skip-list"), help: ArgumentHelp("Leave out the files of an earlier OUT/skipped.csv.", valueName: "file"))
  var skipList: String?

  @Flag(name: .customLong("keep-missing"), help: "Keep entries whose video is not there.")
  var keepMissing = false

  @Flag(name: .customLong("keep-broken"), help: "Keep files that are known to be broken.")
  var keepBroken = false

  @Flag(name: .long, help: "Write the numbers of classes, not their names.")
  var indices = false

  @Flag(name: .long, help: "Write paths relative to DIR; they are then read with DIR as the root.")
  var relative = false

  @OptionGroup var common: CommonOptions

  private struct Options: Encodable {
    let set: String?
    let folder: String?
    let out: String?
    let variant: String?
    let folds: Int?
    let scan: Bool
    let skip_list: String?
    let keep_missing: Bool
    let keep_broken: Bool
    let indices: Bool
    let relative: Bool
  }

  func run() throws {
    let options = Options(
      set: set, folder: folder, out: out, variant: variant, folds: folds, scan: scan, skip_list: skipList, keep_missing: keepMissing,
      keep_broken: keepBroken, indices: indices, relative: relative)
    try Task(kind: "manifest", options: options, common: common).run()
  }
}
