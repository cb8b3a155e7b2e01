import Base

/// The message of the error that `body` throws; empty if it throws none.
func message(_ body: () throws(SVFAPError) -> Void) -> String {
  do {
    try body()
    return ""
  } catch {
    return error.message
  }
}
