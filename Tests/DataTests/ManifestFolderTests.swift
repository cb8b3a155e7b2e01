import Base
import Data
import Glibc
import TestSupport
import Testing

@Suite("Folders of videos as manifests")
struct ManifestFolderTests {
  private func relative(_ manifest: Manifest, _ folder: MadeFolder) -> [String] {
    manifest.map { String($0.path.dropFirst(folder.path.count + 1)) }
  }

  @Test("all videos below the folder are found, in natural order")
  func videos() throws {
    let folder = MadeFolder()
    folder.touch("10.mp4", "2.MP4", "a/b/c/1.mkv", "a/2.avi", "notes.txt", ".hidden.mp4", ".git/x.mp4")
    let (manifest, account) = try Manifest.folder(folder.path + "/")
    #expect(relative(manifest, folder) == ["2.MP4", "10.mp4", "a/2.avi", "a/b/c/1.mkv"])
    #expect(manifest.labelNames.isEmpty)
    #expect(account.files == 4 && account.otherFiles == 1)
  }

  @Test("a folder of pictures is one clip")
  func frameFolders() throws {
    let folder = MadeFolder()
    folder.frames("00001", count: 3)
    folder.frames("00002", count: 1, ending: "PNG")
    folder.touch("video.mp4", "video.jpg", "with video/a.mp4", "with video/thumb.png")
    let (manifest, account) = try Manifest.folder(folder.path)
    #expect(relative(manifest, folder) == ["video.mp4", "00001", "00002", "with video/a.mp4"])
    #expect(account.frameFolders == 2 && account.otherFiles == 2)
  }

  @Test("the folder itself may be one clip of frames")
  func oneClip() throws {
    let folder = MadeFolder()
    folder.frames("clip", count: 4)
    #expect(try Manifest.folder(folder("clip")).manifest.map(\.path) == [folder("clip")])
  }

  @Test("links are followed, rings end and folders are taken once")
  func links() throws {
    let folder = MadeFolder()
    folder.touch("a/1.mp4", "b/2.mp4")
    folder.link("a/ring", to: "..")
    folder.link("c", to: "b")
    folder.link("d.mp4", to: "a/1.mp4")
    folder.link("dead.mp4", to: "nowhere")
    let (manifest, account) = try Manifest.folder(folder.path)
    #expect(relative(manifest, folder) == ["d.mp4", "a/1.mp4", "b/2.mp4"])
    #expect(account.repeatedFolders == 2)
    #expect(account.problems.map(\.path) == [folder("dead.mp4")])
  }

  @Test("names that are not UTF-8 are told, not taken")
  func foreignNames() throws {
    let folder = MadeFolder()
    folder.touch("a.mp4")
    let name = Array(folder("b").utf8CString.dropLast()) + [CChar(bitPattern: 0xFC)] + Array(".mp4".utf8CString)
    close(open(name, O_CREAT | O_WRONLY, 0o644))
    let (manifest, account) = try Manifest.folder(folder.path)
    #expect(relative(manifest, folder) == ["a.mp4"])
    #expect(account.problems.map(\.reason) == ["its name is not UTF-8 text"])
  }

  @Test("very deep folders end with a reason")
  func depth() throws {
    let folder = MadeFolder()
    folder.touch((0..<80).map { _ in "d" }.joined(separator: "/") + "/x.mp4", "a.mp4")
    let (manifest, account) = try Manifest.folder(folder.path)
    #expect(relative(manifest, folder) == ["a.mp4"])
    #expect(account.problems.count == 1)
  }

  @Test("a manifest is opened from a file or a folder alike")
  func opening() throws {
    let folder = MadeFolder()
    folder.touch("clips/a.mp4")
    folder.write("clips/a.mp4 happy", to: "list.txt")
    #expect(try Manifest.open(folder("clips")).map(\.path) == [folder("clips/a.mp4")])
    #expect(try Manifest.open(folder("list.txt"))[0].labels == ["happy"])
    #expect(failureOf { try Manifest.open(folder("none")) }?.code == .notFound)
  }

  @Test(
    "numbers in names compare by their value",
    arguments: [
      ("2", "10"), ("a2b", "a10b"), ("frame_9.jpg", "frame_010.jpg"), ("1", "01"), ("01", "2"), ("a", "b"), ("a", "a1"), ("x1y2", "x1y10"),
      ("99999999999999999999998", "99999999999999999999999"), ("", "a"), ("0", "00"), ("img 2", "img 11"),
    ])
  func naturalOrder(_ smaller: String, _ larger: String) {
    #expect(naturallyPrecedes(smaller, larger))
    #expect(!naturallyPrecedes(larger, smaller))
    #expect(!naturallyPrecedes(smaller, smaller))
  }
}
