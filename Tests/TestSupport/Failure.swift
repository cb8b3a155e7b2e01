import Base

/// The library's error that `body` ends with; nil if it ends well (or with a foreign error).
package func failure<Result>(_ body: () throws -> Result) -> SVFAPError? {
  do {
    _ = try body()
    return nil
  } catch {
    return error as? SVFAPError
  }
}
