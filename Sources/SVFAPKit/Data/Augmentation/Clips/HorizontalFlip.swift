/// Left and right exchanged.
package enum HorizontalFlip {
  /// Flips every row of planes (planes, height, width) in place.
  package static func apply(_ clip: UnsafeMutablePointer<Float>, planes: Int, height: Int, width: Int) {
    for row in 0..<planes * height {
      let line = clip + row * width
      for column in 0..<width / 2 {
        let other = width &- 1 &- column
        let left = line[column]
        line[column] = line[other]
        line[other] = left
      }
    }
  }
}
