import Base
import Glibc
import TestSupport
import Video

/// A row of a timeline.
func record(
  _ index: Int, readings: [Float] = [0.25, 0.75], winner: Int? = 1, reason: String? = nil, start: Double = 0, end: Double = 1
) -> WindowRecord {
  WindowRecord(
    window: Window(index: index, startFrame: 4 * index, endFrame: 4 * index + 16, startTime: start, endTime: end, paddedFrames: index),
    readings: readings, winner: winner, reason: reason)
}

/// A folder that is there for as long as `body` runs.
func inFolder(_ body: (String) throws -> Void) rethrows {
  let folder = Fixtures.temporaryFolder()
  defer {
    chmod(folder, 0o700)
    for name in contents(folder) {
      unlink("\(folder)/\(name)")
      rmdir("\(folder)/\(name)")
    }
    rmdir(folder)
  }
  try body(folder)
}

/// Names in a folder, sorted.
func contents(_ folder: String) -> [String] {
  guard let listing = opendir(folder) else { return [] }
  defer { closedir(listing) }
  var names: [String] = []
  while let entry = readdir(listing) {
    names.append(
      withUnsafePointer(to: entry.pointee.d_name) { $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) } })
  }
  return names.filter { $0 != "." && $0 != ".." }.sorted()
}

/// Text of a file.
func text(_ path: String) -> String { String(decoding: Fixtures.bytes(path), as: UTF8.self) }
