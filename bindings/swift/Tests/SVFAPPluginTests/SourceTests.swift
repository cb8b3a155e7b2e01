import CSVFAPPlugin
import CSVFAPPluginKit
import Testing

@testable import SVFAPPlugin

@Suite("A video source in Swift behind the C table, and options")
struct SourceTests {
  private let table = svfap_swift_seekable_source_table
  private let ok = svfap_status(SVFAP_OK)

  init() throws { try #require(started == ok) }

  private func score(_ path: String) -> Int32 {
    var score: Int32 = -9
    #expect(path.withCString { table.probe(FakeHost.host, $0, UInt64(path.utf8.count), nil, 0, &score) } == ok)
    return score
  }

  private func open(_ path: String, _ reader: inout OpaquePointer?) -> svfap_status {
    path.withCString { table.open(FakeHost.host, $0, UInt64(path.utf8.count), "{}", 2, &reader) }
  }

  @Test("scores are brought into their range")
  func scores() {
    #expect(score("a.three") == 100 && score("a.mp4") == 0)
  }

  @Test("frames come in turn, a lost one is marked, the end comes again and again, any frame can be sought")
  func frames() throws {
    var reader: OpaquePointer?
    #expect(open("a.mp4", &reader) == svfap_status(SVFAP_E_NOT_FOUND) && FakeHost.message == "a.mp4: there is no such video")
    #expect(open("a.three", &reader) == ok)
    defer { table.close(reader) }
    var info = svfap_stream_info()
    #expect(table.info(reader, &info) == ok)
    #expect([info.width, info.frame_count, info.rate_numerator, info.rate_denominator] == [1, 3, 25, 1])
    #expect(info.duration_s == -1 && info.seekable == 1 && String(cString: info.format.data) == "three" && info.metadata.size == 0)
    var frame = svfap_frame()
    for index: Int64 in 0..<3 {
      #expect(table.next(reader, &frame) == ok)
      #expect(frame.index == index && frame.damaged == (index == 1 ? 1 : 0) && frame.row_bytes == 3)
      #expect(frame.rgb.map { Int64($0[0]) } == (index == 1 ? nil : index))
    }
    for _ in 0..<2 { #expect(table.next(reader, &frame) == svfap_status(SVFAP_E_END)) }
    var landed: Int64 = -9
    #expect(table.seek(reader, 2, &landed) == ok && landed == 2)
    #expect(table.next(reader, &frame) == ok && frame.index == 2)
    for index: Int64 in [-1, 4, .max] { #expect(table.seek(reader, index, &landed) == svfap_status(SVFAP_E_INVALID_ARGUMENT)) }
    #expect(table.next(nil, &frame) == svfap_status(SVFAP_E_INVALID_ARGUMENT))
    #expect(svfap_swift_source_table.seek == nil)
  }

  @Test("options are numbers, texts and lists of them; what is absent is nil, what is of another type is an error")
  func options() throws {
    let options = Options("{}", 2)
    #expect(try options.number("/half") == 0.5)
    #expect(try options.integer("/levels") == 7)
    #expect(try options.text("/name") == "valence")
    #expect(try options.numbers("/weights") == [1, 2.5])
    #expect(try options.texts("/names") == ["a", "ü"])
    #expect(try options.number("/nothing") == nil)
    #expect(try options.texts("/nothing") == nil)
    for wrong in ["/half", "/name", "/weights"] {
      let error = #expect(throws: PluginError.self) {
        try options.integer(wrong)
      }
      #expect(error?.message == "option \(wrong): expected \(wrong == "/half" ? "a whole number" : "a number")")
    }
    #expect(throws: PluginError.self) { try options.numbers("/holes") }
  }
}
