import Glibc

/// e^x, for tests that import no Glibc.
package func exponential(_ x: Double) -> Double { exp(x) }

/// Natural logarithm of x.
package func logarithm(_ x: Double) -> Double { log(x) }
