import Base
import Glibc
import Synchronization

/// Does one thing on several threads at once.
enum OnThreads {
  private final class Shared: Sendable {
    let failure = Mutex<String?>(nil)
  }

  /// Does it on one other thread.
  static func runOne(_ body: () throws(Verdict) -> Void) throws(Verdict) {
    let verdict: Verdict? = withoutActuallyEscaping(body) { body in
      var verdict: Verdict?
      // The other thread is gone before this one looks.
      withUnsafeMutablePointer(to: &verdict) { place in
        nonisolated(unsafe) let place = place
        _ = run(1) { _ in
          do throws(Verdict) { try body() } catch { place.pointee = error }
          return nil
        }
      }
      return verdict
    }
    if let verdict { throw verdict }
  }

  /// - Parameter body: receives the thread's number; what it returns is what went wrong.
  /// - Returns: what went wrong first; nil if nothing.
  static func run(_ count: Int, _ body: @escaping (Int) -> String?) -> String? {
    let shared = Shared()
    // Whoever starts the threads waits for all of them.
    nonisolated(unsafe) let body = body
    var threads: [pthread_t] = []
    for number in 0..<count {
      let thread = try? startThread {
        if let failure = body(number) { shared.failure.withLock { $0 = $0 ?? failure } }
      }
      if let thread { threads.append(thread) }
    }
    for thread in threads { pthread_join(thread, nil) }
    return shared.failure.withLock { $0 }
  }
}
