/// An 8-bit colour.
struct Color {
  let red: Int32
  let green: Int32
  let blue: Int32

  init(_ red: Int32, _ green: Int32, _ blue: Int32) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// This colour with a share of another.
  func mixed(with other: Color, _ share: Float) -> Color {
    func mix(_ a: Int32, _ b: Int32) -> Int32 { Int32(between(Float(a), Float(b), min(max(share, 0), 1)) + 0.5) }
    return Color(mix(red, other.red), mix(green, other.green), mix(blue, other.blue))
  }

  func darker(_ share: Float) -> Color { mixed(with: Color(24, 12, 16), share) }
  func lighter(_ share: Float) -> Color { mixed(with: Color(255, 250, 240), share) }
}
