import Base
import CSVFAPPlugin
import Glibc
import GoldenSupport
import TestSupport
import Testing

@Suite("What heads compute")
struct HeadLossTests {
  /// Every loss with every option that changes it.
  static let heads: [(String, String)] =
    [
      ("classification", "{\"num_outputs\": 4, \"label_smoothing\": 0.1}"),
      ("classification", "{\"num_outputs\": 3, \"label_smoothing\": 0}"),
      ("classification", "{\"num_outputs\": 3, \"class_weights\": [1, 0, 2.5]}"), ("dimensional", "{}"), ("personality", "{}"),
      ("personality", "{\"loss\": \"ccc\", \"outputs\": [\"a\", \"b\"]}"),
    ]
    + ["mse", "l1", "ccc", "mse+ccc"].flatMap { loss in
      ["identity", "tanh", "sigmoid"].map { ("dimensional", "{\"loss\": \"\(loss)\", \"activation\": \"\($0)\"}") }
    }

  @Test("logits, loss and gradients of the published code")
  func golden() throws {
    let golden = try GoldenCase("finetune_tiny")
    let head = try HeadUnderTest("classification", "{\"num_outputs\": 5, \"label_smoothing\": 0.1}", embedDim: 32)
    let parameters = [try Numbers([5, 32], golden.model.floats("head.weight")), try Numbers([5], golden.model.floats("head.bias"))]
    let features = try Numbers([2, 32], golden.floats("output.features"))
    let raw = try head.forward(parameters, features)
    #expect(relativeError(raw.values, try golden.floats("output.logits")) < 2e-5)
    let labels = try golden.integers("input.labels")
    let targets = try Numbers([2, 5], labels.flatMap { try head.target(["\($0)"]) })
    let gradients = [try Numbers([5, 32]), try Numbers([5])]
    let loss = try head.loss(parameters, features, raw: raw, targets: targets, gradients: gradients, inputGradient: Numbers([2, 32]))
    #expect(relativeError([Float(loss)], try golden.floats("output.loss")) < 2e-5)
    #expect(relativeError(gradients[0].values, try golden.floats("grad.head.weight")) < 2e-4)
    #expect(relativeError(gradients[1].values, try golden.floats("grad.head.bias")) < 2e-4)
  }

  @Test("raw outputs are features W^T + b, each clip by itself", arguments: [1, 7, 8, 33])
  func forward(width: Int) throws {
    let head = try HeadUnderTest("dimensional", embedDim: Int64(width))
    let parameters = try head.parameters()
    let features = try Numbers([5, width], stream("features", seed: 1, count: 5 * width))
    let raw = try head.forward(parameters, features)
    let (weight, bias, x) = (parameters[0].values, parameters[1].values, features.values)
    var expected: [Float] = []
    for clip in 0..<5 {
      for output in 0..<3 {
        let sum = (0..<width).reduce(Double(bias[output])) { $0 + Double(weight[output * width + $1]) * Double(x[clip * width + $1]) }
        expected.append(Float(sum))
      }
    }
    #expect(relativeError(raw.values, expected) < 1e-6)
    for clip in 0..<5 {
      let alone = try head.forward(parameters, Numbers([1, width], Array(x[clip * width..<(clip + 1) * width])))
      #expect(alone.values == Array(raw.values[clip * 3..<(clip + 1) * 3]), "the same bits without companions")
    }
  }

  /// Targets that a head may get: mixed classes, or numbers that the activation can reach.
  private func targets(_ id: String, clips: Int, width: Int) throws -> Numbers {
    let numbers = stream("targets", seed: 5, count: clips * width).map { 0.5 + 0.4 * $0 }
    guard id == "classification" else { return try Numbers([clips, width], numbers) }
    return try Numbers(
      [clips, width],
      (0..<clips).flatMap { clip in
        let row = numbers[clip * width..<(clip + 1) * width]
        let sum = row.reduce(0, +)
        return row.map { $0 / sum }
      })
  }

  @Test("gradients of parameters and features are the loss's derivatives", arguments: heads)
  func gradients(of idAndConfig: (String, String)) throws {
    let (id, config) = idAndConfig
    let head = try HeadUnderTest(id, config, embedDim: 7)
    let outputs = Int(try head.info().output_count)
    let parameters = try head.parameters()
    let features = try Numbers([4, 7], stream("features", seed: 3, count: 28))
    let targets = try targets(id, clips: 4, width: outputs)
    let start = try parameters.map { try Numbers($0.shape, [Float](repeating: 2, count: $0.buffer.count)) }
    let inputGradient = try Numbers([4, 7], [Float](repeating: 99, count: 28))

    func loss(_ gradients: [Numbers], _ inputGradient: Numbers) throws -> Double {
      let raw = try head.forward(parameters, features)
      return try head.loss(parameters, features, raw: raw, targets: targets, gradients: gradients, inputGradient: inputGradient)
    }
    let value = try loss(start, inputGradient)
    #expect(value.isFinite)
    let unused = try (parameters.map { try Numbers($0.shape) }, Numbers([4, 7]))
    let step: Float = 1.0 / 128
    for (numbers, gradient, offset) in zip(
      [parameters[0], parameters[1], features], zip([start[0], start[1], inputGradient], [2, 2, 0] as [Float])
    ).map({ ($0, $1.0, $1.1) }) {
      for index in 0..<numbers.buffer.count {
        let before = numbers.buffer[index]
        numbers.buffer[index] = before + step
        let ahead = try loss(unused.0, unused.1)
        numbers.buffer[index] = before - step
        let behind = try loss(unused.0, unused.1)
        numbers.buffer[index] = before
        let expected = (ahead - behind) / Double(2 * step)
        // Gradients of parameters are added to the 2 that was there; those of the features replace what was there.
        let found = Double(gradient.buffer[index] - offset)
        #expect(abs(found - expected) < 2e-3 * max(abs(expected), 0.05), "\(index): \(found), expected \(expected)")
      }
    }
  }

