import Glibc

/// Seconds since 1970 (UTC).
package func wallClockSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// A moment in UTC as ISO 8601 writes it: "2026-01-31T12:00:00Z".
package func utcText(_ secondsSince1970: Double) -> String {
  guard secondsSince1970.isFinite, abs(secondsSince1970) < 1e11 else { return "" }
  var seconds = time_t(secondsSince1970.rounded(.down))
  var parts = tm()
  guard gmtime_r(&seconds, &parts) != nil else { return "" }
  func padded(_ number: Int32, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(width - text.count, 0)) + text
  }
  let date = "\(padded(parts.tm_year + 1900, 4))-\(padded(parts.tm_mon + 1, 2))-\(padded(parts.tm_mday, 2))"
  return date + "T\(padded(parts.tm_hour, 2)):\(padded(parts.tm_min, 2)):\(padded(parts.tm_sec, 2))Z"
}
