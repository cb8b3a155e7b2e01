import Base
import CAPI
import CSVFAP
import TestSupport
import Testing

@Suite("C ABI: views are measured before they are read")
struct ViewTests {
  /// Sizes of the model finetune_tiny.
  private struct Sizes {
    let clip: [Int]
    var count: Int { clip.reduce(1, *) }

    init(_ model: Owned) throws {
      let config = try json { svfap_model_config(model.handle, $0, $1, $2) }
      let side = config["image_size"]?.intValue ?? 0
      clip = [1, 3, config["num_frames"]?.intValue ?? 0, side, side]
    }
  }

  @Test("what cannot be a clip is refused, and says what was expected")
  func refusals() throws {
    let world = try World()
    let model = try world.golden("finetune_tiny")
    let predictor = try world.predictor(model)
    let sizes = try Sizes(model)
    let memory = Memory([Float](repeating: 0.5, count: sizes.count + 1))
    let good = memory.view(sizes.clip)
    func refused(_ change: (inout View) -> Void) -> Refusal? {
      var view = good
      change(&view)
      return refusal { error in
        var place = OpaquePointer(bitPattern: 0x77)
        let status = view.with { svfap_predictor_forward(predictor.handle, $0, &place, error) }
        #expect(place == nil || status == svfap_status(SVFAP_OK))
        _ = svfap_tensor_release(place, nil)
        return status
      }
    }
    #expect(refused { _ in } == nil)
    func expect(_ status: Int, _ words: String, _ change: (inout View) -> Void) {
      let refusal = refused(change)
      #expect(refusal?.status == status, "\(words)")
      #expect(refusal?.message.contains(words) == true, "\(refusal?.message ?? "accepted")")
    }
    expect(SVFAP_E_SHAPE, "expected float32, found int64") { $0.dtype = Int32(SVFAP_INT64) }
    expect(SVFAP_E_SHAPE, "expected float32, found dtype 99") { $0.dtype = 99 }
    expect(SVFAP_E_SHAPE, "5 dimensions") { $0.dimension_count = 4 }
    for count: Int32 in [0, -1, 9, .max, .min] { expect(SVFAP_E_SHAPE, "5 dimensions") { $0.dimension_count = count } }
    for extent: Int64 in [-1, 0, .min, .max, 1 << 41] { expect(SVFAP_E_SHAPE, "extents") { $0.shape.0 = extent } }
    expect(SVFAP_E_SHAPE, "memory") { $0.shape = (1 << 40, 1 << 40, 1 << 40, 1, 1, 0, 0, 0) }
    for step: Int64 in [-1, .min, .max] { expect(SVFAP_E_SHAPE, "strides") { $0.strides.4 = step } }
    expect(SVFAP_E_SHAPE, "bytes behind the view") { $0.byte_count -= 8 }
    expect(SVFAP_E_SHAPE, "bytes behind the view") { $0.byte_count = 0 }
    expect(SVFAP_E_SHAPE, "bytes behind the view") { $0.strides = (0, 1 << 40, 1, 1, 1, 0, 0, 0) }
    expect(SVFAP_E_SHAPE, "expected (1, 3,") { $0.shape.1 = 1 }
    expect(SVFAP_E_INVALID_ARGUMENT, "aligned") { $0.data = $0.data.map { $0 + 2 } }
    expect(SVFAP_E_INVALID_ARGUMENT, "NULL") { $0.data = nil }
    expect(SVFAP_E_ABI, "struct_size") { $0.struct_size = 0 }
    // One clip that repeats for ever fits in its memory; its results do not.
    expect(SVFAP_E_LIMIT, "at most 65536") {
      $0.shape.0 = 65537
      $0.strides = (0, Int64(sizes.clip[2...].reduce(1, *)), Int64(sizes.clip[3...].reduce(1, *)), Int64(sizes.clip[4]), 1, 0, 0, 0)
    }
  }

