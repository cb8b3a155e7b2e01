// Functions of time made of additions and multiplications only. Those of the C library differ from one machine to the
// next in their last digits, which would be seen in the pixels.

/// Sine of an angle given in turns, within 4e-6.
func sine(turns: Double) -> Float {
  // A quarter turn either side of 0, where the series is short.
  var x = turns - turns.rounded(.down)
  if x > 0.75 {
    x -= 1
  } else if x > 0.25 {
    x = 0.5 - x
  }
  let a = x * 6.283_185_307_179_586
  let s = a * a
  return Float(a * (1 + s * (-1.0 / 6 + s * (1.0 / 120 + s * (-1.0 / 5040 + s / 362_880)))))
}

/// Cosine of an angle given in turns, within 4e-6.
func cosine(turns: Double) -> Float { sine(turns: turns + 0.25) }

/// 0 up to `start`, 1 from `end` on, without corners between them.
func smoothStep(_ value: Double, from start: Double, to end: Double) -> Float {
  let x = min(max((value - start) / (end - start), 0), 1)
  return Float(x * x * (3 - 2 * x))
}

/// A value between `a` (at 0) and `b` (at 1).
func between(_ a: Float, _ b: Float, _ share: Float) -> Float { a + (b - a) * share }
