import TestSupport
import Testing

@Suite("Sources and sinks with one fault each: the test of that contract finds it, and no other", .enabled(if: !Checked.isInstrumented))
struct FaultyVideoTests {
  static let sourceFaults = [
    Fault("NONE", saying: ""),
    Fault("SEEKS_BESIDE", "source.seek.equal", "source.seek.end", "fuzz.source", saying: "reading from the start gave frame"),
    Fault("LANDS_BESIDE", "source.seek.equal", "fuzz.source", saying: "seek (3) landed at 4"),
    Fault("SEEKS_ANYWHERE", "source.seek.beyond", "fuzz.source", saying: "accepted a frame of which there are 40"),
    Fault("SEEKS_NOT_FROM_END", "source.seek.end", saying: "next gave SVFAP_E_END"),
    Fault("ENDS_ONCE", "source.read.end", saying: "expected SVFAP_E_END again"),
    Fault("COUNTS_WRONG", "source.read.count", saying: "info says 41 frames, and next gave 40"),
    Fault("TIMES_GO_BACK", "source.read.order", saying: "frame 7 comes at 0.2 s"),
    Fault("NUMBERS_WRONG", "source.read.order", saying: "next gave frame 1 as number 0"),
    Fault(
      "PIXELS_AT_RANDOM", "source.read.repeat", "source.instances", "source.threads", "source.seek.equal", "source.seek.end",
      "source.seek.beyond", "fuzz.source", saying: "another frame 0"),
    Fault("SHARES_STATE", "source.instances", "source.threads", "fuzz.source", saying: "take turns"),
    Fault("PROBE_OPENS", "source.probe.quiet", saying: "opens nothing itself"),
    Fault("PROBE_SCORE", "source.probe.score", saying: "the score 101"),
    Fault("OPENS_NOTHING", "source.open.nothing", saying: "accepted a path that leads nowhere"),
    Fault("WAITS", "source.cancelled", status: "hung", saying: "at the time: open ("),
    Fault(
      "LEAKS_DESCRIPTOR", "source.churn", "source.damage.truncated", "source.damage.flipped", "hygiene.descriptors",
      saying: "descriptors open"),
    Fault("LEAKS_MEMORY", "source.churn", "source.denied", "hygiene.memory", "fuzz.source", saying: "were not given back"),
    Fault("NARROW_ROWS", "source.open", saying: "expected at least 3 * width"),
  ]

  static let sinkFaults = [
    Fault("LEAVES_FILE", "sink.abandoned", saying: "what is not finished is removed"),
    Fault("TAKES_ANY_SIZE", "sink.size", saying: "accepted a frame of 47 x 32"),
    Fault("IGNORES_ROW_BYTES", "sink.rows", saying: "40 bytes between their rows"),
    Fault("FORGETS_LAST_FRAME", "sink.readback", saying: "reads 14"),
    Fault("TAKES_NO_SIZE", "sink.format", saying: "accepted a size of 0 x 32"),
    Fault("FINISH_TWICE_CRASHES", "sink.finish.again", status: "crashed", saying: "at the time: finish"),
  ]

  @Test("sources", arguments: sourceFaults)
  func sources(_ fault: Fault) throws { try fault.check("faulty_video", "svfap_video_faulty.so") }

  @Test("sinks", arguments: sinkFaults)
  func sinks(_ fault: Fault) throws { try fault.check("faulty_video", "svfap_video_faulty.so") }

  @Test("a source that trusts the size in its file crashes on files with wrong bytes, and the course that does it is told")
  func trusting() throws {
    let plugin = try Checked.build(
      Fixtures.path("plugins/faulty_video.c"), "svfap_video_faulty.so", in: "trusting", ["-DFAULT=TRUSTS_SIZE"])
    let checked = Checked(plugin, ["--only", "source.damage", "--rounds", "60"])
    #expect(checked.failures["source.damage.flipped"] == "crashed", "\(checked.messages)")
    let message = checked.messages["source.damage.flipped"] ?? ""
    #expect(message.contains("with bytes ") && message.contains("round "), "\(message)")
  }
}
