import Base
import CPluginKit
import CSVFAPPlugin
import FFmpegVideo
import Glibc
import TestSupport
import Testing

/// The tables of the ffmpeg plugin, as Entry/entry.c writes them.
let ffmpegSource = svfap_video_source(
  struct_size: UInt64(MemoryLayout<svfap_video_source>.size), probe: ffmpeg_source_probe, describe: ffmpeg_source_describe,
  open: ffmpeg_source_open, info: plugin_reader_info, next: plugin_reader_next, seek: plugin_reader_seek, close: plugin_reader_close)

let ffmpegSink = svfap_video_sink(
  struct_size: UInt64(MemoryLayout<svfap_video_sink>.size), probe: ffmpeg_sink_probe, describe: ffmpeg_sink_describe,
  open: ffmpeg_sink_open, write: plugin_writer_write, finish: plugin_writer_finish, close: plugin_writer_close)

/// A clip that the ffmpeg command makes, in a folder of its own that is removed with it.
final class Clip {
  static let picture = "testsrc2=s=96x64:d=2:r=25"

  let folder = TemporaryFolder()
  let path: String

  /// - Parameters:
  ///   - source: a picture source of libavfilter.
  ///   - encoding: arguments of the command behind its input, separated by spaces.
  init(_ name: String, from source: String = Clip.picture, _ encoding: String) throws {
    path = "\(folder.path)/\(name)"
    try Self.ffmpeg(["-f", "lavfi", "-i", source] + encoding.split(separator: " ").map(String.init) + [path])
  }

  /// Another clip made of `other`.
  init(_ name: String, of other: Clip, before: String = "", _ encoding: String) throws {
    path = "\(folder.path)/\(name)"
    let words = { (text: String) in text.split(separator: " ").map(String.init) }
    try Self.ffmpeg(words(before) + ["-i", other.path] + words(encoding) + [path])
  }

  /// A file of given bytes.
  init(_ name: String, bytes: [UInt8]) {
    path = "\(folder.path)/\(name)"
    Fixtures.write(bytes, to: path)
  }

  var bytes: [UInt8] { Fixtures.bytes(path) }

  static func ffmpeg(_ arguments: [String]) throws {
    let outcome = Command.run(["ffmpeg", "-nostdin", "-v", "error", "-y"] + arguments)
    try #require(outcome.status == 0, "ffmpeg \(arguments.joined(separator: " ")): \(outcome.stderr)")
  }

  /// What the command decodes: all frames as RGB, one behind the other.
  func pixels() -> Pixels { Self.pixels(path) }

  static func pixels(_ path: String) -> Pixels {
    let folder = TemporaryFolder()
    // Without -xerror: a damaged file ends with whatever status, and what came is what counts.
    _ = Command.run([
      "ffmpeg", "-nostdin", "-v", "quiet", "-y", "-threads", "1", "-i", path, "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt",
      "rgb24",
      "\(folder.path)/rgb",
    ])
    return Pixels(Fixtures.bytes("\(folder.path)/rgb"))
  }

  func open(_ config: String = "{}") throws -> HarnessSource { try HarnessSource(ffmpegSource, path, config: config) }

  func read() throws -> Reading { Reading(try open()) }

  /// What the plugin says to opening it.
  func refusal(_ config: String = "{}") throws -> PluginFailure {
    try #require(PluginFailure.of { try open(config) }, "\(path) was opened")
  }
}

/// What reading a video to its end gave.
struct Reading {
  var frames: [HarnessFrame] = []
  /// Why it broke off; nil if it came to its own end.
  var failure: PluginFailure?

  init(_ source: HarnessSource) {
    do throws(PluginFailure) {
      while let frame = try source.next() { frames.append(frame) }
    } catch {
      failure = error
    }
  }

  /// All pictures that were made, one behind the other.
  var pixels: Pixels { Pixels(frames) }

  var lost: Int { frames.count { $0.rgb == nil } }
}

/// Many bytes: compared at once, and told in few words where they differ.
struct Pixels: Equatable, CustomStringConvertible {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  init(_ frames: some Sequence<HarnessFrame>) {
    var all: [UInt8] = []
    for frame in frames { if let rgb = frame.rgb { all += rgb } }
    bytes = all
  }

  static func == (a: Pixels, b: Pixels) -> Bool { a.bytes.count == b.bytes.count && memcmp(a.bytes, b.bytes, a.bytes.count) == 0 }

  /// The first ones, as many as `other` has.
  func prefix(like other: Pixels) -> Pixels { Pixels(Array(bytes.prefix(other.bytes.count))) }

  var description: String {
    let hash = bytes.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    return "\(bytes.count) bytes, FNV-1a \(String(hash, radix: 16))"
  }
}

extension HarnessFrame: CustomStringConvertible {
  /// nil in a lost frame.
  var pixels: Pixels? { rgb.map { Pixels($0) } }

  var description: String {
    "frame \(index) at \(time) s, \(width) x \(height), \(pixels.map { "\($0)" } ?? "lost")\(isDamaged ? ", damaged" : "")"
  }
}

extension PluginFailure {
  /// The failure that `body` ends with; nil if it ends well.
  static func of<Result>(_ body: () throws -> Result) -> PluginFailure? {
    do {
      _ = try body()
      return nil
    } catch {
      return error as? PluginFailure
    }
  }
}

/// Seeded numbers, one after the other.
struct Dice {
  private let random: CounterRandom
  private var index: UInt64 = 0

  init(_ seed: UInt64) { random = CounterRandom(seed: seed, stream: "ffmpeg tests") }

  /// A number in 0..<bound.
  mutating func below(_ bound: Int) -> Int {
    index += 1
    return random.integer(index, below: bound)
  }

  mutating func byte() -> UInt8 { UInt8(below(256)) }

  /// One of the eight bits.
  mutating func bit() -> UInt8 { 1 << UInt8(below(8)) }
}
