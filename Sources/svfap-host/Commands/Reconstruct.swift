import ArgumentParser

struct Reconstruct: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what a pre-training model fills in: original, masked and reconstructed frames as a picture.",
    discussion: """
      Takes one clip, hides a share of its patches and writes a PNG strip of three rows.

      Example:
        svfap-host reconstruct clip.mp4 --model pretrained.safetensors --out strip.png
      """)

  @Argument(help: "Video: a file, a folder of frames, or \"synthetic:\".")
  var input: String

  @Option(name: .shortAndLong, help: "Pre-training model file.")
  var model: String

  @Option(name: .shortAndLong, help: ArgumentHelp("PNG file to write.", valueName: "file"))
  var out = "reconstruction.png"

  @Option(name: .customLong("mask-ratio"), parsing: .unconditional, help: ArgumentHelp("Share of patches to hide.", valueName: "0...1"))
  var maskRatio = 0.9

  @Option(name: .customLong("start-frame"), parsing: .unconditional, help: ArgumentHelp("First frame of the clip.", valueName: "frame"))
  var startFrame = 0

  @Option(name: .long, parsing: .unconditional, help: ArgumentHelp("Choice of the hidden patches.", valueName: "n"))
  var seed = 0

  @OptionGroup var video: VideoOptions
  @OptionGroup var opening: ModelOptions
  @OptionGroup var common: CommonOptions

  private struct Options: Encodable {
    let input: String
    let model: String
    let out: String
    let mask_ratio: Double
    let start_frame: Int
    let seed: Int
    let source: String
    let source_config: RawJSON?
    let sampling_rate: Int?
    let precision: String
  }

  func run() throws {
    let options = Options(
      input: input, model: model, out: out, mask_ratio: maskRatio, start_frame: startFrame, seed: seed, source: video.source,
      source_config: video.sourceConfig, sampling_rate: video.samplingRate, precision: opening.precision)
    try Task(kind: "reconstruct", options: options, common: common).run()
  }
}
