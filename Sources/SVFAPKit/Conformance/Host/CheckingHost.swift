import Base
import CSVFAPPlugin
import Plugins
import Synchronization

/// A host of plugins that watches what they do with it: whose memory they give back, whether they say why they fail.
///
/// One for the process, never freed: a plugin keeps the table that it was started with.
final class CheckingHost: Sendable {
  static let shared = CheckingHost()

  /// What plugins receive.
  nonisolated(unsafe) let table: UnsafePointer<svfap_host>
  let memory = HostMemoryLedger()
  private let isCancelled = Atomic(false)
  private let wrongs = Mutex<[String]>([])

  private init() {
    let base = HostTable.pointer.pointee
    let table = UnsafeMutablePointer<svfap_host>.allocate(capacity: 1)
    table.initialize(to: base)
    // A place that only this host knows: who comes with another forgot to pass the context on.
    table.pointee.context = UnsafeMutableRawPointer(table)
    table.pointee.allocate = { context, count in CheckingHost.known(context, "allocate") ? CheckingHost.shared.memory.allocate(count) : nil
    }
    table.pointee.deallocate = { context, memory in
      guard CheckingHost.known(context, "deallocate"), let memory else { return }
      if let wrong = CheckingHost.shared.memory.deallocate(memory) { CheckingHost.shared.blame(wrong) }
    }
    table.pointee.log = { context, level, text, size in
      guard CheckingHost.known(context, "log") else { return }
      if !(1...4).contains(level) { CheckingHost.shared.blame("it called host->log with the level \(level); there are 1 to 4") }
      if text == nil, size > 0 { CheckingHost.shared.blame("it called host->log with \(size) bytes at NULL") }
    }
    table.pointee.fail = { context, status, text, size in
      guard CheckingHost.known(context, "fail") else { return status }
      if status == 0 { CheckingHost.shared.blame("it called host->fail with SVFAP_OK") }
      let host = HostTable.pointer.pointee
      return host.fail?(host.context, status, text, size) ?? status
    }
    table.pointee.cancelled = { context in
      guard CheckingHost.known(context, "cancelled") else { return 0 }
      return CheckingHost.shared.isCancelled.load(ordering: .acquiring) ? 1 : 0
    }
    table.pointee.parallel = { context, count, body, argument in
      guard CheckingHost.known(context, "parallel") else { return }
      let host = HostTable.pointer.pointee
      host.parallel?(host.context, count, body, argument)
    }
    // What these cannot do they tell `fail` themselves, so a plugin need not.
    table.pointee.parse_number = { context, text, size, value in
      guard CheckingHost.known(context, "parse_number") else { return svfap_status(SVFAP_E_INVALID_ARGUMENT) }
      let host = HostTable.pointer.pointee
      return host.parse_number?(host.context, text, size, value) ?? svfap_status(SVFAP_E_INTERNAL)
    }
    table.pointee.option_number = { context, config, size, pointer, value in
      guard CheckingHost.known(context, "option_number") else { return svfap_status(SVFAP_E_INVALID_ARGUMENT) }
      let host = HostTable.pointer.pointee
      return host.option_number?(host.context, config, size, pointer, value) ?? svfap_status(SVFAP_E_INTERNAL)
    }
    table.pointee.option_text = { context, config, size, pointer, text, capacity, length in
      guard CheckingHost.known(context, "option_text") else { return svfap_status(SVFAP_E_INVALID_ARGUMENT) }
      let host = HostTable.pointer.pointee
      return host.option_text?(host.context, config, size, pointer, text, capacity, length) ?? svfap_status(SVFAP_E_INTERNAL)
    }
    table.pointee.option_count = { context, config, size, pointer, count in
      guard CheckingHost.known(context, "option_count") else { return svfap_status(SVFAP_E_INVALID_ARGUMENT) }
      let host = HostTable.pointer.pointee
      return host.option_count?(host.context, config, size, pointer, count) ?? svfap_status(SVFAP_E_INTERNAL)
    }
    self.table = UnsafePointer(table)
  }

  /// Whether a function of the table was called with the table's context.
  private static func known(_ context: UnsafeMutableRawPointer?, _ name: String) -> Bool {
    if context == UnsafeMutableRawPointer(mutating: shared.table) { return true }
    shared.blame("it called host->\(name) with a context that is not host->context")
    return false
  }

  /// Keeps what the plugin did wrong.
  private func blame(_ wrong: String) { wrongs.withLock { if $0.count < 20 { $0.append(wrong) } } }

  /// What plugins did wrong with this host since the last look.
  func takeWrongs() -> [String] {
    wrongs.withLock { wrongs in
      defer { wrongs = [] }
      return wrongs
    }
  }

  func forgetMessage() { HostTable.message = nil }
  /// What was told to `fail` on this thread; nil if nothing, or nothing but spaces.
  var lastMessage: String? { HostTable.message.flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 } }

  /// Runs `body` while the user wants to stop.
  func cancelled<Result>(_ body: () throws(Verdict) -> Result) throws(Verdict) -> Result {
    isCancelled.store(true, ordering: .releasing)
    defer { isCancelled.store(false, ordering: .releasing) }
    return try body()
  }
}
