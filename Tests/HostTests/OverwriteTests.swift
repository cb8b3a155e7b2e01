import Glibc
import TestSupport
import Testing

@Suite("svfap-host: nothing that a user has is lost", .enabled(if: Driver.isBuilt, "make build comes first"))
struct OverwriteTests {
  private let bench = Workbench()

  @Test("an output that is one of the inputs is refused, also under another name")
  func inputs() {
    let (video, link) = (bench.folder("clip.png"), bench.folder("link.png"))
    Fixtures.write(Fixtures.bytes(bench.video), to: video)
    symlink(bench.autoencoder, link)
    for (input, out, kind) in [(video, video, "input"), (bench.video, link, "model")] {
      let before = (Fixtures.bytes(video), Fixtures.bytes(bench.autoencoder))
      let outcome = Driver.run("reconstruct", input, "--model", bench.autoencoder, "--out", out)
      #expect(
        outcome.status == 64 && outcome.output.contains("--out: \(out) is the \(kind), which the result would replace"), "\(outcome.output)"
      )
      #expect(Fixtures.bytes(video) == before.0 && Fixtures.bytes(bench.autoencoder) == before.1)
    }
    let ending = Driver.run("reconstruct", bench.video, "--model", bench.autoencoder, "--out", bench.folder("strip.mp4"))
    #expect(ending.status == 64 && ending.output.contains("--out: expected a name that ends in .png"), "\(ending.output)")
  }

  @Test("results that would replace what is read are refused before anything is computed")
  func results() {
    let copy = { (from: String, to: String) in Fixtures.write(Fixtures.bytes(from), to: bench.folder(to)) }
    copy(bench.video, "clip.csv")
    copy(bench.video, "clip.features.npy")
    copy(bench.model, "00000.json")
    copy(bench.folder("drawn/manifest.csv"), "fold1_train.csv")
    let out = ["--out", bench.folder(".")]
    let cases: [([String], String)] = [
      (["predict", bench.folder("clip.csv"), "--model", bench.model] + out, "clip.csv"),
      (["features", bench.folder("clip.mp4"), bench.folder("clip.features.npy"), "--model", bench.model] + out, "clip.features.npy"),
      (["predict", bench.video, "--model", bench.folder("00000.json")] + out, "00000.json"),
      (["manifest", "table", bench.folder("fold1_train.csv"), "--folds", "2"] + out, "fold1_train.csv"),
    ]
    for (arguments, name) in cases {
      let before = Fixtures.bytes(bench.folder(name))
      let outcome = Driver.run(arguments)
      #expect(outcome.status != 0 && Fixtures.bytes(bench.folder(name)) == before, "\(outcome.output)")
      if arguments[0] != "manifest" { #expect(outcome.status == 64 && outcome.output.contains("which the result would replace")) }
    }
  }

  @Test("a picture is not put among the frames that it is made of")
  func frames() {
    let folder = bench.folder("frames")
    let config = #"{"frames": 20, "width": 64, "height": 64}"#
    #expect(Driver.run("synthesize", "--out", folder, "--format", "frames", "--config", config).status == 0)
    let frame = "\(folder)/00000/000000.png"
    let before = Fixtures.bytes(frame)
    let outcome = Driver.run("reconstruct", "\(folder)/00000", "--model", bench.autoencoder, "--out", frame)
    #expect(outcome.status == 64 && outcome.output.contains("would become a frame of the input"), "\(outcome.output)")
    #expect(Fixtures.bytes(frame) == before)
  }

  @Test("a file that bears the name of a video to be drawn stands until --overwrite is given")
  func namesTaken() {
    Fixtures.write(Array("precious".utf8), to: bench.folder("00001.mp4"))
    let outcome = Driver.run("synthesize", "--out", bench.folder("."), "--count", "3")
    #expect(outcome.status == 1 && outcome.output.contains("00001.mp4 is there already"), "\(outcome.output)")
    #expect(Fixtures.bytes(bench.folder("00001.mp4")) == Array("precious".utf8))
  }

  @Test("reports that a limit on file sizes stops leave nothing behind", arguments: ["predict", "features"])
  func limitedReports(command: String) {
    let out = bench.folder("limited")
    let outcome = Driver.shell("ulimit -f 0; \"$0\" \(command) \(bench.video) --model \(bench.model) --out \(out)")
    #expect(outcome.status == 1 && outcome.output.contains("File too large"), "\(outcome.output)")
    #expect(ChildProcess.run(["find", out, "-type", "f"])?.output == "")
  }

  @Test("damaged frames are told, and fail a strict run")
  func damaged() {
    let folder = bench.folder("frames")
    let config = #"{"frames": 4, "width": 64, "height": 64}"#
    #expect(Driver.run("synthesize", "--out", folder, "--format", "frames", "--config", config).status == 0)
    Fixtures.write([], to: "\(folder)/00000/000002.png")
    let arguments = ["predict", "\(folder)/00000", "--model", bench.model, "--out", bench.folder("out")]
    let outcome = Driver.run(arguments)
    #expect(outcome.status == 0 && outcome.output.contains("1 of 4 frames is damaged"), "\(outcome.output)")
    #expect(Driver.run(arguments + ["--strict"]).status == 1)
  }

  @Test("labels of an earlier synthesize stand until --overwrite is given")
  func labels() {
    let manifest = bench.folder("drawn/manifest.csv")
    let before = Fixtures.bytes(manifest)
    let config = #"{"frames": 2, "width": 64, "height": 64, "expression": "fear"}"#
    let refused = Driver.run("synthesize", "--out", bench.folder("drawn"), "--config", config)
    #expect(refused.status == 1 && refused.output.contains("manifest.csv is there already"), "\(refused.output)")
    #expect(Fixtures.bytes(manifest) == before)
    #expect(Driver.run("synthesize", "--out", bench.folder("drawn"), "--config", config, "--overwrite").status == 0)
    #expect(Fixtures.bytes(manifest) != before)
  }

  @Test("videos that were complete when synthesize was stopped keep their labels")
  func stopped() {
    let out = bench.folder("many")
    let script = """
      "$0" synthesize --out \(out) --count 1000 --config '{"frames": 2, "width": 64, "height": 64}' & pid=$!
      while ! test -e \(out)/00002.mp4; do sleep 0.01; done
      kill -INT $pid; wait $pid
      """
    let outcome = Driver.shell("set -m; " + script)
    #expect(outcome.status == 130 && outcome.output.contains("stopped on request"), "\(outcome.output)")
    let rows = String(decoding: Fixtures.bytes("\(out)/manifest.csv"), as: UTF8.self).split(whereSeparator: \.isNewline).dropFirst()
    #expect(rows.count >= 3)
    let videos = ChildProcess.run(["sh", "-c", "ls \(out)/*.mp4"])?.output.split(separator: "\n").count
    #expect(videos == rows.count)
  }

  @Test(
    "a limit on file sizes ends no process and leaves no piece of a video", arguments: [0, 1], ["mp4", "mkv", "avi", "webm", "frames"])
  func fileSizeLimit(kilobytes: Int, format: String) {
    let outcome = Driver.shell("ulimit -f \(kilobytes); \"$0\" synthesize --out \(bench.folder("limited")) --format \(format)")
    #expect(outcome.status == 1 && outcome.output.contains("File too large"), "\(outcome.output)")
    #expect(ChildProcess.run(["find", bench.folder("limited"), "-type", "f"])?.output == "")
  }

  @Test("a model that computes nothing finite fails every video, and leaves the account of it")
  func notFinite() {
    // A head of infinite weights: no damage that a checksum would tell.
    let broken = bench.folder("broken.safetensors")
    let script = """
      import json, struct, sys
      data = bytearray(open(sys.argv[1], 'rb').read())
      size = struct.unpack('<Q', data[:8])[0]
      header = json.loads(data[8:8 + size])
      begin, end = header['head.weight']['data_offsets']
      for at in range(8 + size + begin, 8 + size + end, 4): data[at:at + 4] = struct.pack('<f', float('inf'))
      meta = header['__metadata__']
      for key in [key for key in meta if 'crc' in key or 'checksum' in key or 'seal' in key]: del meta[key]
      text = json.dumps(header).encode()
      open(sys.argv[2], 'wb').write(struct.pack('<Q', len(text)) + text + data[8 + size:])
      """
    #expect(ChildProcess.run(["python3", "-c", script, bench.model, broken])?.status == 0)
    for command in ["predict", "features"] {
      let outcome = Driver.run(command, bench.video, "--model", broken, "--out", bench.folder(command))
      if command == "features" {
        // The head is not asked for these.
        #expect(outcome.status == 0, "\(outcome.output)")
      } else {
        #expect(outcome.status == 1 && outcome.output.contains("not finite for its only window"), "\(outcome.output)")
        #expect(!Fixtures.bytes(bench.folder("predict/00000.csv")).isEmpty)
      }
    }
  }

  @Test("info goes by what a file holds, not by its name")
  func info() {
    let (model, video) = (bench.folder("model.mp4"), bench.folder("video.safetensors"))
    Fixtures.write(Fixtures.bytes(bench.model), to: model)
    Fixtures.write(Fixtures.bytes(bench.video), to: video)
    #expect(Driver.run("info", model).output.contains("untrained model"))
    #expect(Driver.run("info", video).output.contains("h264"))
  }
}
