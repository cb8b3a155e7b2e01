import Reports
import Testing

@Suite("Numbers as people read them")
struct NumberTextTests {
  @Test(
    "digits that matter",
    arguments: [
      (0.612345, 4, "0.6123"), (1234.56, 4, "1235"), (12345.6, 4, "12346"), (9.9996, 4, "10.00"), (0.99996, 4, "1.000"), (0, 4, "0"),
      (-0.000312, 2, "-0.00031"), (3.14e-7, 2, "3.1e-07"), (9.99e-7, 2, "1.0e-06"), (2.5e12, 3, "2.50e+12"), (999_999.9, 3, "1.00e+06"),
      (1e-320, 2, "1.0e-320"), (1.7e308, 2, "1.7e+308"), (.nan, 3, "nan"), (-.infinity, 3, "-inf"),
    ])
  func significant(value: Double, digits: Int, text: String) { #expect(significantText(value, digits) == text) }

  @Test("whole numbers stay whole", arguments: [(1700, "1700"), (-3, "-3"), (0.5, "0.50000"), (1e15, "1000000000000000")])
  func plain(value: Double, text: String) { #expect(plainText(value) == text) }

  @Test(
    "groups of three",
    arguments: [
      (0, "0"), (999, "999"), (1000, "1\u{2009}000"), (-1_234_567, "-1\u{2009}234\u{2009}567"),
      (.min, "-9\u{2009}223\u{2009}372\u{2009}036\u{2009}854\u{2009}775\u{2009}808"),
    ])
  func grouped(value: Int, text: String) { #expect(groupedText(value) == text) }

  @Test(
    "durations", arguments: [(0.4, "0:00"), (41, "0:41"), (3599.6, "1:00:00"), (12_000, "3:20:00"), (-1, "?"), (.nan, "?"), (1e300, "?")])
  func duration(seconds: Double, text: String) { #expect(durationText(seconds) == text) }
}
