import ArgumentParser
import Glibc

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
      Synthesize.self, Create.self, Import.self, Info.self, Plugins.self, PluginCheck.self, Bench.self,
    ])

  static func main() {
    Terminal.openStreams()
    if let argument = Arguments.notText {
      Terminal.error("svfap-host: the argument \"\(argument)\" is not UTF-8 text: rename the file or folder, or name another")
      Glibc.exit(EX_USAGE)
    }
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch  where exitCode(for: error).isSuccess {
      // Help or the version was asked for.
      do { try Terminal.print(fullMessage(for: error)) } catch {
        Terminal.error("svfap-host: \(error)")
        Glibc.exit(EXIT_FAILURE)
      }
    } catch {
      exit(withError: error)
    }
  }
}

/// The command line as the system gave it.
private enum Arguments {
  /// The first argument that is not UTF-8, with its wrong bytes replaced: no name that it holds could be passed on.
  static var notText: String? {
    for index in 1..<max(Int(CommandLine.argc), 1) {
      guard let argument = CommandLine.unsafeArgv[index] else { return nil }
      if String(validatingCString: argument) == nil { return String(cString: argument) }
    }
    return nil
  }
}
