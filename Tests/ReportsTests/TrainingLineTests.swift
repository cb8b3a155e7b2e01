import Reports
import Testing

@Suite("The line that tells how training goes")
struct TrainingLineTests {
  private let line = TrainingLine(
    epoch: 2, epochs: 40, step: 120, steps: 1600, loss: 0.61234, learningRate: 3e-4, dataSeconds: 0.021, computeSeconds: 0.399,
    remaining: 760,
    metric: ("uar", 0.5512))

  @Test("all there is to say")
  func whole() {
    #expect(
      line.text() == "epoch 3/40  step 120/1600  loss 0.6123  uar 0.5512  rate 3.0e-04  0.42 s (data 5 %)  12:40 left")
  }

  @Test("what matters least goes first when the line must be short; step and loss stay")
  func narrow() {
    #expect(line.text(width: 85) == "epoch 3/40  step 120/1600  loss 0.6123  uar 0.5512  0.42 s (data 5 %)  12:40 left")
    #expect(line.text(width: 75) == "step 120/1600  loss 0.6123  uar 0.5512  0.42 s (data 5 %)  12:40 left")
    #expect(line.text(width: 60) == "step 120/1600  loss 0.6123  uar 0.5512  12:40 left")
    #expect(line.text(width: 40) == "step 120/1600  loss 0.6123  12:40 left")
    #expect(line.text(width: 1) == "step 120/1600  loss 0.6123")
    for width in 27...120 { #expect(line.text(width: width).count <= width) }
  }

  @Test("a loss that is no number is said, not hidden")
  func nan() {
    var line = line
    line.loss = .nan
    line.remaining = nil
    line.metric = nil
    #expect(line.text() == "epoch 3/40  step 120/1600  loss nan  rate 3.0e-04  0.42 s (data 5 %)")
  }

  @Test("fast and slow steps", arguments: [(0.0123, "12 ms"), (0.0996, "0.10 s"), (9.94, "9.94 s"), (9.96, "10 s"), (31.4, "31 s")])
  func seconds(compute: Double, text: String) {
    var line = line
    line.dataSeconds = 0
    line.computeSeconds = compute
    #expect(line.text().contains("  \(text) (data 0 %)"))
  }

  @Test("a run without time so far waits for nothing")
  func start() {
    let line = TrainingLine(epoch: 0, epochs: 1, step: 0, steps: 10, loss: 1, learningRate: 0, dataSeconds: 0, computeSeconds: 0)
    #expect(line.dataShare == 0)
    #expect(line.text() == "epoch 1/1  step 0/10  loss 1.000  rate 0  0 ms (data 0 %)")
  }
}
