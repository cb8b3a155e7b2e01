/// Largest difference relative to the largest expected element: how the goldens state their tolerance.
package func relativeError(_ found: [Float], _ expected: [Float]) -> Double {
  guard found.count == expected.count, !found.isEmpty else { return .infinity }
  var difference = 0.0
  var largest = 0.0
  for (a, b) in zip(found, expected) {
    guard a.isFinite else { return .infinity }
    difference = max(difference, abs(Double(a) - Double(b)))
    largest = max(largest, abs(Double(b)))
  }
  return difference / max(largest, 1e-30)
}
