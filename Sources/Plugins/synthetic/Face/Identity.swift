/// Who is drawn: what stays the same whatever the face does. Lengths are in halves of the head's height.
struct Identity {
  enum HairStyle: CaseIterable {
    case short
    case long
    case fringe
    case bun
    case receding
  }

  let skin: Color
  let hair: Color
  let lips: Color
  let iris: Color
  let clothes: Color
  let backgroundTop: Color
  let backgroundBottom: Color

  let hairStyle: HairStyle
  let faceWidth: Float
  /// Width of the jaw as a share of the usual.
  let jaw: Float
  let eyeDistance: Float
  let eyeSize: Float
  let browThickness: Float
  let browHeight: Float
  let noseWidth: Float
  let noseLength: Float
  let mouthWidth: Float
  let lipFullness: Float

  /// The person of a number.
  init(_ number: Int) {
    let random = SeededRandom(seed: UInt64(bitPattern: Int64(number)), stream: "identity")
    let skin = random.choice(
      0,
      of: [
        Color(245, 214, 192), Color(236, 196, 168), Color(224, 178, 146), Color(206, 156, 122), Color(174, 122, 90), Color(140, 94, 68),
        Color(108, 72, 54),
      ])
    self.skin = skin
    hair = random.choice(
      1,
      of: [
        Color(34, 28, 28), Color(58, 40, 30), Color(92, 62, 40), Color(128, 90, 56), Color(176, 136, 84), Color(120, 58, 36),
        Color(150, 148, 146),
      ])
    lips = skin.mixed(with: Color(176, 58, 66), random.uniform(2, in: 0.45...0.7))
    iris = random.choice(3, of: [Color(74, 48, 30), Color(96, 66, 38), Color(62, 96, 128), Color(76, 112, 84), Color(104, 116, 124)])
    clothes = random.choice(
      4,
      of: [
        Color(52, 72, 112), Color(120, 44, 48), Color(58, 96, 76), Color(70, 70, 78), Color(150, 130, 96), Color(96, 72, 116),
        Color(206, 206, 210),
      ])
    backgroundTop = random.choice(
      5,
      of: [
        Color(196, 208, 220), Color(214, 204, 190), Color(168, 184, 176), Color(130, 146, 168), Color(186, 172, 190), Color(92, 104, 116),
      ])
    backgroundBottom = backgroundTop.mixed(with: Color(40, 40, 52), random.uniform(6, in: 0.15...0.45))
    hairStyle = random.choice(7, of: HairStyle.allCases)
    faceWidth = random.uniform(8, in: 0.70...0.80)
    jaw = random.uniform(9, in: 0.88...1.03)
    eyeDistance = random.uniform(10, in: 0.305...0.345)
    eyeSize = random.uniform(11, in: 0.93...1.1)
    browThickness = random.uniform(12, in: 0.045...0.075)
    browHeight = random.uniform(13, in: -0.015...0.02)
    noseWidth = random.uniform(14, in: 0.85...1.2)
    noseLength = random.uniform(15, in: 0.345...0.39)
    mouthWidth = random.uniform(16, in: 0.225...0.265)
    lipFullness = random.uniform(17, in: 0.8...1.25)
  }
}
