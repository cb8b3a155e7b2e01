import Base
import Glibc

/// Keeps a second trainer out of a run directory for as long as the object lives.
///
/// The lock is the kernel's (`flock` on the file `.lock`) and ends with the process, however that ends: a `.lock` that
/// lies about hinders nobody. The file only tells who holds it.
package final class RunLock {
  /// Name of the file.
  package static let name = ".lock"

  /// Set where the file system knows no locks: the run goes on unguarded, and its user should be told.
  package let warning: String?
  private let descriptor: Int32

  /// - Throws: `busy` that names the process that holds the lock; `io`, `notFound`.
  package init(_ folder: String) throws(SVFAPError) {
    let path = "\(folder)/\(Self.name)"
    let descriptor = retryingOnInterrupt { open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666) }
    guard descriptor >= 0 else { throw SVFAPError.system("cannot lock the folder", path: folder) }
    var warning: String?
    if retryingOnInterrupt({ flock(descriptor, LOCK_EX | LOCK_NB) }) != 0 {
      let number = errno
      if number == EWOULDBLOCK {
        let owner = Self.owner(descriptor)
        close(descriptor)
        throw SVFAPError(
          .busy, "\(folder) is in use by \(owner.text); wait until that ends, stop it, or choose another folder",
          detail: ["path": folder, "found": owner.pid ?? "unknown"])
      }
      guard [ENOSYS, EOPNOTSUPP, ENOLCK, EINVAL].contains(number) else {
        close(descriptor)
        throw SVFAPError.system("cannot lock the folder", path: folder, errno: number)
      }
      warning = "\(folder) lies on a file system without locks (\(systemErrorText(number))): take care that only one trainer uses it"
    }
    self.descriptor = descriptor
    self.warning = warning
    sign()
  }

  deinit { close(descriptor) }

  /// Says who holds the lock. A full disk does not matter: the lock holds, it is only anonymous.
  private func sign() {
    let owner: JSONObject = [
      "pid": .integer(Int64(getpid())), "host": .string(hostName()), "since": .string(utcText(wallClockSeconds())),
    ]
    let text = Array((JSONValue.object(owner).text() + "\n").utf8)
    if ftruncate(descriptor, 0) == 0 { pwrite(descriptor, text, text.count, 0) }
  }

  private static func owner(_ descriptor: Int32) -> (text: String, pid: String?) {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    guard count > 0, let json = try? JSONValue(parsing: Array(bytes[0..<count])), let pid = json["pid"]?.intValue else {
      return ("another process", nil)
    }
    var text = pid == getpid() ? "another trainer of this process (\(pid))" : "process \(pid)"
    if let host = json["host"]?.stringValue, host != hostName() { text += " on \(host)" }
    if let since = json["since"]?.stringValue { text += " since \(since)" }
    return (text, String(pid))
  }
}
