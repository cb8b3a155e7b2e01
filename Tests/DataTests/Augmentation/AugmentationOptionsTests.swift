import Base
import Data
import Testing

@Suite("Options of augmentation and masks")
struct AugmentationOptionsTests {
  private static func read<Options>(_ text: String, _ make: (JSONValue) throws(SVFAPError) -> Options) throws -> Options {
    try make(JSONValue(parsing: text))
  }

  @Test("nothing said gives the published fine-tuning")
  func fineTuningDefaults() throws {
    let options = try Self.read("{}") { (json) throws(SVFAPError) in try FineTuningAugmentationOptions(json: json) }
    #expect(options == FineTuningAugmentationOptions())
    #expect(
      options.json.text() == """
        {"auto_augment": "rand-m7-n4-mstd0.5-inc1", "random_resized_crop": {"scale": [0.08,1.0], "ratio": [0.75,1.3333]}, \
        "flip": 0.5, "erasing": {"probability": 0.25, "mode": "pixel", "count": 1, "area": [0.02,0.3333333333333333], \
        "aspect": 0.3}, "repeats": 1}
        """)
  }

  @Test("nothing said gives the published pre-training and mixing")
  func otherDefaults() throws {
    let pretraining = try Self.read("{}") { (json) throws(SVFAPError) in try PretrainingAugmentationOptions(json: json) }
    #expect(pretraining.json.text() == "{\"multi_scale_crop\": {\"scales\": [1.0,0.875,0.75,0.66], \"maximum_distortion\": 1}}")
    let mixing = try Self.read("{}") { (json) throws(SVFAPError) in try BatchMixing(json: json) }
    #expect(mixing.json.text() == "{\"mixup\": 0.8, \"cutmix\": 1.0, \"probability\": 1.0, \"switch_probability\": 0.5}")
    let mask = try Self.read("{}") { (json) throws(SVFAPError) in try MaskOptions(json: json) }
    #expect(mask.json.text() == "{\"type\": \"tube\", \"ratio\": 0.9, \"window_rows\": 2}")
  }

  @Test("every option can be set, and is written as it was read")
  func roundTrip() throws {
    let text = """
      {"auto_augment": "rand-m3-n1", "random_resized_crop": {"scale": [0.8, 1], "ratio": [1, 1]}, "flip": 0,
       "erasing": {"probability": 1, "mode": "const", "count": 2, "area": [0.1, 0.2], "aspect": 1}, "repeats": 2}
      """
    let options = try Self.read(text) { (json) throws(SVFAPError) in try FineTuningAugmentationOptions(json: json) }
    #expect(options.randAugment == RandAugmentPolicy(magnitude: 3, operations: 1, deviation: 0, isIncreasing: false))
    #expect(options.crop == RandomResizedCrop(scale: 0.8...1, ratio: 1...1))
    #expect(options.erasing?.mode == .const && options.erasing?.count == 2 && options.erasing?.area == 0.1...0.2)
    #expect(options.flip == 0 && options.repeats == 2)
    #expect(try FineTuningAugmentationOptions(json: options.json) == options)
  }

  @Test("sections are switched off by \"none\", and say so when they are written")
  func off() throws {
    let text = "{\"auto_augment\": \"none\", \"random_resized_crop\": \"none\", \"flip\": 0, \"erasing\": \"none\"}"
    let options = try Self.read(text) { (json) throws(SVFAPError) in try FineTuningAugmentationOptions(json: json) }
    #expect(options == .off)
    #expect(try FineTuningAugmentationOptions(json: FineTuningAugmentationOptions.off.json) == .off)
    var pretraining = PretrainingAugmentationOptions()
    pretraining.crop = nil
    #expect(try PretrainingAugmentationOptions(json: pretraining.json) == pretraining)
    #expect(try BatchMixing(json: "none") == .off)
  }

  @Test(
    "what is wrong is named by its place, with what is possible",
    arguments: [
      ("{\"flip\": 2}", "/a/flip", "0.0 to 1.0"), ("{\"flop\": 1}", "/a/flop", "flip"),
      ("{\"erasing\": \"off\"}", "/a/erasing", "\"none\""),
      ("{\"erasing\": {\"mode\": \"rand\"}}", "/a/erasing/mode", "\"pixel\", \"const\""),
      ("{\"erasing\": {\"aspect\": 0}}", "/a/erasing/aspect", "0.01 to 1"),
      ("{\"erasing\": {\"area\": [0.5, 0.2]}}", "/a/erasing/area", "smaller one first"),
      ("{\"random_resized_crop\": {\"scale\": [0, 1]}}", "/a/random_resized_crop/scale", "0.0001"),
      ("{\"random_resized_crop\": {\"scale\": [0.5]}}", "/a/random_resized_crop/scale", "2 elements"),
      ("{\"random_resized_crop\": {\"ratio\": [0.5, 1e9]}}", "/a/random_resized_crop/ratio", "100"),
      ("{\"auto_augment\": \"rand-q1\"}", "/a/auto_augment", "q1"), ("{\"auto_augment\": 7}", "/a/auto_augment", "string"),
      ("{\"repeats\": 0}", "/a/repeats", "1 to 64"), ("[]", "/a", "object"),
    ])
  func fineTuningErrors(text: String, place: String, advice: String) throws {
    let json = try JSONValue(parsing: text)
    let found = message { _ = try FineTuningAugmentationOptions(json: json, at: "/a") }
    #expect(found.hasPrefix(place), "\(found)")
    #expect(found.contains(advice), "\(found)")
  }

  @Test(
    "the same for pre-training",
    arguments: [
      ("{\"multi_scale_crop\": {\"scales\": []}}", "/a/multi_scale_crop/scales"),
      ("{\"multi_scale_crop\": {\"scales\": [2]}}", "/a/multi_scale_crop/scales"),
      ("{\"multi_scale_crop\": {\"scales\": [1, \"x\"]}}", "/a/multi_scale_crop/scales"), ("{\"flip\": 0.5}", "/a/flip"),
      ("{\"multi_scale_crop\": {\"maximum_distortion\": -1}}", "/a/multi_scale_crop/maximum_distortion"),
    ])
  func pretrainingErrors(text: String, place: String) throws {
    let json = try JSONValue(parsing: text)
    let found = message { _ = try PretrainingAugmentationOptions(json: json, at: "/a") }
    #expect(found.hasPrefix(place), "\(found)")
  }

  @Test(
    "the same for mixing",
    arguments: [("{\"mixup\": -1}", "/m/mixup"), ("{\"cutmix\": 0.001}", "/m/cutmix"), ("{\"mode\": \"elem\"}", "/m/mode")])
  func mixingErrors(text: String, place: String) throws {
    let json = try JSONValue(parsing: text)
    #expect(message { _ = try BatchMixing(json: json, at: "/m") }.hasPrefix(place))
  }

  @Test("mixing is refused for a head whose targets cannot be mixed, unless it is off")
  func heads() throws {
    try BatchMixing().check(targetsMix: true, head: "classification", at: "/mixing")
    try BatchMixing.off.check(targetsMix: false, head: "ranking", at: "/mixing")
    let found = message { try BatchMixing().check(targetsMix: false, head: "ranking", at: "/mixing") }
    #expect(found.contains("/mixing") && found.contains("ranking") && found.contains("\"none\""), "\(found)")
  }
}
