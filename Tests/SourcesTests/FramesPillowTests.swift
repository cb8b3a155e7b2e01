import Base
import Checkpoints
import Glibc
import TestSupport
import Testing

private let folder = Fixtures.path("pictures")

/// The pixels that Pillow gives for the pictures of Tests/Fixtures/pictures.
private func expected() throws -> SafetensorsFile { try SafetensorsFile("\(folder)/expected.safetensors") }

private let names: [String] = (try? expected().tensors.map(\.name).sorted()) ?? []

@Suite("Frames: pixels equal Pillow's, bit for bit")
struct FramesPillowTests {
  @Test("of every kind of JPEG and PNG", arguments: names)
  func stored(name: String) throws {
    let file = try expected()
    let tensor = try #require(file[name])
    var pixels = [UInt8](repeating: 0, count: tensor.count)
    try pixels.withUnsafeMutableBytes { try file.read(tensor, into: $0) }
    let frames = try readFrames("\(folder)/\(name)")
    #expect(frames.count == 1)
    #expect(frames[0].isDamaged == false)
    #expect([frames[0].height, frames[0].width, 3] == tensor.shape)
    #expect(frames[0].rgb == pixels)
  }

  @Test("the fixtures are there") func fixtures() { #expect(names.count == 43) }

  @Test("of the Pillow that is installed, if one is")
  func live() throws {
    let output = "\(Fixtures.temporaryFolder())/pixels"
    let program = """
      import sys, os
      from PIL import Image
      with open(sys.argv[2], "wb") as out:
        for name in sys.argv[3:]:
          out.write(Image.open(os.path.join(sys.argv[1], name)).convert("RGB").tobytes())
      """
    // Colours that a palette does not have are the one thing in which versions of Pillow differ.
    let names = names.filter { $0 != "palette_short.png" }
    defer {
      unlink(output)
      rmdir(String(output.dropLast(7)))
    }
    guard python(["-W", "ignore", "-c", program, folder, output] + names) == 0 else { return }
    let found = try names.flatMap { try #require(try readFrames("\(folder)/\($0)")[0].rgb) }
    #expect(Fixtures.bytes(output) == found)
  }
}

/// Runs python3 quietly and returns its exit status.
private func python(_ arguments: [String]) -> Int32 {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
  var words = (["python3"] + arguments).map { strdup($0) } + [nil]
  defer { for word in words { free(word) } }
  var process = pid_t()
  guard posix_spawnp(&process, "python3", &actions, nil, &words, environ) == 0 else { return -1 }
  var status: Int32 = 0
  waitpid(process, &status, 0)
  return status
}
