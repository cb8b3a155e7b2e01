import TestSupport
import Testing

@Suite("Plugins that keep the contract", .enabled(if: !Checked.isInstrumented))
struct SoundPluginTests {
  static let names = [
    "head_classification", "head_dimensional", "head_personality", "video_ffmpeg", "video_frames", "video_synthetic",
  ]

  @Test("the built-in plugins pass every test", arguments: names)
  func builtIn(_ name: String) {
    let checked = Checked("\(Checked.root)/.build/release/svfap/plugins-1/svfap_\(name).so", ["--rounds", "12"])
    #expect(checked.status == 0 && checked.failures.isEmpty && checked.ids.count >= 50, "\(checked.messages) \(checked.output.prefix(500))")
  }

  @Test(
    "the examples pass every test",
    arguments: [
      ("attention_pool_head.c", "svfap_head_attention-pool.so"), ("cxx_head.cpp", "svfap_head_huber.so"),
      ("y4m_source.c", "svfap_video_y4m.so"),
    ])
  func examples(_ source: String, _ name: String) throws {
    let plugin = try Checked.build("\(Checked.root)/examples/\(source)", name, in: "examples")
    let checked = Checked(plugin, ["--rounds", "12", "--seed", "7"])
    #expect(checked.status == 0 && checked.failures.isEmpty && checked.ids.count >= 50, "\(checked.messages) \(checked.output.prefix(500))")
  }

  @Test("options choose what a head is tested as: every loss and activation has gradients that are right")
  func configured() {
    let plugin = "\(Checked.root)/.build/release/svfap/plugins-1/svfap_head_dimensional.so"
    for config in [#"{"loss": "ccc", "activation": "tanh"}"#, #"{"loss": "l1", "outputs": ["valence"]}"#] {
      let checked = Checked(plugin, ["--only", "head", "--config", config])
      #expect(checked.status == 0 && checked.ids.contains("head.gradient.parameters"), "\(config): \(checked.messages)")
    }
  }
}
