import Base
import Checkpoints
import Glibc
import TestSupport
import Testing

@Suite("One trainer a run directory")
struct RunLockTests {
  private let temporary = TemporaryFolder()
  private var folder: String { temporary.path }

  @Test("a second lock in the same process is refused, and may be had when the first ends")
  func sameProcess() throws {
    var first: RunLock? = try RunLock(folder)
    #expect(first?.warning == nil)
    let error = #expect(throws: SVFAPError.self) { try RunLock(folder) }
    #expect(error?.code == .busy)
    #expect(error?.message.contains("another trainer of this process (\(getpid()))") == true)
    first = nil
    _ = try RunLock(folder)
  }

  @Test("the process that holds the lock is named, and killing it frees the lock")
  func otherProcess() throws {
    let other = try #require(ChildProcess([ChildProcess.tool("run-writer"), "hold", folder]))
    #expect(other.line() == "held")
    let error = #expect(throws: SVFAPError.self) { try RunLock(folder) }
    #expect(error?.code == .busy)
    #expect(error?.message.contains("process \(other.pid) since 20") == true)
    #expect(error?.detail["found"] == "\(other.pid)")
    other.kill()
    _ = other.wait()
    #expect(Fixtures.bytes("\(folder)/.lock").isEmpty == false)
    _ = try RunLock(folder)
  }

  @Test("a lock file that is left or lies hinders nobody", arguments: ["", "{\"pid\": 1}", "not JSON", "{\"pid\": -5, \"host\": 3}"])
  func stale(content: String) throws {
    Fixtures.write(Array(content.utf8), to: "\(folder)/.lock")
    let lock = try RunLock(folder)
    #expect(lock.warning == nil)
    let error = #expect(throws: SVFAPError.self) { try RunLock(folder) }
    #expect(error?.message.contains("(\(getpid()))") == true)
  }

  @Test("a held lock whose file says nothing is still refused")
  func anonymous() throws {
    let lock = try RunLock(folder)
    truncate("\(folder)/.lock", 0)
    let error = #expect(throws: SVFAPError.self) { try RunLock(folder) }
    #expect(error?.message.contains("in use by another process") == true)
    withExtendedLifetime(lock) {}
  }

  @Test("a folder that is not there is a clear error")
  func absent() {
    let error = #expect(throws: SVFAPError.self) { try RunLock("\(folder)/nowhere") }
    #expect(error?.code == .notFound)
  }
}
