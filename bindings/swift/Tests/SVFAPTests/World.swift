import Glibc
import SVFAP
import Testing

/// A runtime, and small models and videos that cost little.
struct World {
  let runtime: Runtime

  init() throws { runtime = try Runtime(threads: 2) }
  init(_ runtime: Runtime) { self.runtime = runtime }

  static let sizes = """
    "size": "tiny", "image_size": 32, "patch_size": 8, "num_frames": 8, "embed_dim": 48, "num_heads": 3, "stage_depths": [1, 1, 1],
    "num_bottleneck_tokens": [4, 4], "bottleneck_hidden_dim": 24
    """
  /// Tokens of a clip of that size.
  static let tokens = 8 / 2 * (32 / 8) * (32 / 8)

  /// A classifier of two classes.
  func classifier(seed: UInt64 = 0) throws -> Model {
    try Model.create(
      "{\(Self.sizes), \"head\": {\"name\": \"classification\", \"config\": {\"labels\": [\"calm\", \"excited\"]}}}", seed: seed,
      in: runtime)
  }

  /// A model with a decoder.
  func autoencoder() throws -> Model { try Model.create("{\(Self.sizes), \"pretraining\": true}", in: runtime) }

  /// Clips of numbers that differ.
  func clips(_ count: Int) -> Tensor {
    let size = count * 3 * 8 * 32 * 32
    return Tensor(shape: [count, 3, 8, 32, 32], values: (0..<size).map { Float($0 &* 2_654_435_761 & 0xFFFF) / 32768 - 1 })
  }

  /// A mask of three in four tokens, the same in every time slice.
  func mask(_ count: Int) -> Mask { Mask(clips: count, values: (0..<count * Self.tokens).map { $0 % 4 != 1 }) }

  /// A drawn video.
  func video(frames: Int = 64, cancellation: Cancellation? = nil) throws -> Source {
    try Source.open(
      "synthetic:", config: "{\"frames\": \(frames), \"width\": 32, \"height\": 32}", cancellation: cancellation, in: runtime)
  }
}

/// A new folder, for a model, that goes away with what is in it.
final class ModelFolder {
  let path: String
  var model: String { "\(path)/model.safetensors" }

  init() throws {
    var template = Array("/tmp/svfap-swift-XXXXXX".utf8CString)
    path = String(cString: try #require(mkdtemp(&template)))
  }

  deinit {
    _ = system("rm -r \(path)")
  }
}

extension World {
  /// A task whose one video is not there, which it tells in its log and in its result.
  func failingJob() throws {
    let folder = try ModelFolder()
    try classifier().save(to: folder.model)
    let options = "{\"inputs\": [\"/no/such.mp4\"], \"model\": \"\(folder.model)\", \"out\": \"\(folder.path)\"}"
    #expect(try Job("features", options, in: runtime).run().contains("/no/such.mp4"))
  }
}

/// The status that `body` fails with.
func status(_ body: () throws -> Void) -> SVFAPError.Status? {
  do {
    try body()
    return nil
  } catch {
    return (error as? SVFAPError)?.status
  }
}
