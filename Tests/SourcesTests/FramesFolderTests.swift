import CSVFAPPlugin
import Glibc
import TestSupport
import Testing

@Suite("Frames: a folder of pictures is a video")
struct FramesFolderTests {
  /// A folder in which every file has a grey value of its own, and the order of those values when read.
  private func order(_ names: [String]) throws -> [String] {
    let folder = PictureDirectory()
    for (index, name) in names.enumerated() {
      Fixtures.write(try grayPicture(UInt8(index)), to: "\(folder.path)/\(name)")
    }
    return try readFrames(folder.path).map { names[Int(try #require($0.rgb)[0])] }
  }

  @Test(
    "numbers in names count as numbers, the rest as text, ties as plain text",
    arguments: [
      ["frame1.png", "frame2.png", "frame10.png", "frame11.png", "frame100.png"],
      ["000001.png", "000002.png", "000010.png", "001000.png"],
      ["a.png", "a1.png", "a1b.png", "a2.png", "b1.png"],
      ["1-1.png", "1-2.png", "1-10.png", "2-1.png", "10-1.png"],
      ["01.png", "1.png", "002.png", "2.png"],
      ["f99999999999999999999998.png", "f99999999999999999999999.png", "f100000000000000000000000.png"],
      ["A2.png", "a1.png"],
    ])
  func naturalOrder(names: [String]) throws {
    #expect(try order(names.reversed()) == names)
    #expect(try order(names) == names)
  }

  @Test("names padded to one width keep the order that published code sorts them in")
  func paddedNames() throws {
    let names = (0..<120).map { "clip_\($0 < 10 ? "00" : $0 < 100 ? "0" : "")\($0).png" }
    #expect(try order(names.reversed()) == names.sorted())
  }

  @Test("frames are numbered, without a rate of their own: 0/0, times of 25 frames a second")
  func untimed() throws {
    let folder = PictureDirectory(["1.png": try grayPicture(1), "2.png": try grayPicture(2), "3.PNG": try grayPicture(3)])
    let source = try HarnessSource(framesSource, folder.path)
    let info = try source.info()
    #expect(info.frame_count == 3)
    #expect([info.rate_numerator, info.rate_denominator] == [0, 0])
    #expect(info.duration_s < 0)
    #expect([info.width, info.height] == [4, 3])
    #expect(info.seekable == 1)
    #expect(try source.format() == "folder of pictures, PNG")
    let frames = try source.rest()
    #expect(frames.map(\.index) == [0, 1, 2])
    #expect(frames.map(\.time) == [0, 0.04, 0.08])
    #expect(try source.next() == nil)
    #expect(try source.next() == nil)
  }

  @Test("a rate can be given", arguments: [(25.0, 25, 1), (29.97, 2997, 100), (0.5, 1, 2)])
  func rate(rate: Double, numerator: Int64, denominator: Int64) throws {
    let folder = PictureDirectory(["1.png": try grayPicture(1), "2.png": try grayPicture(2)])
    let source = try HarnessSource(framesSource, folder.path, config: "{\"rate\": \(rate)}")
    let info = try source.info()
    #expect([info.rate_numerator, info.rate_denominator] == [numerator, denominator])
    #expect(abs(info.duration_s - 2 / rate) < 1e-12)
    #expect(abs(try source.rest()[1].time - 1 / rate) < 1e-12)
  }

  @Test("what is not a picture is left out and counted; hidden files and folders are no pictures")
  func otherFiles() throws {
    let picture = try grayPicture(7)
    let folder = PictureDirectory([
      "1.png": picture, "2.jpeg": Fixtures.bytes(Fixtures.path("pictures/420.jpg")), "labels.csv": [1], "._1.png": [0], "png": picture,
      ".png": picture,
    ])
    mkdir("\(folder.path)/3.png", 0o777)
    let source = try HarnessSource(framesSource, folder.path + "/")
    #expect(try source.metadata() == "{\"pictures\": 2, \"other_files\": 5}")
    let frames = try source.rest()
    #expect(frames.map(\.isDamaged) == [false, false])
    // Every frame has the size of its own picture.
    #expect(frames.map(\.width) == [4, 35])
  }

  @Test("a pattern chooses among the pictures")
  func pattern() throws {
    let folder = PictureDirectory(["face_1.png": try grayPicture(1), "mask_1.png": try grayPicture(2), "face_2.png": try grayPicture(3)])
    let frames = try readFrames(folder.path, config: "{\"pattern\": \"face_*.png\"}")
    #expect(frames.map { $0.rgb?[0] } == [1, 3])
    let failure = #expect(throws: PluginFailure.self) { try readFrames(folder.path, config: "{\"pattern\": \"nose*\"}") }
    #expect(failure?.status == svfap_status(SVFAP_E_FORMAT))
    #expect(failure?.message.contains("no pictures that match \"nose*\"") == true)
  }

  @Test("links to pictures and to folders are followed, as data sets need it")
  func links() throws {
    let folder = PictureDirectory(["a.png": try grayPicture(9)])
    let links = PictureDirectory()
    symlink("\(folder.path)/a.png", "\(links.path)/1.png")
    symlink(links.path, "\(folder.path)/link")
    #expect(try readFrames("\(folder.path)/link").map { $0.rgb?[0] } == [9])
  }

  @Test("the content decides what a file is, not its name")
  func wrongEnding() throws {
    let folder = PictureDirectory(["a.jpg": try grayPicture(9), "b.png": Fixtures.bytes(Fixtures.path("pictures/gray.jpg"))])
    #expect(try readFrames(folder.path).map(\.isDamaged) == [false, false])
  }

  @Test("a single picture is a video of one frame")
  func singlePicture() throws {
    let source = try HarnessSource(framesSource, Fixtures.path("pictures/420.jpg"))
    #expect(try source.info().frame_count == 1)
    #expect(try source.format() == "picture, JPEG")
    #expect(try source.rest().count == 1)
  }

  @Test("seek(k) and next give the k-th frame of reading from the start")
  func seek() throws {
    let folder = PictureDirectory()
    for index in 0..<7 { Fixtures.write(try grayPicture(UInt8(index)), to: "\(folder.path)/\(index).png") }
    let source = try HarnessSource(framesSource, folder.path)
    let frames = try source.rest()
    for index in [6, 0, 3, 3, 5] {
      #expect(try source.seek(index) == index)
      #expect(try source.next() == frames[index])
    }
    // Where it stands a refused seek leaves it.
    for beyond in [7, 8] { #expect(throws: PluginFailure.self) { try source.seek(beyond) } }
    #expect(try source.next() == frames[6])
    #expect(try source.next() == nil)
  }

  @Test("probing: the first bytes of pictures, folders, and nothing else")
  func probe() throws {
    func score(_ path: String, _ head: [UInt8]) -> Int32 {
      var score: Int32 = -1
      _ = PluginHarness.withText(path) { framesSource.probe(PluginHarness.host, $0, $1, head, UInt64(head.count), &score) }
      return score
    }
    let folder = PictureDirectory(["a.png": try grayPicture(9)])
    #expect(score("x", try grayPicture(1)) > 90)
    #expect(score("x", [0xFF, 0xD8, 0xFF, 0xE0]) > 90)
    #expect(score("x.png", Array("GIF89a".utf8)) == 0)
    #expect(score(folder.path, []) > 80)
    #expect(score("\(folder.path)/a.png", []) == 0)
    #expect(score("/nowhere", []) == 0)
    #expect(score("synthetic:", []) == 0)
  }

  @Test("an empty folder, one without pictures, a missing path and a missing file say so")
  func nothingToRead() throws {
    let empty = PictureDirectory()
    let texts = PictureDirectory(["a.txt": [1], "b.csv": [2]])
    let cases: [(String, Int, String)] = [
      (empty.path, SVFAP_E_FORMAT, "is empty"), (texts.path, SVFAP_E_FORMAT, "none of its 2 entries"),
      ("\(empty.path)/no", SVFAP_E_NOT_FOUND, "No such file"), ("\(texts.path)/a.txt", SVFAP_E_FORMAT, "neither JPEG nor PNG"),
    ]
    for (path, status, text) in cases {
      let failure = #expect(throws: PluginFailure.self) { try readFrames(path) }
      #expect(failure?.status == svfap_status(status))
      #expect(failure?.message.contains(text) == true, "\(failure?.message ?? "")")
      #expect(failure?.message.contains(path) == true)
    }
  }

  @Test("a pattern for a file, and a path with a NUL, are refused")
  func wrongOptions() throws {
    #expect(throws: PluginFailure.self) { try readFrames(Fixtures.path("pictures/420.jpg"), config: "{\"pattern\": \"*\"}") }
    #expect(throws: PluginFailure.self) { try readFrames("/tmp\0/x") }
    #expect(throws: PluginFailure.self) { try readFrames("") }
  }
}
