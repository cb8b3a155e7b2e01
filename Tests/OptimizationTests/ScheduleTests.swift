import Base
import Networks
import Optimization
import TestSupport
import Testing

@Suite("Schedules and averages")
struct ScheduleTests {
  @Test("cosine schedules equal the published table")
  func golden() throws {
    let table = try JSONValue(parsing: Fixtures.bytes(Fixtures.path("goldens/cosine_schedules.json")))
    let cases = try #require(table.arrayValue)
    #expect(cases.count >= 3)
    for entry in cases {
      let number = { (key: String) throws in try #require(entry[key]?.doubleValue) }
      let perEpoch = try Int(number("steps_per_epoch"))
      let schedule = CosineSchedule(
        base: try number("base"), final: try number("final"), steps: try Int(number("epochs")) * perEpoch,
        warmupSteps: try Int(number("warmup_epochs")) * perEpoch, start: try number("warmup_start"))
      for (step, value) in (entry["values"]?.arrayValue ?? []).enumerated() {
        #expect(abs(schedule.value(at: step) - (value.doubleValue ?? .nan)) < 1e-15)
      }
    }
  }

  @Test("steps behind the end stay at the end's value, and odd lengths do not break")
  func edges() {
    let schedule = CosineSchedule(base: 1, final: 0.25, steps: 4)
    #expect(schedule.value(at: 4) == 0.25)
    #expect(schedule.value(at: 1_000_000) == 0.25)
    #expect(CosineSchedule(base: 1, final: 0, steps: 1, warmupSteps: 1).value(at: 0) == 0)
    #expect(CosineSchedule(base: 1, final: 0.5, steps: 0).value(at: 0) == 0.5)
    #expect(CosineSchedule(base: 1, final: 0, steps: 3, warmupSteps: 9).warmupSteps == 3)
  }

  @Test("a moving average follows the parameters with its decay")
  func average() throws {
    let parameters = try ModelParameters([ParameterDeclaration("a", [70_000], .constant(1), decays: true)])
    try parameters.initialize(seed: 0)
    let pool = try ThreadPool(threads: 2)
    let average = try MovingAverage(parameters, decay: 0.75)
    parameters.pointer(at: 0).update(repeating: 5, count: 70_000)
    average.update(pool)
    #expect((0..<70_000).allSatisfy { average.values.storage[$0] == 2 })
    average.update(pool)
    #expect((0..<70_000).allSatisfy { average.values.storage[$0] == 2.75 })
  }
}
