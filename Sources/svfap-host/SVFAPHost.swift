import ArgumentParser

/// The sample driver: everything it does goes through `include/svfap.h`, so any C program can do it too.
@main
struct SVFAPHost: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "svfap-host",
    abstract: "Facial affect from video.",
    discussion: """
      A first look:
        svfap-host create --size tiny --out model.safetensors
        svfap-host synthesize --out videos --count 1
        svfap-host predict videos/00000.mp4 --model model.safetensors

      Exit status: 0 done, 1 an input or the whole task failed, 64 the command line is wrong, 130 stopped by Ctrl-C.
      """,
    version: Library.version,
    subcommands: [
      Predict.self, Features.self, Reconstruct.self, Pretrain.self, Finetune.self, Evaluate.self, Manifest.self, CheckData.self,
      Synthesize.self, Create.self, Import.self, Info.self, Plugins.self, Bench.self,
    ])
}
