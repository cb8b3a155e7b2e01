import Glibc
import TestSupport
import Testing

@testable import SyntheticVideo

@Suite("Synthetic: areas cover pixels exactly")
struct SyntheticDrawingTests {
  /// Coverage of every pixel of a 16 x 12 picture.
  private func coverage(_ edge: [Point], width: Int = 16, height: Int = 12) throws -> [Float] {
    _ = PluginHarness.host
    let rasterizer = try Rasterizer(width: width, height: height)
    var cells = [Float](repeating: 0, count: width * height)
    // Twice: what the first leaves behind would show in the second.
    for _ in 0..<2 {
      for index in cells.indices { cells[index] = 0 }
      rasterizer.scan(edge) { y, first, row in
        for index in row.indices { cells[y * width + first + index] = row[index] }
      }
    }
    return cells
  }

  @Test("of a rectangle between pixels")
  func rectangle() throws {
    let cells = try coverage(points((2.25, 1.5), (5.5, 1.5), (5.5, 3.25), (2.25, 3.25)))
    #expect(Array(cells[16 + 1...16 + 6]) == [0, 0.375, 0.5, 0.5, 0.25, 0])
    #expect(Array(cells[32 + 1...32 + 6]) == [0, 0.75, 1, 1, 0.5, 0])
    #expect(Array(cells[48 + 1...48 + 6]) == [0, 0.1875, 0.25, 0.25, 0.125, 0])
    #expect(cells.reduce(0, +) == 3.25 * 1.75)
  }

  @Test("of any polygon: the sum is its area, in both directions of its edge")
  func area() throws {
    for seed in 0..<50 {
      let numbers = stream("polygon", seed: UInt64(seed), count: 6)
      let corners = (0..<3).map { Point(8 + 7.5 * numbers[2 * $0], 6 + 5.5 * numbers[2 * $0 + 1]) }
      let (a, b) = (corners[1] - corners[0], corners[2] - corners[0])
      let area = abs(a.x * b.y - a.y * b.x) / 2
      #expect(abs(try coverage(corners).reduce(0, +) - area) < 1e-3)
      #expect(abs(try coverage(corners.reversed()).reduce(0, +) - area) < 1e-3)
    }
    let circle = Curve.ellipse(Point(8, 6), 5, 4, points: 200)
    #expect(abs(try coverage(circle).reduce(0, +) - .pi * 20) < 0.05)
  }

  @Test("of what reaches over the edges of the picture")
  func outside() throws {
    #expect(try coverage(points((-50, -50), (90, -50), (90, 70), (-50, 70))).allSatisfy { $0 == 1 })
    let half = try coverage(points((-10, 6), (30, 6), (30, 40), (-10, 40)))
    #expect(half.prefix(96).allSatisfy { $0 == 0 } && half.suffix(96).allSatisfy { $0 == 1 })
    // The diagonal of a square that is far larger than the picture.
    let triangle = try coverage(points((-100, -100), (116, 116), (-100, 116)), width: 16, height: 16)
    #expect(abs(triangle.reduce(0, +) - 128) < 0.01)
    for edge in [
      points((20, 2), (30, 2), (30, 9)), points((-9, 2), (-1, 2), (-1, 9)), points((2, -9), (5, -9), (3, -1)), points((1, 1), (9, 1)),
    ] {
      #expect(try coverage(edge).allSatisfy { $0 == 0 })
    }
  }

  @Test("a mask limits what is drawn, and is gone afterwards")
  func mask() throws {
    _ = PluginHarness.host
    let canvas = try Canvas(width: 8, height: 4)
    let all = points((0, 0), (8, 0), (8, 4), (0, 4))
    canvas.clipped(to: points((2, 1), (4, 1), (4, 3), (2, 3))) { canvas.fill(all, Color(200, 100, 50)) }
    let reds = (0..<32).map { canvas.pixels[3 * $0] }
    #expect(reds.indices.allSatisfy { reds[$0] == ((2..<4).contains($0 % 8) && (1..<3).contains($0 / 8) ? 200 : 0) })
    canvas.fill(all, Color(255, 255, 255))
    #expect((0..<96).allSatisfy { canvas.pixels[$0] == 255 })
  }

  @Test("the sine that needs no library is that of the library")
  func sines() {
    for step in -2000...2000 {
      let turns = Double(step) / 777
      #expect(abs(Double(sine(turns: turns)) - sin(2 * .pi * turns)) < 4e-6)
      #expect(abs(Double(cosine(turns: turns)) - cos(2 * .pi * turns)) < 4e-6)
    }
  }
}
