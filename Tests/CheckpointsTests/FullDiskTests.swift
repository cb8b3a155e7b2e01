import TestSupport
import Testing

/// `run-writer survive` saves five generations of a run, some of which fail, and ends with 0 if the last that was
/// saved loads to the bit and no temporary file is left.
@Suite("Full disks and small writes")
struct FullDiskTests {
  private static let saver = ChildProcess.tool("run-writer")
  private static let canMount = ChildProcess.works(["unshare", "-rm", "mount", "-t", "tmpfs", "-o", "size=64k", "none", "/mnt"])

  @Test("a disk of any size from nothing to enough", .enabled(if: canMount, "mounting in a namespace is needed"))
  func fullDisk() throws {
    let folder = TemporaryFolder()
    // 1000 rows make generations of 63 KiB: at 200 KiB three fit, which a save needs for a moment.
    let script = """
      for size in 4 8 16 32 60 64 68 72 96 124 128 132 136 160 184 188 192 196 200 220; do
        mount -t tmpfs -o size=${size}k none "$1" || exit 3
        "$2" survive "$1" 1000 || { echo "FAILED at $size KiB"; exit 1; }
        umount "$1"
      done
      """
    let outcome = try #require(ChildProcess.run(["unshare", "-rm", "sh", "-c", script, "sh", folder.path, Self.saver]))
    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(outcome.output.contains("No space left on device"))
    #expect(outcome.output.contains("loaded nothing"))
    #expect(outcome.output.contains("loaded 2") || outcome.output.contains("loaded 1"))
    #expect(outcome.output.contains("loaded 5"))
    #expect(!outcome.output.contains("leftovers 1"))
  }

  @Test("a limit on the size of files, for two saves: the saves before stand, and those after work", arguments: [0, 1, 8, 300, 900, 960])
  func fileSizeLimit(bytes: Int) throws {
    let folder = TemporaryFolder()
    let outcome = try #require(ChildProcess.run([Self.saver, "survive", folder.path, "3", "\(bytes)"]))
    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(outcome.output.split(separator: "\n").filter { $0.contains("File too large [errno 27]") }.count == 2)
    #expect(outcome.output.contains("saved 2\n"))
    #expect(outcome.output.contains("loaded 5, leftovers 0"))
  }

  @Test(
    "a system that takes and gives a few bytes at a time, and interrupts",
    .enabled(if: ChildProcess.works(["cc", "--version"]), "cc is needed"))
  func smallPieces() throws {
    let folder = TemporaryFolder()
    let source = """
      #define _GNU_SOURCE
      #include <dlfcn.h>
      #include <errno.h>
      #include <unistd.h>
      static int turn;
      ssize_t write(int fd, const void *bytes, size_t count) {
        static ssize_t (*next)(int, const void *, size_t);
        if (!next) next = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
        if (fd > 2 && ++turn % 3 == 0) { errno = EINTR; return -1; }
        return next(fd, bytes, fd > 2 && count > 7 ? 7 : count);
      }
      static ssize_t few(int fd, void *bytes, size_t count, off_t offset) {
        static ssize_t (*next)(int, void *, size_t, off_t);
        if (!next) next = (ssize_t (*)(int, void *, size_t, off_t))dlsym(RTLD_NEXT, "pread64");
        if (++turn % 3 == 0) { errno = EINTR; return -1; }
        return next(fd, bytes, count > 5 ? 5 : count, offset);
      }
      ssize_t pread(int fd, void *bytes, size_t count, off_t offset) { return few(fd, bytes, count, offset); }
      ssize_t pread64(int fd, void *bytes, size_t count, off_t offset) { return few(fd, bytes, count, offset); }
      """
    Fixtures.write(Array(source.utf8), to: "\(folder.path)/small.c")
    let compiled = try #require(
      ChildProcess.run(["cc", "-shared", "-fPIC", "-o", "\(folder.path)/small.so", "\(folder.path)/small.c", "-ldl"]))
    #expect(compiled.status == 0, "\(compiled.output)")
    let store = TemporaryFolder()
    let outcome = try #require(ChildProcess.run(["env", "LD_PRELOAD=\(folder.path)/small.so", Self.saver, "survive", store.path]))
    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(outcome.output.contains("saved 1\nsaved 2\nsaved 3\nsaved 4\nsaved 5\nloaded 5, leftovers 0"))
  }
}