  @Test("views that are not contiguous give the same numbers as a copy")
  func strides() throws {
    let world = try World()
    let model = try world.golden("finetune_tiny")
    let predictor = try world.predictor(model)
    let clip = try Sizes(model).clip
    let count = clip.reduce(1, *)
    let values = stream("video", seed: 3, count: 2 * count)
    let expected = try forward(predictor, Memory(values).view([2] + clip.dropFirst()))
    let (channels, frames, side) = (clip[1], clip[2], clip[3])

    // Channels last, as pictures come: (b, t, h, w, c) seen as (b, c, t, h, w).
    var last = [Float](repeating: 0, count: 2 * count)
    for index in 0..<2 * count {
      let (pixel, frame, channel, batch) = (
        index % (side * side), index / (side * side) % frames, index / (side * side * frames) % channels, index / count
      )
      last[((batch * frames + frame) * side * side + pixel) * channels + channel] = values[index]
    }
    let steps = [count, 1, side * side * channels, side * channels, channels]
    #expect(try forward(predictor, Memory(last).view([2] + clip.dropFirst(), strides: steps)) == expected)

    // Every other number of rows that are too long.
    var wide = [Float](repeating: .nan, count: 2 * count * 3)
    for index in 0..<2 * count { wide[index / side * (3 * side) + index % side * 2] = values[index] }
    let rows = [3 * count, 3 * frames * side * side, 3 * side * side, 3 * side, 2]
    #expect(try forward(predictor, Memory(wide).view([2] + clip.dropFirst(), strides: rows)) == expected)

    // One clip twice.
    let once = Memory(Array(values[..<count]))
    let contiguous = once.view(clip, strides: [count, frames * side * side, side * side, side, 1])
    var twice = contiguous
    (twice.shape.0, twice.strides.0) = (2, 0)
    let single = try forward(predictor, contiguous)
    #expect(try forward(predictor, twice).values == single.values + single.values)
  }

  @Test("a batch of many clips gives what each clip gives alone, bit for bit, on any number of threads", arguments: [1, 2, 3])
  func batches(threads: Int) throws {
    let world = try World("{\"threads\": \(threads)}")
    let model = try world.golden("finetune_tiny")
    let predictor = try world.predictor(model)
    let clip = try Sizes(model).clip
    let count = clip.reduce(1, *)
    let values = stream("video", seed: 5, count: 11 * count)
    let memory = Memory(values)
    let together = try forward(predictor, memory.view([11] + clip.dropFirst()))
    let width = together.shape[1]
    let reference = try forward(
      try World("{\"threads\": 1}").predictorOf("finetune_tiny"), memory.view([11] + clip.dropFirst()))
    #expect(together == reference)
    for index in [0, 7, 8, 10] {
      let alone = try forward(predictor, memory.view(clip, offset: index * count))
      #expect(alone.values == Array(together.values[index * width..<(index + 1) * width]))
    }
  }

  @Test("masks: the wrong shape, a place that is hidden in some slices only, all or nothing hidden, any true byte")
  func masks() throws {
    let world = try World()
    let model = try world.golden("pretrain_tiny_paper")
    let predictor = try world.predictor(model)
    let config = try json { svfap_model_config(model.handle, $0, $1, $2) }
    let side = config["image_size"]?.intValue ?? 0
    let clip = [1, 3, config["num_frames"]?.intValue ?? 0, side, side]
    let places = (side / (config["patch_size"]?.intValue ?? 1)) * (side / (config["patch_size"]?.intValue ?? 1))
    let tokens = places * clip[2] / (config["tubelet_size"]?.intValue ?? 1)
    let video = Memory(stream("video", seed: 1, count: clip.reduce(1, *))).view(clip)
    func refused(_ mask: [UInt8], _ shape: [Int]) -> Refusal? {
      do { _ = try encode(predictor, video, Memory(mask).view(shape)) } catch { return error as? Refusal }
      return nil
    }
    let tube = (0..<tokens).map { UInt8($0 % places % 2) }
    #expect(refused(tube, [1, tokens]) == nil)
    #expect(refused(tube, [1, tokens - 1])?.message.contains("mask: expected (1, \(tokens)), found (1, \(tokens - 1))") == true)
    #expect(refused(tube, [tokens])?.message.contains("2 dimensions") == true)
    #expect(refused([UInt8](repeating: 0, count: tokens), [1, tokens])?.status == SVFAP_E_SHAPE)
    #expect(refused([UInt8](repeating: 1, count: tokens), [1, tokens])?.status == SVFAP_E_SHAPE)
    #expect(refused([1] + [UInt8](repeating: 0, count: tokens - 1), [1, tokens])?.message.contains("tube") == true)
    let odd = tube.map { $0 * 200 }
    #expect(try encode(predictor, video, Memory(odd).view([1, tokens])) == encode(predictor, video, Memory(tube).view([1, tokens])))
    // A model that has no use for masks says so.
    let fine = try world.predictorOf("finetune_tiny")
    let mask = Memory(tube).view([1, tokens])
    #expect(throws: Refusal.self) { try encode(fine, video, mask) }
    #expect(throws: Refusal.self) { try forward(predictor, video) }
  }
}

extension World {
  fileprivate func predictorOf(_ name: String) throws -> Owned { try predictor(golden(name)) }
}
