import Glibc

/// Largest resident memory of this process so far, in MiB.
package func peakResidentMiB() -> Int {
  var usage = rusage()
  guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
  return Int(usage.ru_maxrss / 1024)
}
