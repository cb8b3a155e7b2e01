import Base
import Reports
import TestSupport
import Testing

@Suite("TensorBoard event files, read by a decoder of their own")
struct EventFileTests {
  private let folder = TemporaryFolder()

  private func files() throws -> [String] { try Folder(folder.path).names() }

  @Test("a file begins with its version and holds scalars by tag and step")
  func scalars() throws {
    let file = try EventFile(folder: folder.path, at: 1_790_000_000)
    #expect(try files().first?.hasPrefix("events.out.tfevents.1790000000.") == true)
    try file.add(scalars: [("loss/train", 0.25), ("learning_rate", 3e-4)], step: 1, at: 1_790_000_001.5)
    try file.add(scalars: [("loss/train", .nan)], step: 300, at: 1_790_000_002)
    let events = try EventDecoder.events(file.path)
    #expect(events.count == 3)
    #expect(events[0].version == "brain.Event:2")
    #expect(events[1].time == 1_790_000_001.5)
    #expect(events[1].step == 1)
    #expect(events[1].scalars.map(\.tag) == ["loss/train", "learning_rate"])
    #expect(events[1].scalars.map(\.value) == [0.25, 3e-4])
    #expect(events[2].step == 300)
    #expect(events[2].scalars.first?.value.isNaN == true)
  }

  @Test("a picture is the PNG file with its size")
  func picture() throws {
    let file = try EventFile(folder: folder.path)
    let png = gradientPNG(width: 20, height: 12)
    try file.add(picture: png, tag: "reconstruction", step: 7)
    let picture = try #require(try EventDecoder.events(file.path).last?.pictures.first)
    #expect(picture.tag == "reconstruction")
    #expect([picture.width, picture.height, picture.channels] == [20, 12, 3])
    #expect(picture.png == png)
    let error = #expect(throws: SVFAPError.self) { try file.add(picture: [0xFF, 0xD8, 0xFF], tag: "jpeg", step: 8) }
    #expect(error?.code == .format)
    #expect(try EventDecoder.events(file.path).count == 2)
  }

  @Test("a text goes to the text plugin")
  func text() throws {
    let file = try EventFile(folder: folder.path)
    let text = String(repeating: "# config é\n", count: 40)
    try file.add(text: text, tag: "configuration", step: 0)
    let event = try #require(try EventDecoder.events(file.path).last)
    #expect(event.texts.first?.tag == "configuration")
    #expect(event.texts.first?.plugin == "text")
    #expect(event.texts.first?.text == text)
  }

  @Test("a resumed run writes a file that sorts behind, also when the clock was put back, and says where it begins")
  func resumed() throws {
    let first = try EventFile(folder: folder.path, at: 1_790_000_000)
    let second = try EventFile(folder: folder.path, resumedAfter: 40, at: 1_780_000_000)
    let third = try EventFile(folder: folder.path, resumedAfter: 80, at: 1_790_000_001)
    #expect(try files().map { "\(folder.path)/\($0)" } == [first.path, second.path, third.path])
    let start = try EventDecoder.events(second.path)[1]
    #expect(start.sessionStatus == 1)
    #expect(start.step == 41)
    #expect(try EventDecoder.events(first.path).count == 1)
  }

  @Test("an event is in the file when the function returns, and any damage is seen by a reader")
  func framing() throws {
    let file = try EventFile(folder: folder.path)
    try file.add(scalars: [("loss", 1)], step: 1)
    let bytes = Fixtures.bytes(file.path)
    #expect(try EventDecoder.records(bytes).count == 2)
    for index in bytes.indices {
      var damaged = bytes
      damaged[index] ^= 4
      #expect(throws: EventDecoder.Fault.self) { try EventDecoder.records(damaged) }
    }
  }
}
