import Base
import Networks
import TestSupport
import Testing

/// Names and shapes of a Transformer block, as the published table lists them.
private func block(_ name: String, _ width: Int, cross: Bool) -> [(String, [Int])] {
  let first: [(String, [Int])] = [
    ("cross_attn.q_bias", [width]), ("cross_attn.v_bias", [width]), ("cross_attn.q.weight", [width, width]),
    ("cross_attn.kv.weight", [2 * width, width]), ("cross_attn.proj.weight", [width, width]), ("cross_attn.proj.bias", [width]),
    ("cross_norm1.weight", [width]), ("cross_norm1.bias", [width]), ("cross_norm2.weight", [width]), ("cross_norm2.bias", [width]),
  ]
  let always: [(String, [Int])] = [
    ("norm1.weight", [width]), ("norm1.bias", [width]), ("attn.q_bias", [width]), ("attn.v_bias", [width]),
    ("attn.qkv.weight", [3 * width, width]), ("attn.proj.weight", [width, width]), ("attn.proj.bias", [width]), ("norm2.weight", [width]),
    ("norm2.bias", [width]), ("mlp.fc1.weight", [4 * width, width]), ("mlp.fc1.bias", [4 * width]), ("mlp.fc2.weight", [width, 4 * width]),
    ("mlp.fc2.bias", [width]),
  ]
  return ((cross ? first : []) + always).map { ("\(name).\($0.0)", $0.1) }
}

/// The encoder of the base size.
private var trunk: [(String, [Int])] {
  var list: [(String, [Int])] = [("patch_embed.proj.weight", [512, 3, 2, 16, 16]), ("patch_embed.proj.bias", [512])]
  for index in 0..<21 { list += block("blocks.\(index)", 512, cross: index >= 12) }
  for index in 0..<2 { list += [("temporal_downsamples.\(index).weight", [512, 512, 2]), ("temporal_downsamples.\(index).bias", [512])] }
  for index in 0..<2 {
    let name = "spatial_downsamples.\(index)"
    list += [
      ("\(name).norm.weight", [512]), ("\(name).norm.bias", [512]), ("\(name).mlp.fc1.weight", [128, 512]), ("\(name).mlp.fc1.bias", [128]),
      ("\(name).mlp.fc2.weight", [8, 128]), ("\(name).mlp.fc2.bias", [8]),
    ]
  }
  return list
}

