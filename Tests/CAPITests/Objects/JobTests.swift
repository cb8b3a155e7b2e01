import Base
import CAPI
import CSVFAP
import TestSupport
import Testing

@Suite("C ABI: jobs")
struct CJobTests {
  @Test("every kind has a schema that is an object's")
  func schemas() throws {
    let kinds = try json { svfap_job_schema(nil, 0, $0, $1, $2) }.arrayValue?.compactMap(\.stringValue) ?? []
    #expect(Set(["predict", "features", "reconstruct", "create", "info", "plugins", "bench"]).isSubset(of: Set(kinds)))
    for kind in kinds {
      let schema = try json { svfap_job_schema(kind, untilNUL, $0, $1, $2) }
      #expect(schema["type"] == "object")
      #expect(schema["properties"]?.objectValue != nil)
    }
    #expect(refusal { svfap_job_schema("dance", untilNUL, nil, nil, $0) }?.status == SVFAP_E_NOT_FOUND)
  }

  @Test("a job runs once, and has a result afterwards")
  func once() throws {
    let world = try World()
    let folder = Fixtures.temporaryFolder()
    defer { _ = Command.run(["rm", "-rf", folder]) }
    let job = try world.job("create", "{\"size\": \"tiny\", \"seed\": 5, \"out\": \"\(folder)/m.safetensors\"}")
    #expect(refusal { svfap_job_result(job.handle, nil, nil, $0) }?.status == SVFAP_E_BUSY)
    try check { svfap_job_run(job.handle, nil, $0) }
    #expect(refusal { svfap_job_run(job.handle, nil, $0) }?.status == SVFAP_E_BUSY)
    let result = try json { svfap_job_result(job.handle, $0, $1, $2) }
    #expect(result["out"]?.stringValue == "\(folder)/m.safetensors")
    // The same as the model that is made in memory.
    let clip = Memory(stream("video", seed: 2, count: 3 * 16 * 64 * 64)).view([1, 3, 16, 64, 64])
    let opened = try world.predictor(try world.open("\(folder)/m.safetensors"))
    #expect(try forward(opened, clip) == forward(try world.predictor(try world.model(seed: 5)), clip))
  }

  @Test("inputs that fail are told while the others complete; progress is told on the way")
  func partly() throws {
    let world = try World()
    let folder = Fixtures.temporaryFolder()
    defer { _ = Command.run(["rm", "-rf", folder]) }
    let model = Fixtures.path("goldens/finetune_tiny.safetensors")
    let job = try world.job(
      "predict", "{\"inputs\": [\"/no/such.mp4\", \"counting:frames=70\"], \"model\": \"\(model)\", \"out\": \"\(folder)\"}")
    final class Reports { var activities: [String] = [] }
    let reports = Reports()
    var options = svfap_run_options(
      struct_size: UInt64(MemoryLayout<svfap_run_options>.size), cancel: nil,
      progress: { user, progress in
        guard let user, let progress = progress?.pointee, let text = progress.activity.data else { return 1 }
        let activity = String(cString: text)
        Unmanaged<Reports>.fromOpaque(user).takeUnretainedValue().activities
          .append(activity.utf8.count == Int(progress.activity.size) ? activity : "wrong size")
        return 0
      }, progress_user: Unmanaged.passUnretained(reports).toOpaque())
    try check { svfap_job_run(job.handle, &options, $0) }
    #expect(reports.activities.contains("predict counting:frames=70"))
    #expect(!reports.activities.contains("wrong size"))
    let result = try json { svfap_job_result(job.handle, $0, $1, $2) }
    #expect(result["failed"] == 1)
    #expect(result["succeeded"] == 1)
    let inputs = result["inputs"]?.arrayValue ?? []
    #expect(inputs.first?["error"]?["status"] == .integer(Int64(SVFAP_E_NOT_FOUND)))
    #expect(inputs.last?["frames"]?["decoded"] == 70)
  }
}
