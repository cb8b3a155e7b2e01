import Glibc

/// A number with a fixed count of decimals, always with a point.
package func decimalText(_ value: Double, _ decimals: Int) -> String {
  guard value.isFinite else { return "" }
  var scale = 1.0
  for _ in 0..<decimals { scale *= 10 }
  guard abs(value) < 1e15 / scale else { return "\(value)" }
  let scaled = Int64((abs(value) * scale).rounded())
  let whole = String(scaled / Int64(scale))
  let sign = value < 0 && scaled > 0 ? "-" : ""
  guard decimals > 0 else { return sign + whole }
  let rest = String(scaled % Int64(scale))
  return sign + whole + "." + String(repeating: "0", count: decimals - rest.count) + rest
}
