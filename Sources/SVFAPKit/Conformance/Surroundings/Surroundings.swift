import Base
import CCheckShims
import Glibc

/// The process as a plugin may not change it: looked at before and after.
enum Surroundings {
  /// What each signal does: handler and flags, by number.
  static var signals: [Int32: String] {
    var found: [Int32: String] = [:]
    for signal in Int32(1)..<65 {
      var action = sigaction()
      guard sigaction(signal, nil, &action) == 0 else { continue }
      let handler = withUnsafeBytes(of: action.__sigaction_handler) { $0.loadUnaligned(as: UInt.self) }
      found[signal] =
        "handler \(handler == 0 ? "default" : handler == 1 ? "ignored" : "0x" + String(handler, radix: 16)), flags \(action.sa_flags)"
    }
    return found
  }

  static var umask: mode_t {
    let mask = Glibc.umask(0)
    _ = Glibc.umask(mask)
    return mask
  }

  static var locale: String { setlocale(LC_ALL, nil).map { String(cString: $0) } ?? "" }

  static var directory: String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    return getcwd(&buffer, buffer.count).map { String(cString: $0) } ?? ""
  }

  static var environment: [String] {
    var found: [String] = []
    var place = environ
    while let text = place.pointee {
      found.append(String(cString: text))
      place += 1
    }
    return found.sorted()
  }

  static var floatMode: UInt64 { check_float_mode() }

  /// Names of what is in a folder of /proc.
  private static func names(_ folder: String) -> [String] { (try? Folder(folder).names()) ?? [] }

  /// Threads of this process.
  static var threads: Int { names("/proc/self/task").count }

  /// Open descriptors and what they lead to, but for `file`, which the library itself holds open.
  static func descriptors(but file: String) -> [String] {
    let resolved = realpath(file, nil)
    defer { free(resolved) }
    let file = resolved.map { String(cString: $0) } ?? file
    return names("/proc/self/fd").compactMap { name in
      var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
      let count = readlink("/proc/self/fd/\(name)", &buffer, buffer.count - 1)
      // The descriptor that the listing itself was read through is closed by now.
      guard count > 0 else { return nil }
      let target = String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
      return target == file ? nil : "\(name) -> \(target)"
    }
  }

  /// Bytes of malloc that are in use.
  static var heap: Int { Int(clamping: check_heap_bytes()) }

  /// Waits a little for what ends by itself, such as threads that were told to.
  static func settles(_ isSettled: () -> Bool) -> Bool {
    for _ in 0..<100 {
      if isSettled() { return true }
      usleep(10_000)
    }
    return isSettled()
  }
}
