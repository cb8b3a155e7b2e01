import Base
import CheckpointSamples
import Checkpoints
import TestSupport
import Testing

@Suite("Training states come back as they were")
struct TrainingStateTests {
  private let folder: TemporaryFolder
  private let store: CheckpointStore

  init() throws {
    folder = TemporaryFolder()
    store = try CheckpointStore(folder.path)
  }

  @Test("every bit of the tensors, NaN and negative zero included, and every counter")
  func roundTrip() throws {
    let run = try SampleRun()
    try run.save(step: 12, in: store)
    let state = try #require(try store.newest().state)
    #expect(state.step == 12)
    #expect(state.configurationDigest == SampleRun.configuration.digest)
    #expect(state.shape(of: "moment2/a") == [3, 4])
    #expect(try run.matches(state))
  }

  @Test("counters that JSON cannot keep are refused by name, and nothing is written")
  func nonFiniteCounter() throws {
    let counters: JSONObject = ["best": ["epoch": 3, "values": [1.5, .number(.nan)]]]
    let snapshot = TrainingSnapshot(step: 1, configuration: SampleRun.configuration, counters: counters, tensors: [])
    let error = #expect(throws: SVFAPError.self) { try store.save(snapshot) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.detail["where"] == "/best/values/1")
    #expect(try store.steps().isEmpty)
  }

  @Test("two tensors of one name are refused")
  func duplicateName() throws {
    let values = try FloatBuffer(count: 2)
    let tensors = [TensorSource("weights/a", shape: [2], values.pointer), TensorSource("weights/a", shape: [2], values.pointer)]
    let error = #expect(throws: SVFAPError.self) {
      try store.save(TrainingSnapshot(step: 1, configuration: SampleRun.configuration, counters: [:], tensors: tensors))
    }
    withExtendedLifetime(values) {}
    #expect(error?.code == .invalidArgument)
  }

  @Test("a tensor that is missing or of another shape is named")
  func wrongTensor() throws {
    try SampleRun().save(step: 1, in: store)
    let state = try #require(try store.newest().state)
    let target = try FloatBuffer(count: 12)
    let missing = #expect(throws: SVFAPError.self) { try state.read("weights/b", shape: [3, 4], into: target.pointer) }
    #expect(missing?.code == .notFound)
    let shape = #expect(throws: SVFAPError.self) { try state.read("weights/a", shape: [4, 3], into: target.pointer) }
    #expect(shape?.code == .shape)
    #expect(shape?.message.contains("[3, 4]") == true)
  }

  @Test("a state given as a model is recognised, and the message says where the model is")
  func notAModel() throws {
    try SampleRun().save(step: 1, in: store)
    let error = #expect(throws: SVFAPError.self) { try ModelFile("\(folder.path)/\(CheckpointStore.name(ofStep: 1))") }
    #expect(error?.code == .format)
    #expect(error?.message.contains("model.safetensors") == true)
  }

  @Test("a state is an ordinary safetensors file")
  func isSafetensors() throws {
    try SampleRun().save(step: 1, in: store)
    let file = try SafetensorsFile("\(folder.path)/\(CheckpointStore.name(ofStep: 1))")
    #expect(file.tensors.map(\.name) == ["weights/a", "moment1/a", "moment2/a", "ema/a", SafetensorsSeal.name])
  }
}