@Suite("Parameters are the published ones")
struct ParameterTests {
  private func expect(_ configuration: ModelConfiguration, _ expected: [(String, [Int])]) {
    let declarations = configuration.declarations
    #expect(declarations.map(\.name) == expected.map(\.0), "names, in the published order")
    for (declaration, (name, shape)) in zip(declarations, expected) { #expect(declaration.shape == shape, "\(name)") }
  }

  private func count(_ configuration: ModelConfiguration) -> Int {
    configuration.declarations.reduce(0) { $0 + $1.shape.reduce(1, *) }
  }

  @Test("fine-tuning, base size: 385 tensors with the head, 77,635,351 parameters with 7 classes")
  func fineTuning() throws {
    let configuration = ModelConfiguration()
    expect(configuration, trunk + [("fc_norm.weight", [512]), ("fc_norm.bias", [512])])
    #expect(configuration.declarations.count + 2 == 385)
    #expect(count(configuration) + 7 * 512 + 7 == 77_635_351)
  }

  @Test("pre-training, base size: 441 tensors, 85,517,200 parameters")
  func pretraining() throws {
    var configuration = ModelConfiguration()
    configuration.decoder = ModelConfiguration.decoder(preset: "base")
    var expected: [(String, [Int])] = [("mask_token", [1, 1, 384])] + trunk.map { ("encoder.\($0.0)", $0.1) }
    expected += [("encoder.norm.weight", [512]), ("encoder.norm.bias", [512])]
    for index in 0..<4 { expected += block("decoder.blocks.\(index)", 384, cross: false) }
    expected += [
      ("decoder.norm.weight", [384]), ("decoder.norm.bias", [384]), ("decoder.head.weight", [1536, 384]), ("decoder.head.bias", [1536]),
      ("encoder_to_decoder.weight", [384, 512]),
    ]
    expect(configuration, expected)
    #expect(configuration.declarations.count == 441)
    #expect(count(configuration) == 85_517_200)
    #expect(count(configuration) - 7_688_448 - 196_608 - 384 == 77_631_760)
  }

  @Test("the small size has the paper's 29.7 million")
  func small() throws {
    let small = try #require(ModelConfiguration.preset("small"))
    #expect(abs(Double(count(small)) / 1e6 - 29.6786) < 0.01)
    #expect(ModelConfiguration.preset("base") == ModelConfiguration())
    for name in ModelConfiguration.presetNames { try #require(ModelConfiguration.preset(name)).validate() }
    #expect(ModelConfiguration.preset("huge") == nil)
  }

  @Test("an independent statement of the network asks for exactly these, of these shapes", arguments: shapes)
  func asked(shape: Shape) throws {
    let models = shape.sizes.places > 1 ? [shape, shape.pretraining("paper")] : [shape]
    for model in models {
      let configuration = try model.configuration()
      let weights = try Weights(seeded: configuration)
      let reference = weights.reference(model.sizes)
      let pixels = clip(0, of: video(configuration, clips: 1), configuration)
      if model.sizes.decoder == nil {
        _ = reference.features(pixels)
      } else {
        _ = reference.predict(pixels, mask: try TubeMask.random(ratio: 0.5, clips: 1, seed: 1, configuration))
      }
      #expect(Dictionary(uniqueKeysWithValues: configuration.declarations.map { ($0.name, $0.shape) }) == reference.asked)
    }
  }

  @Test("weights of two and more dimensions decay, all else does not", arguments: [false, true])
  func decay(isPretraining: Bool) {
    var configuration = ModelConfiguration()
    configuration.layerScaleInit = 0.1
    if isPretraining { configuration.decoder = ModelConfiguration.decoder(preset: "base") }
    for declaration in configuration.declarations {
      #expect(declaration.decays == (declaration.shape.count >= 2 && declaration.name != "mask_token"), "\(declaration.name)")
    }
  }

  @Test("parameters lie in one block, each at a cache line, none over another")
  func layout() throws {
    let parameters = try ModelParameters(try shapes[13].configuration().declarations)
    var end = 0
    for index in parameters.declarations.indices {
      #expect(UInt(bitPattern: parameters.pointer(at: index)) % 64 == 0)
      #expect(parameters.offsets[index] >= end)
      end = parameters.offsets[index] + parameters.count(at: index)
      #expect(parameters.index(of: parameters.declarations[index].name) == index)
      #expect(try parameters.pointer(parameters.declarations[index].name) == UnsafePointer(parameters.pointer(at: index)))
    }
    #expect(end <= parameters.storage.count)
    #expect(parameters.parameterCount == parameters.declarations.reduce(0) { $0 + $1.shape.reduce(1, *) })
  }

  @Test("names that stand twice, shapes that overflow and names that are not there")
  func faults() throws {
    func declaration(_ name: String, _ shape: [Int]) -> ParameterDeclaration { .init(name, shape, .constant(0), decays: false) }
    let twice = try #require(failure { try ModelParameters([declaration("a", [1]), declaration("a", [2])]) })
    #expect(twice.code == .config && twice.message.contains("\"a\""))
    #expect(failure { try ModelParameters([declaration("a", [.max, 3])]) }?.code == .limit)
    #expect(failure { try ModelParameters([declaration("a", [-1])]) }?.code == .limit)
    #expect(failure { try ModelParameters((0..<70).map { declaration("a\($0)", [1 << 39]) }) }?.code == .limit)
    #expect(failure { try ModelParameters([declaration("a", [3])]).pointer("b") }?.code == .internal)
  }
}
