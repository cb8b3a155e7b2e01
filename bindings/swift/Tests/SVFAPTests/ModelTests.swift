import SVFAP
import Testing

@Suite("Models")
struct ModelTests {
  private let world: World
  private let model: Model

  init() throws {
    world = try World()
    model = try world.classifier()
  }

  @Test("a model tells what it is")
  func facts() throws {
    #expect(model.outputs.map(\.name) == ["calm", "excited"])
    #expect(model.outputs.allSatisfy { $0.unit == "probability" && $0.minimum == 0 && $0.maximum == 1 })
    #expect(model.config.contains("\"embed_dim\": 48") && model.recipe.contains("\"clip_length\": 8") && model.card.hasPrefix("{"))
    #expect(try world.autoencoder().outputs.isEmpty)
    #expect(status { _ = try Model.create("{\"size\": \"huge\"}", in: world.runtime) } == .config)
  }

  @Test("what is saved is opened again, number for number")
  func saving() throws {
    let folder = try ModelFolder()
    try model.save(to: folder.model)
    let opened = try Model.open(folder.model, in: world.runtime)
    #expect(opened.config == model.config)
    #expect(status { _ = try Model.open(folder.model, precision: "decimal", in: world.runtime) } == .config)
    #expect(try opened.parameters().map(\.tensor) == model.parameters().map(\.tensor))
    #expect(status { try model.save(to: "\(folder.path)/nowhere/model.safetensors") } == .notFound)
  }

  @Test("parameters outlive the model's last other use")
  func parameters() throws {
    var parameter: Model.Parameter?
    do { parameter = try world.classifier(seed: 1).parameters().first { $0.name == "head.weight" } }
    let weight = try #require(parameter)
    #expect(weight.shape == [2, 48])
    #expect(weight.withUnsafeValues { $0.count } == 96 && weight.tensor.values.contains { $0 != 0 })
    #expect(weight.tensor[1].count == 48)
  }
}
