import Base
import Data

/// The library's error that `body` ends with; nil if it ends well.
func failureOf<Result>(_ body: () throws -> Result) -> SVFAPError? {
  do {
    _ = try body()
    return nil
  } catch {
    return error as? SVFAPError
  }
}

extension Sequence<DataFinding> {
  func first(_ kind: DataFinding.Kind) -> DataFinding? { first { $0.kind == kind } }
  var kinds: [DataFinding.Kind] { map(\.kind) }
}
