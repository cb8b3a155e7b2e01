import Glibc

/// Calls `body(0) ... body(count - 1)` on threads of their own, all at the same time, and returns when all are done.
package func atOnce(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
  final class Call {
    let index: Int
    let body: @Sendable (Int) -> Void
    init(_ index: Int, _ body: @escaping @Sendable (Int) -> Void) {
      self.index = index
      self.body = body
    }
  }
  var threads: [pthread_t] = []
  for index in 0..<count {
    var thread = pthread_t()
    let call = Unmanaged.passRetained(Call(index, body)).toOpaque()
    let status = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        let call = Unmanaged<Call>.fromOpaque(argument).takeRetainedValue()
        call.body(call.index)
        return nil
      }, call)
    if status == 0 { threads.append(thread) } else { Unmanaged<Call>.fromOpaque(call).release() }
  }
  for thread in threads { pthread_join(thread, nil) }
}
