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

/// A number with a count of digits that matter, for people: "0.6123", "1235", "3.1e-07", "nan".
package func significantText(_ value: Double, _ digits: Int) -> String {
  guard value.isFinite, value != 0 else { return scientificText(value, digits) }
  let exponent = scientific(value, digits).exponent
  return (-4..<6).contains(exponent) ? decimalText(value, max(digits - 1 - exponent, 0)) : scientificText(value, digits)
}

/// A number with a power of ten: "3.0e-04", "0", "nan".
package func scientificText(_ value: Double, _ digits: Int) -> String {
  guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
  guard value != 0 else { return "0" }
  let (mantissa, exponent) = scientific(value, digits)
  let power = String(abs(exponent))
  return decimalText(mantissa, digits - 1) + (exponent < 0 ? "e-" : "e+") + (power.count < 2 ? "0" : "") + power
}

/// value = mantissa * 10^exponent, with a mantissa that is below 10 when rounded to `digits`.
private func scientific(_ value: Double, _ digits: Int) -> (mantissa: Double, exponent: Int) {
  var exponent = Int(log10(abs(value)).rounded(.down))
  // In two steps, since 10^308 is the largest power that there is.
  func mantissa() -> Double { value * pow(10, Double(-exponent / 2)) * pow(10, Double(-(exponent - exponent / 2))) }
  let unit = pow(10, Double(digits - 1))
  if (abs(mantissa()) * unit).rounded() >= 10 * unit { exponent += 1 }
  return (mantissa(), exponent)
}

/// A step, an epoch: a whole number as such, another with the digits that it needs.
package func plainText(_ value: Double) -> String {
  guard let whole = Int(exactly: value) else { return significantText(value, 5) }
  return String(whole)
}

/// A whole number with thin gaps between groups of three digits: "1 234 567".
package func groupedText(_ value: Int) -> String {
  var groups: [Substring] = []
  var rest = Substring(String(value.magnitude))
  while !rest.isEmpty {
    groups.append(rest.suffix(3))
    rest = rest.dropLast(3)
  }
  return (value < 0 ? "-" : "") + groups.reversed().joined(separator: "\u{2009}")
}

/// A duration: "0:41", "12:05", "3:20:00".
package func durationText(_ seconds: Double) -> String {
  guard seconds.isFinite, seconds >= 0, seconds < 1e12 else { return "?" }
  let whole = Int(seconds.rounded())
  func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
  return whole >= 3600
    ? "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))" : "\(whole / 60):\(two(whole % 60))"
}
