/// How somebody moves whatever they feel: five numbers from 0 to 1, drawn evenly from the number of the person.
///
/// They carry the names of the Big Five, and are labelled so, because heads for apparent personality need labels that
/// can be seen in a video. Each rules one trait of the drawing and nothing else; they say nothing about people.
struct Manner {
  /// How far the gaze wanders.
  let openness: Double
  /// How evenly the head moves: 0 restless, 1 steady.
  let conscientiousness: Double
  /// How far the head moves.
  let extraversion: Double
  /// How far the corners of the mouth are up at rest.
  let agreeableness: Double
  /// How often the eyes blink.
  let neuroticism: Double

  init(_ number: Int) {
    let random = SeededRandom(seed: UInt64(bitPattern: Int64(number)), stream: "manner")
    // Three digits, so that the label is the number that rules the drawing.
    func draw(_ index: UInt64) -> Double { (random.uniform(index) * 1000).rounded() / 1000 }
    openness = draw(0)
    conscientiousness = draw(1)
    extraversion = draw(2)
    agreeableness = draw(3)
    neuroticism = draw(4)
  }
}
