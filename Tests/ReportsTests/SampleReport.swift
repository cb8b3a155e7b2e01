import Base
import Glibc
import Reports
import TestSupport

/// A report with everything in it, as a long run would fill it; names are hostile where they come from users.
func sampleReport() -> RunReport {
  var report = RunReport(
    title: "Fine-tuning on <Faces & Voices> \"fold 1\"", state: .finished, time: 1_790_000_000,
    configuration: [
      "task": "finetune", "seed": 7, "note": "</code></pre><script>alert('x')</script>",
      "head": ["id": "classification", "labels": ["happiness", "sadness", "anger"], "label_smoothing": 0.1], "epochs": 40,
    ])
  report.highlights = [
    .init("UAR", "61.83 %", note: "best, epoch 31 of 40"), .init("WAR", "74.10 %", note: "at the same epoch"),
    .init("validation loss", "0.8121"), .init("time", "3:12:40", note: "1.2 s a step, 4 % waiting for data"),
  ]
  report.facts = [
    .init("model", "small: width 384; 21.4 M parameters"), .init("from", "pretrained/model.safetensors"),
    .init("training clips", "9 356 of 9 412"), .init("machine", "2 threads, x86-64-v4"), .init("seed", "7"),
    .init("folder", "/data/runs/a-rather-long-name-without-any-space-in-it-that-must-wrap-somewhere/fold-1"),
  ]
  report.warnings = ["the class \"contempt\" has no clips in validation: it does not count in UAR"]
  report.charts = charts()
  report.evaluations = [classification(), regression()]
  report.pictures = [
    PictureGroup(
      "Reconstructions, epoch 40", note: "left the clip, in the middle what the model saw, on the right what it made of it",
      pictures: (0..<3).map { .init(png: gradientPNG(width: 192, height: 64, shade: $0), caption: "clip \($0) <held out>") })
  ]
  report.accounts = [
    DataAccount(
      "training", listed: 9412, used: 9356,
      skipped: [
        .init("cannot be opened: moov atom not found", count: 50, examples: ["clips/0032.mp4", "clips/<odd>.mp4"]),
        .init("fewer frames than a window", count: 6, examples: ["clips/short.mp4"]),
      ]), DataAccount("validation", listed: 2341, used: 2341),
  ]
  return report
}

private func noise(_ index: Int) -> Double { Double(stream("noise", seed: UInt64(index), count: 1)[0]) }

private func charts() -> [LineChart] {
  let training = (0..<3200).map { step in
    let fall = 1.6 * exp(-Double(step) / 700) + 0.42
    return LineChart.Point(Double(step), step == 1700 ? .nan : fall + 0.12 * noise(step) * (1 + fall))
  }
  let validation = (1...40).map { LineChart.Point(Double($0 * 80), 1.5 * exp(-Double($0) / 8) + 0.81 + 0.00025 * Double($0 * $0)) }
  let rate = (0..<3200).map { step in
    let share = Double(step) / 3200
    return LineChart.Point(Double(step), 3e-4 * (share < 0.1 ? share / 0.1 : 0.5 + 0.5 * cos(.pi * (share - 0.1) / 0.9)))
  }
  func metric(_ seed: Int, _ top: Double) -> [LineChart.Point] {
    (1...40).map { LineChart.Point(Double($0), top * (1 - exp(-Double($0) / 7)) + 0.01 * noise($0 + seed)) }
  }
  let best = LineChart.Mark(31, "best")
  return [
    LineChart(
      "Loss", series: [.init("training", training, isNoisy: true), .init("validation", validation)], marks: [.init(2480, "best")]),
    LineChart("Learning rate", series: [.init("rate", rate)]),
    LineChart(
      "Metrics on validation", xName: "epoch", largerIsBetter: true,
      series: [.init("uar", metric(1, 0.62)), .init("war", metric(2, 0.74)), .init("macro_f1", metric(3, 0.58))], marks: [best]),
    LineChart("Not yet measured", series: [.init("nothing", [])]),
  ]
}

private func classification() -> RunReport.Evaluation {
  let labels = ["happiness", "sadness", "neutral", "anger", "surprise", "disgust", "fear", "contempt"]
  let counts = labels.indices.map { truth in
    labels.indices.map { reading in
      truth == 7 ? 0 : truth == reading ? 300 - 35 * truth : Int(20 * (1 + noise(truth * 8 + reading)))
    }
  }
  return RunReport.Evaluation(
    "Validation, epoch 31",
    metrics: MetricTable(
      columns: ["fold 1", "fold 2", "mean of folds", "pooled"],
      rows: [
        .init("uar", unit: "fraction", largerIsBetter: true, values: [0.6183, 0.6011, 0.6097, 0.6102]),
        .init("war", unit: "fraction", largerIsBetter: true, values: [0.741, 0.733, 0.737, 0.7371]),
        .init("cross_entropy", unit: "nat", largerIsBetter: false, values: [0.8121, 0.8333, nil, .nan]),
      ]), confusion: ConfusionMatrix(labels: labels, counts: counts))
}

private func regression() -> RunReport.Evaluation {
  let scatters = ["valence", "arousal", "dominance"].enumerated().map { dimension, name in
    ScatterChart(
      name, note: "CCC 0.\(71 - 9 * dimension)",
      pairs: (0..<(dimension == 0 ? 5000 : 400)).map { index in
        let truth = noise(index + 1000 * dimension)
        return .init(truth: truth, reading: 0.7 * truth + 0.25 * noise(index + 7777))
      })
  }
  return RunReport.Evaluation(
    "Test, dimensional head",
    metrics: MetricTable(columns: ["test"], rows: [.init("ccc_valence", unit: "1", largerIsBetter: true, values: [0.7123])]),
    scatters: scatters)
}

/// A small PNG file made by hand: stored (uncompressed) deflate blocks.
func gradientPNG(width: Int, height: Int, shade: Int = 0) -> [UInt8] {
  var rows: [UInt8] = []
  for y in 0..<height {
    rows.append(0)
    for x in 0..<width { rows += [UInt8(x * 255 / width), UInt8(y * 255 / height), UInt8(shade * 80 % 256)] }
  }
  func bigEndian(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }
  func chunk(_ type: String, _ body: [UInt8]) -> [UInt8] {
    let named = Array(type.utf8) + body
    return bigEndian(UInt32(body.count)) + named + bigEndian(zipChecksum(named))
  }
  var deflated: [UInt8] = [0x78, 0x01]
  for start in stride(from: 0, to: rows.count, by: 65_535) {
    let block = rows[start..<min(start + 65_535, rows.count)]
    let length = UInt16(block.count)
    deflated +=
      [start + 65_535 >= rows.count ? 1 : 0, UInt8(length & 0xFF), UInt8(length >> 8), UInt8(~length & 0xFF), UInt8(~length >> 8)] + block
  }
  var a: UInt32 = 1
  var b: UInt32 = 0
  for byte in rows {
    a = (a + UInt32(byte)) % 65_521
    b = (b + a) % 65_521
  }
  deflated += bigEndian(b << 16 | a)
  let header = bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + [8, 2, 0, 0, 0]
  return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header) + chunk("IDAT", deflated) + chunk("IEND", [])
}

/// CRC-32 as PNG and zip use it, bit by bit.
private func zipChecksum(_ bytes: [UInt8]) -> UInt32 {
  var crc: UInt32 = 0xFFFF_FFFF
  for byte in bytes {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
  }
  return ~crc
}
