import Base
import CAPI
import CSVFAP
import Glibc
import GoldenSupport
import Kernels
import TestSupport
import Testing

@Suite("C ABI: what a model's matrices are kept and multiplied in")
struct PrecisionTests {
  private let world: World
  private let golden: GoldenCase
  private let clips: View

  init() throws {
    world = try World()
    golden = try GoldenCase("finetune_tiny")
    clips = Memory(try golden.floats("input.video")).view(try golden.shape("input.video"))
  }

  private func features(_ precision: String) throws -> [Float] {
    try CAPITests.features(try world.predictor(try world.golden("finetune_tiny", "{\"precision\": \"\(precision)\"}")), clips).values
  }

  @Test("float32 is the published numbers, bfloat16 comes within a hundredth, int8 within a twentieth")
  func closeness() throws {
    let expected = try golden.floats("output.features")
    #expect(relativeError(try features("float32"), expected) < 2e-5)
    let (pairs, bytes) = (try features("bfloat16"), try features("int8"))
    #expect(relativeError(pairs, expected) < 1e-2)
    #expect(relativeError(bytes, expected) < 5e-2)
    // Where the processor cannot, nothing is rounded.
    #expect((pairs != (try features("float32"))) == Precision.bfloat16.isSupported)
    #expect((bytes != pairs) == Precision.int8.isSupported)
  }

  @Test("a clip's numbers do not depend on its companions nor on the number of threads", arguments: Precision.allCases)
  func independence(precision: Precision) throws {
    let options = "{\"precision\": \"\(precision.rawValue)\"}"
    let together = try CAPITests.features(try world.predictor(try world.golden("finetune_tiny", options)), clips)
    let other = try World("{\"threads\": 5}")
    let predictor = try other.predictor(try other.golden("finetune_tiny", options))
    let shape = try golden.shape("input.video")
    let values = try golden.floats("input.video")
    let count = values.count / shape[0]
    for clip in 0..<shape[0] {
      let one = Memory(Array(values[clip * count..<(clip + 1) * count])).view([1] + Array(shape.dropFirst()))
      let alone = try CAPITests.features(predictor, one).values
      #expect(alone == Array(together.values[clip * alone.count..<(clip + 1) * alone.count]))
    }
  }

  @Test(
    "a rounded model's matrices are not handed out, saved or trained as if they were exact; other parameters are",
    .enabled(if: Precision.bfloat16.isSupported), arguments: ["bfloat16", "int8"])
  func rounded(precision: String) throws {
    let model = try world.golden("finetune_tiny", "{\"precision\": \"\(precision)\"}")
    let exact = try world.golden("finetune_tiny")
    var count: UInt64 = 0
    try check { svfap_model_parameter_count(model.handle, &count, $0) }
    var refused = 0
    for index in 0..<count {
      var (name, other) = (svfap_text(), svfap_text())
      var (view, expected) = (svfap_view(), svfap_view())
      view.struct_size = UInt64(MemoryLayout<svfap_view>.size)
      expected.struct_size = view.struct_size
      try check { svfap_model_parameter(exact.handle, index, &other, &expected, $0) }
      if let refusal = refusal({ svfap_model_parameter(model.handle, index, &name, &view, $0) }) {
        refused += 1
        #expect(refusal.status == SVFAP_E_UNSUPPORTED && refusal.message.contains("open it in float32"))
        #expect(name.size == 0 && view.data == nil)
        #expect(expected.dimension_count > 1)
      } else {
        #expect(view.byte_count == expected.byte_count && memcmp(view.data, expected.data, Int(view.byte_count)) == 0)
      }
    }
    #expect(refused > 10 && refused < Int(count))
    let path = Fixtures.temporaryFolder() + "/rounded.safetensors"
    #expect(refusal { svfap_model_save(model.handle, path, untilNUL, $0) }?.status == SVFAP_E_UNSUPPORTED)
    var trainer: OpaquePointer?
    #expect(
      refusal { svfap_trainer_create(model.handle, "finetune", untilNUL, nil, 0, &trainer, $0) }?.status == SVFAP_E_UNSUPPORTED)
    #expect(trainer == nil)
  }

  @Test("training in bfloat16 follows float32: losses of ten steps differ by less than a fiftieth")
  func training() throws {
    func losses(_ precision: String) throws -> [Double] {
      let model = try world.golden("finetune_tiny")
      let options = "{\"precision\": \"\(precision)\", \"learning_rate\": 0.001, \"drop_path\": 0, \"seed\": 4}"
      let trainer = try Owned(svfap_trainer_release) {
        svfap_trainer_create(model.handle, "finetune", untilNUL, options, untilNUL, $0, $1)
      }
      let labels = Memory((0..<(try golden.shape("input.video")[0])).map { Int64($0 % 2) }).view([try golden.shape("input.video")[0]])
      return try (0..<10).map { _ in
        var loss = 0.0
        try clips.with { clips in
          try labels.with { labels in try check { svfap_trainer_forward_backward(trainer.handle, clips, labels, &loss, $0) } }
        }
        try check { svfap_trainer_step(trainer.handle, nil, $0) }
        return loss
      }
    }
    let (exact, rounded) = (try losses("float32"), try losses("bfloat16"))
    #expect(exact[9] < exact[0])
    for (a, b) in zip(exact, rounded) { #expect(abs(a - b) < 0.02 * abs(a), "\(exact) \(rounded)") }
    #expect((exact != rounded) == Precision.bfloat16.isSupported)
  }

  @Test("what is no precision is refused with the precisions that there are")
  func unknown() throws {
    var model: OpaquePointer?
    let path = Fixtures.path("goldens/finetune_tiny.safetensors")
    let refused = refusal { svfap_model_open(world.runtime.handle, path, untilNUL, "{\"precision\": \"float16\"}", untilNUL, &model, $0) }
    #expect(refused?.status == SVFAP_E_CONFIG && refused?.place == "/precision" && refused?.message.contains("bfloat16") == true)
  }
}
