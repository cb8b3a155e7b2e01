import Glibc
import TestSupport
import Testing

@Suite("svfap-host import", .enabled(if: Driver.isBuilt, "make build comes first"))
struct ImportCommandTests {
  private let folder = TemporaryFolder()
  private var out: String { "\(folder.path)/out.safetensors" }
  private let checkpoint = Fixtures.path("checkpoints/finetune_full.pth")

  private func file(_ name: String, _ bytes: [UInt8]) -> String {
    Fixtures.write(bytes, to: "\(folder.path)/\(name)")
    return "\(folder.path)/\(name)"
  }

  @Test("a checkpoint of PyTorch becomes a model file that the other commands read")
  func imports() {
    let outcome = Driver.run("import", checkpoint, "--num-heads", "2", "--labels", "calm,glad,sad", "--out", out)
    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(outcome.output.contains("fine-tuned model, 3417 parameters"))
    #expect(outcome.output.contains("stage_depths: the checkpoint's args.stage_depths"))
    let info = Driver.run("info", out)
    #expect(info.status == 0)
    #expect(info.output.contains("head: classification: calm, glad, sad") && info.output.contains("trained: yes"))
    let json = Driver.run("import", checkpoint, "--num-heads", "2", "--out", out, "--json")
    #expect(json.status == 0 && json.output.hasPrefix("{") && json.output.contains("\"sha256\""))
  }

  @Test("what cannot be imported ends with status 1 and a line that says why; a wrong command line with 64")
  func errors() {
    let whole = Fixtures.bytes(checkpoint)
    let cases: [(String, String)] = [
      ("\(folder.path)/none.pth", "No such file"), (file("empty.pth", []), "an empty file"),
      (file("page.pth", Array("<!doctype html><title>Sign in</title>".utf8)), "a web page"),
      (file("cut.pth", Array(whole[..<(whole.count / 2)])), "cut short"), (folder.path, "a folder"),
      (Fixtures.path("checkpoints/legacy.pth"), "before PyTorch 1.6"), (Fixtures.path("checkpoints/whole_module.pth"), "state_dict()"),
    ]
    for (input, reason) in cases {
      let outcome = Driver.run("import", input, "--out", out)
      #expect(outcome.status == 1, "\(outcome.output)")
      #expect(
        outcome.output.hasPrefix("svfap-host: ") && outcome.output.contains(input) && outcome.output.contains(reason), "\(outcome.output)")
      #expect(outcome.output.split(separator: "\n").count == 1)
    }
    let info = Driver.run("info", checkpoint)
    #expect(info.status == 1 && info.output.contains("a PyTorch checkpoint") && info.output.contains("svfap-host import"))
    #expect(Driver.run("import", checkpoint).status == 64)
    #expect(Driver.run("import", checkpoint, "--out", out, "--stage-depths", "1,x").status == 64)
    #expect(access(out, F_OK) != 0)
  }

  @Test("a limit on file sizes is an error like any other, and the old file stands")
  func fileSizeLimit() {
    _ = file("out.safetensors", Array("old".utf8))
    // 8 blocks of 512 bytes: less than the model takes.
    let outcome = ChildProcess.run([
      "sh", "-c", "ulimit -f 8; exec \"$@\"", "sh", Driver.path, "import", checkpoint, "--num-heads", "2", "--out", out,
    ])
    #expect(outcome?.status == 1, "\(outcome?.output ?? "")")
    #expect(outcome?.output.contains("File too large") == true)
    #expect(Fixtures.bytes(out) == Array("old".utf8))
    #expect(ChildProcess.run(["ls", "-A", folder.path])?.output == "out.safetensors\n")
  }

  @Test("an importing process that is killed leaves the old file or the new one")
  func killed() {
    for delay in ["0.001", "0.005", "0.01", "0.015", "0.02", "0.025", "0.03", "0.05"] {
      _ = file("out.safetensors", Array("old".utf8))
      _ = ChildProcess.run(["timeout", "-s", "KILL", delay, Driver.path, "import", checkpoint, "--num-heads", "2", "--out", out])
      #expect(Fixtures.bytes(out) == Array("old".utf8) || Driver.run("info", out).status == 0)
    }
  }
}
