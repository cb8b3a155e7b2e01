import Glibc

/// A value that every thread has of its own, made when first asked for and released when the thread ends.
package final class ThreadValue<Value: AnyObject>: @unchecked Sendable {
  // The key is written once in init; pthread_getspecific and pthread_setspecific are thread-safe.
  /// Nil if the process has no keys left: then every look makes a new value, which is forgotten at once.
  private let key: pthread_key_t?
  private let make: @Sendable () -> Value

  package init(_ make: @escaping @Sendable () -> Value) {
    var key = pthread_key_t()
    let status = pthread_key_create(&key) { stored in
      if let stored { Unmanaged<AnyObject>.fromOpaque(stored).release() }
    }
    self.key = status == 0 ? key : nil
    self.make = make
  }

  /// The calling thread's value.
  package var current: Value {
    guard let key else { return make() }
    if let stored = pthread_getspecific(key) {
      return Unmanaged<Value>.fromOpaque(stored).takeUnretainedValue()
    }
    let value = make()
    let kept = Unmanaged.passRetained(value)
    if pthread_setspecific(key, kept.toOpaque()) != 0 { kept.release() }
    return value
  }
}