  @Test("losses by their definitions")
  func definitions() throws {
    func loss(_ id: String, _ config: String, raw: [Float], targets: [Float], width: Int) throws -> Double {
      let head = try HeadUnderTest(id, config, embedDim: 1)
      let clips = raw.count / width
      let parameters = try head.parameters()
      return try head.loss(
        parameters, Numbers([clips, 1]), raw: Numbers([clips, width], raw), targets: Numbers([clips, width], targets),
        gradients: parameters.map { try Numbers($0.shape) }, inputGradient: Numbers([clips, 1]))
    }
    let one = "{\"outputs\": [\"x\"], \"loss\": \"%\"}"
    func regression(_ name: String, _ raw: [Float], _ targets: [Float]) throws -> Double {
      try loss("dimensional", one.replacing("%", with: name), raw: raw, targets: targets, width: 1)
    }
    #expect(abs(try regression("mse", [1, 2, 4], [0, 2, 2]) - 5 / 3.0) < 1e-6)
    #expect(abs(try regression("l1", [1, 2, 4], [0, 2, 2]) - 1) < 1e-6)
    #expect(abs(try regression("ccc", [1, 2, 3], [1, 2, 3])) < 1e-6, "full agreement")
    #expect(abs(try regression("ccc", [3, 2, 1], [1, 2, 3]) - 2) < 1e-6, "full disagreement")
    #expect(abs(try regression("ccc", [5], [5]) - 1) < 1e-6, "a single clip has no concordance")
    #expect(abs(try regression("mse+ccc", [1, 2, 3], [2, 3, 4]) - (1 + 1 - 2 * (2 / 3.0) / (4 / 3.0 + 1))) < 1e-6)
    // Two classes, raw 0 and log 3: probabilities 1/4 and 3/4.
    let raw: [Float] = [0, Float(log(3.0))]
    #expect(
      abs(try loss("classification", "{\"num_outputs\": 2, \"label_smoothing\": 0}", raw: raw, targets: [1, 0], width: 2) - log(4.0)) < 1e-6
    )
    let smoothed = -0.9 * log(0.25) - 0.1 * log(0.75)
    #expect(
      abs(try loss("classification", "{\"num_outputs\": 2, \"label_smoothing\": 0.2}", raw: raw, targets: [1, 0], width: 2) - smoothed)
        < 1e-6)
    let weighted = -2 * 0.5 * log(0.25) - 3 * 0.5 * log(0.75)
    let config = "{\"num_outputs\": 2, \"label_smoothing\": 0, \"class_weights\": [2, 3]}"
    #expect(abs(try loss("classification", config, raw: raw, targets: [0.5, 0.5], width: 2) - weighted) < 1e-6)
  }

  @Test("readings: probabilities that add up to 1, values in the range of their activation, however far out", arguments: heads)
  func readings(of idAndConfig: (String, String)) throws {
    let head = try HeadUnderTest(idAndConfig.0, idAndConfig.1)
    let width = Int(try head.info().output_count)
    for scale: Float in [1, 30, 1e4, 1e30] {
      let raw = try Numbers([6, width], stream("raw", seed: 1, count: 6 * width).map { $0 * scale })
      let readings = try head.readings(raw).values
      for clip in 0..<6 {
        let row = Array(readings[clip * width..<(clip + 1) * width])
        for (index, value) in row.enumerated() {
          let range = try head.output(Int64(index)).range
          #expect(value.isFinite && range.contains(Double(value)))
        }
        if idAndConfig.0 == "classification" {
          #expect(abs(row.reduce(0, +) - 1) < 1e-6)
          let best = (0..<width).max { raw.values[clip * width + $0] < raw.values[clip * width + $1] }
          #expect(row.max() == best.map { row[$0] })
        }
      }
    }
    var broken = [Float](repeating: 0, count: width)
    broken[0] = .nan
    #expect(try head.readings(Numbers([1, width], broken)).values.contains { $0.isNaN }, "NaN is passed on")
  }
}
