import Base

/// Which videos a drawn data set consists of: sets of persons that no other set has, several videos of each.
struct DrawnDataSet {
  struct Video: Equatable {
    /// Where in its set it stands.
    let index: Int
    /// Number of the person.
    let person: Int
    let seed: Int
  }

  struct Part: Equatable {
    /// Such as "train": name of its manifest and of its folder.
    let name: String
    let videos: [Video]
  }

  /// Videos of one person: each shows another class, where there are four.
  static let videosPerPerson = 4
  /// Numbers that a seed has for its persons and videos; other seeds have others.
  static let numbersPerSeed = 1_000_000

  let parts: [Part]

  var count: Int { parts.reduce(0) { $0 + $1.videos.count } }

  /// - Parameters:
  ///   - sets: `{"name", "videos"}` of each, in the order in which persons are given out.
  ///   - seed: other persons, labels and movements for every seed.
  /// - Throws: `config` for a name that is no file name, or more videos than a seed has numbers for.
  init(_ sets: [JSONValue], seed: Int) throws(SVFAPError) {
    let first = seed.multipliedReportingOverflow(by: Self.numbersPerSeed)
    guard !first.overflow, first.partialValue <= 9_007_199_254_740_992 - Self.numbersPerSeed else {
      throw ObjectReader.wrong("/seed", expected: "a seed up to 9007199253 for sets", found: "\(seed)")
    }
    var parts: [Part] = []
    var place = 0
    for set in sets {
      let name = set["name"]?.stringValue ?? ""
      let isName = !name.isEmpty && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
      guard isName else { throw ObjectReader.wrong("/sets", expected: "names of small letters, digits and _", found: "\"\(name)\"") }
      guard !parts.contains(where: { $0.name == name }) else {
        throw ObjectReader.wrong("/sets", expected: "every name once", found: "\"\(name)\" twice")
      }
      let count = set["videos"]?.intValue ?? 0
      guard count <= Self.numbersPerSeed - place else {
        throw ObjectReader.wrong("/sets", expected: "at most \(Self.numbersPerSeed) videos", found: "more")
      }
      let videos = (0..<count).map { index in
        let number = first.partialValue + place + index
        return Video(index: index, person: first.partialValue + place + index / Self.videosPerPerson, seed: number)
      }
      parts.append(Part(name: name, videos: videos))
      // The first video of the next set begins a round of the classes, and with a person that nobody has.
      place += (count + Self.videosPerPerson - 1) / Self.videosPerPerson * Self.videosPerPerson
    }
    self.parts = parts
  }
}
