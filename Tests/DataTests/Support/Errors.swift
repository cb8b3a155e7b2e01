/// The message of the library's error that `body` ends with; empty if it ends well.
func message(_ body: () throws -> Void) -> String { failureOf(body)?.message ?? "" }
