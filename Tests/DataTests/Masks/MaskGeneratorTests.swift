import Base
import Data
import Networks
import Testing

@Suite("Masks of pre-training")
struct MaskGeneratorTests {
  private static func model(variant: ModelConfiguration.PretrainingVariant = .paper, size: String = "base") throws -> ModelConfiguration {
    var configuration = try #require(ModelConfiguration.preset(size))
    configuration.decoder = ModelConfiguration.decoder(preset: size)
    configuration.pretrainingVariant = variant
    return configuration
  }

  private static func options(_ kind: MaskOptions.Kind, ratio: Double = 0.9, rows: Int = 2) -> MaskOptions {
    var options = MaskOptions()
    options.kind = kind
    options.ratio = ratio
    options.windowRows = rows
    return options
  }

  /// The first slice of a mask, row by row.
  private static func rows(_ mask: [Bool], columns: Int, count: Int) -> [[Bool]] {
    (0..<count).map { Array(mask[$0 * columns..<($0 + 1) * columns]) }
  }

  @Test(
    "every mask hides exactly as many tokens as stated, the same places in every slice, and suits the network",
    arguments: MaskOptions.Kind.allCases, [0.6, 0.75, 0.9, 0.95])
  func counts(kind: MaskOptions.Kind, ratio: Double) throws {
    let configuration = try Self.model()
    let generator = try MaskGenerator(Self.options(kind, ratio: ratio), configuration)
    let perSlice = kind == .tube ? Int(ratio * 100) : 5 * Int(ratio * 20)
    #expect(generator.hiddenTokens == 8 * perSlice)
    for sample in 0..<50 {
      let mask = generator.mask(SampleKey(seed: 1, epoch: 0, sample: sample))
      #expect(mask.count == 800)
      #expect(mask.count { $0 } == generator.hiddenTokens)
      for slice in 1..<8 { #expect(mask[slice * 100..<(slice + 1) * 100].elementsEqual(mask[0..<100])) }
      #expect(try TubeMask(mask, clips: 1, configuration).visiblePlaces == 100 - perSlice)
    }
  }

  @Test("windows hide as many places each", arguments: [MaskOptions.Kind.window, .windowGlobal, .windowLocal], [1, 2, 5, 10])
  func windows(kind: MaskOptions.Kind, windowRows: Int) throws {
    let generator = try MaskGenerator(Self.options(kind, rows: windowRows), Self.model())
    for sample in 0..<30 {
      let mask = generator.mask(SampleKey(seed: 1, epoch: 0, sample: sample))
      for window in 0..<10 / windowRows {
        let places = mask[window * windowRows * 10..<(window + 1) * windowRows * 10]
        #expect(places.count { $0 } == Int(0.9 * Double(windowRows * 10)))
      }
    }
  }

  @Test("a halved window shows only one half: the same in all windows if global, drawn for each if local")
  func halves() throws {
    var sides: [MaskOptions.Kind: [[Bool]]] = [:]
    for kind in [MaskOptions.Kind.windowGlobal, .windowLocal] {
      let generator = try MaskGenerator(Self.options(kind), Self.model())
      for sample in 0..<400 {
        let rows = Self.rows(generator.mask(SampleKey(seed: 2, epoch: 0, sample: sample)), columns: 10, count: 10)
        var lefts: [Bool] = []
        for window in 0..<5 {
          let visible = rows[2 * window..<2 * window + 2].flatMap { row in row.indices.filter { !row[$0] } }
          #expect(visible.count == 2)
          let isLeft = visible.allSatisfy { $0 < 5 }
          #expect(isLeft || visible.allSatisfy { $0 >= 5 })
          lefts.append(isLeft)
        }
        sides[kind, default: []].append(lefts)
      }
    }
    let global = try #require(sides[.windowGlobal])
    let local = try #require(sides[.windowLocal])
    #expect(global.allSatisfy { Set($0).count == 1 })
    #expect(abs(global.count { $0[0] } - 200) < 60)
    // Five coins agree once in sixteen times.
    #expect(abs(local.count { Set($0).count == 1 } - 25) < 20)
    for window in 0..<5 { #expect(abs(local.count { $0[window] } - 200) < 60) }
  }

  @Test("every place is hidden as often as the others", arguments: MaskOptions.Kind.allCases)
  func evenness(kind: MaskOptions.Kind) throws {
    let generator = try MaskGenerator(Self.options(kind), Self.model())
    var visible = [Int](repeating: 0, count: 100)
    for sample in 0..<4000 {
      let mask = generator.mask(SampleKey(seed: 3, epoch: 0, sample: sample))
      for place in 0..<100 where !mask[place] { visible[place] += 1 }
    }
    // 400 each, deviation 19.
    #expect(visible.allSatisfy { (300...500).contains($0) }, "\(visible)")
  }

  @Test("the same key gives the same mask; clips of one video share it")
  func keys() throws {
    for kind in MaskOptions.Kind.allCases {
      let generator = try MaskGenerator(Self.options(kind), Self.model())
      let mask = generator.mask(SampleKey(seed: 1, epoch: 4, sample: 9))
      #expect(generator.mask(SampleKey(seed: 1, epoch: 4, sample: 9, view: 2)) == mask)
      #expect(generator.mask(SampleKey(seed: 1, epoch: 5, sample: 9)) != mask)
      #expect(generator.mask(SampleKey(seed: 1, epoch: 4, sample: 10)) != mask)
      #expect(generator.mask(SampleKey(seed: 2, epoch: 4, sample: 9)) != mask)
    }
  }

  @Test("the released code cannot do an odd number of visible places; the error says which ratios work", arguments: [0.75, 0.85, 0.95])
  func oddCounts(ratio: Double) throws {
    _ = try MaskGenerator(Self.options(.tube, ratio: ratio), Self.model())
    let configuration = try Self.model(variant: .published)
    let found = message { _ = try MaskGenerator(Self.options(.tube, ratio: ratio), configuration) }
    #expect(found.contains("/mask/ratio") && found.contains("\"published\"") && found.contains("\"paper\""), "\(found)")
    #expect(found.contains("\(ratio), which leaves \(100 - Int(ratio * 100))"), "\(found)")
    for near in [ratio - 0.01, ratio + 0.01] {
      let text = "\((near * 100).rounded() / 100)"
      #expect(found.contains(text), "\(found)")
      _ = try MaskGenerator(Self.options(.tube, ratio: Double(text) ?? 0), configuration)
    }
    _ = try MaskGenerator(Self.options(.tube, ratio: 0.9), configuration)
  }

  @Test("what an error advises works", arguments: [0.001, 0.5, 0.99, 1.0], MaskOptions.Kind.allCases)
  func advice(ratio: Double, kind: MaskOptions.Kind) throws {
    let configuration = try Self.model(variant: .published, size: "tiny")
    let found = message { _ = try MaskGenerator(Self.options(kind, ratio: ratio, rows: 1), configuration) }
    guard let advice = found.split(separator: ":").last(where: { $0.contains("would do") }) else { return }
    let ratios = advice.split { " ,;".contains($0) }.compactMap { Double($0) }.prefix { $0 != ratio }
    #expect(!ratios.isEmpty, "\(found)")
    for near in ratios where !(near <= 0.5 && kind != .tube && kind != .window) {
      _ = try MaskGenerator(Self.options(kind, ratio: near, rows: 1), configuration)
    }
  }

  @Test(
    "options that do not suit the model are refused with their place",
    arguments: [
      (MaskOptions.Kind.window, 0.9, 3, "/mask/window_rows", "1, 2, 5, 10"), (.windowGlobal, 0.5, 2, "/mask/ratio", "more than 0.5"),
      (.windowLocal, 0.3, 2, "/mask/ratio", "more than 0.5"), (.tube, 0.001, 2, "/mask/ratio", "at least one"),
      (.tube, 1, 2, "/mask/ratio", "0.99"),
      (.window, 0.04, 2, "/mask/ratio", "0.05"),
    ])
  func refusals(kind: MaskOptions.Kind, ratio: Double, rows: Int, place: String, advice: String) throws {
    let configuration = try Self.model()
    let found = message { _ = try MaskGenerator(Self.options(kind, ratio: ratio, rows: rows), configuration) }
    #expect(found.hasPrefix(place), "\(found)")
    #expect(found.contains(advice), "\(found)")
  }

  @Test("a row with an odd number of tokens has no halves")
  func oddRows() throws {
    var configuration = try Self.model()
    configuration.imageSize = 112
    let found = message { _ = try MaskGenerator(Self.options(.windowGlobal, rows: 7), configuration) }
    #expect(found.contains("/mask/type") && found.contains("halves"), "\(found)")
    _ = try MaskGenerator(Self.options(.window, rows: 7), configuration)
  }

  @Test(
    "options are checked as they are read",
    arguments: [
      ("{\"type\": \"cube\"}", "/mask/type"), ("{\"ratio\": 1.5}", "/mask/ratio"), ("{\"window_rows\": 0}", "/mask/window_rows"),
      ("{\"ratoi\": 0.9}", "/mask/ratoi"),
    ])
  func parsing(text: String, place: String) throws {
    let json = try JSONValue(parsing: text)
    #expect(message { _ = try MaskOptions(json: json, at: "/mask") }.hasPrefix(place))
    let options = try MaskOptions(json: ["type": "window_local", "ratio": 0.8, "window_rows": 5])
    #expect(options == Self.options(.windowLocal, ratio: 0.8, rows: 5))
    #expect(try MaskOptions(json: options.json) == options)
  }
}
