import Base
import Data
import Glibc
import TestSupport
import Testing

@Suite("Manifests that make no sense")
struct ManifestFaultTests {
  /// Text, where the fault is, and a word of the message.
  struct Fault: Sendable, CustomTestStringConvertible {
    let text: String
    let place: String
    let word: String
    var testDescription: String { word }
  }

  static let faults = [
    Fault(text: "a.mp4 0\nb.mp4\n", place: "2:6", word: "2 fields as on line 1 expected, 1 found"),
    Fault(text: "a.mp4 0\nmy clip.mp4 1", place: "2:13", word: "if a path holds spaces, put it in double quotes"),
    Fault(text: "a.mp4,0\n\nb.mp4,1,2", place: "3:9", word: "2 fields as on line 1 expected, 3 found"),
    Fault(text: "a.mp4,0\n\"b.mp4,1", place: "2:1", word: "no closing quote"),
    Fault(text: "a.mp4,0\n\"b\".mp4,1", place: "2:4", word: "text behind the closing quote"),
    Fault(text: "\"a\"b 0", place: "1:4", word: "text behind the closing quote"),
    Fault(text: "path,label\na.mp4,0\n,1", place: "3:1", word: "the path is empty"),
    Fault(text: "path,label\nä.mp4,", place: "2:7", word: "\"label\" is empty"),
    Fault(text: "path,,x\na,b,c", place: "1:6", word: "has no name"),
    Fault(text: "path,x,x\na,b,c", place: "1:8", word: "twice"),
    Fault(text: "path,Path\na,b", place: "1:6", word: "two columns for \"path\""),
    Fault(text: "a\0b.mp4 0", place: "1:2", word: "zero byte"),
    Fault(text: "\"a\0b.mp4\" 0", place: "1:3", word: "zero byte"),
  ]

  @Test("say file, line and column and what to do", arguments: faults)
  func places(_ fault: Fault) {
    let error = failureOf { try Manifest(text: fault.text, name: "list.csv") }
    #expect(error?.code == .format)
    #expect(error?.message.hasPrefix("list.csv:\(fault.place): ") == true, "\(error?.message ?? "no error")")
    #expect(error?.message.contains(fault.word) == true, "\(error?.message ?? "no error")")
    #expect(error?.detail["where"] == fault.place)
  }

  @Test("text that is not UTF-8 is refused with its place")
  func encoding() {
    let folder = MadeFolder()
    let latin1 = folder.write(Array("a.mp4 0\nb".utf8) + [0xFC] + Array(".mp4 1\n".utf8), to: "latin1.csv")
    let error = failureOf { try Manifest(file: latin1) }
    #expect(error?.message == "\(latin1):2:2: these bytes are not UTF-8 text; save the file as UTF-8")
    let wide = folder.write([0xFF, 0xFE, 0x61, 0x00], to: "utf16.csv")
    #expect(failureOf { try Manifest(file: wide) }?.message == "\(wide) is UTF-16 text; save it as UTF-8")
  }

  @Test("a video in place of a list is refused, not read as one")
  func binary() {
    let folder = MadeFolder()
    let video = folder.write((0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 197 &+ 13) }, to: "clip.mp4")
    #expect(failureOf { try Manifest(file: video) }?.code == .format)
  }

  @Test("files that cannot be lists are errors of their own")
  func files() {
    let folder = MadeFolder()
    #expect(failureOf { try Manifest(file: folder("none.csv")) }?.code == .notFound)
    #expect(failureOf { try Manifest(file: folder.path) }?.message.contains("is a folder") == true)
    mkfifo(folder("pipe"), 0o600)
    #expect(failureOf { try Manifest(file: folder("pipe")) }?.code == .format)
  }

  @Test("a list larger than the limit is refused before it is read")
  func tooLarge() {
    let folder = MadeFolder()
    let path = folder.write("a 0\n", to: "huge.csv")
    truncate(path, 1 << 33)
    let error = failureOf { try Manifest(file: path) }
    #expect(error?.code == .limit)
    #expect(error?.message.contains("split it") == true)
  }

  @Test("a line with too many fields is refused")
  func tooManyFields() {
    let error = failureOf { try Manifest(text: String(repeating: "a,", count: 5000), name: "list.csv") }
    #expect(error?.message.contains("is this a list of videos?") == true)
  }

  @Test("no text of bytes makes the reader trap")
  func garbage() {
    let random = CounterRandom(seed: 7, stream: "manifest garbage")
    let alphabet = Array("ab\"\", \t\r\n#\\/.path\0".utf8) + [0xEF, 0xBB, 0xBF, 0xC3, 0xA9]
    for round in 0..<3000 {
      let length = random.integer(UInt64(round) * 100, below: 60)
      let bytes = (0..<length).map { alphabet[random.integer(UInt64(round * 100 + $0 + 1), below: alphabet.count)] }
      guard let text = String(validating: bytes, as: UTF8.self), let manifest = try? Manifest(text: text, name: "list") else { continue }
      for entry in manifest { #expect(!entry.path.isEmpty && entry.line > 0) }
    }
  }
}
