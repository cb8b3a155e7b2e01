/// A strict look at an HTML document: every element that is opened is closed, in order, and attributes are quoted.
struct HTMLDocument {
  struct Element {
    let name: String
    let attributes: [String: String]
    /// Text directly inside, entities decoded.
    var text = ""
  }

  struct Fault: Error { let what: String }

  private(set) var elements: [Element] = []

  private static let void: Set = ["meta", "link", "img", "br"]
  private static let raw: Set = ["style", "script"]

  init(_ text: String) throws {
    var rest = Substring(text)
    guard rest.hasPrefix("<!DOCTYPE html>\n") else { throw Fault(what: "no doctype") }
    rest = rest.dropFirst("<!DOCTYPE html>\n".count)
    var open: [Int] = []
    while !rest.isEmpty {
      guard rest.first == "<" else {
        let piece = rest.prefix { $0 != "<" }
        rest = rest.dropFirst(piece.count)
        if let last = open.last { elements[last].text += try Self.decoded(piece) }
        continue
      }
      guard let end = rest.firstIndex(of: ">") else { throw Fault(what: "a tag without end: \(rest.prefix(40))") }
      let tag = rest[rest.index(after: rest.startIndex)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("/") {
        guard let last = open.popLast(), elements[last].name == tag.dropFirst() else {
          throw Fault(what: "</\(tag.dropFirst())> closes something else")
        }
        continue
      }
      let element = try Self.element(tag)
      elements.append(element)
      if Self.void.contains(element.name) || tag.hasSuffix("/") { continue }
      if Self.raw.contains(element.name) {
        guard let close = rest.range(of: "</\(element.name)>") else { throw Fault(what: "\(element.name) without end") }
        elements[elements.count - 1].text = String(rest[..<close.lowerBound])
        rest = rest[close.upperBound...]
      } else {
        open.append(elements.count - 1)
      }
    }
    guard open.isEmpty else { throw Fault(what: "never closed: \(open.map { elements[$0].name })") }
  }

  /// Elements of a name, with a class if one is given.
  func all(_ name: String, class style: String? = nil) -> [Element] {
    elements.filter { element in
      element.name == name && (style.map { element.attributes["class"]?.split(separator: " ").contains(Substring($0)) == true } ?? true)
    }
  }

  private static func element(_ tag: Substring) throws -> Element {
    let name = tag.prefix { $0 != " " && $0 != "/" }
    var rest = tag.dropFirst(name.count)
    var attributes: [String: String] = [:]
    while true {
      rest = rest.drop { $0 == " " || $0 == "/" || $0 == "\n" }
      guard !rest.isEmpty else { return Element(name: String(name), attributes: attributes) }
      guard let equals = rest.firstIndex(of: "=") else { throw Fault(what: "an attribute without value in <\(tag)>") }
      let key = String(rest[..<equals])
      rest = rest[rest.index(after: equals)...]
      guard rest.first == "\"", let close = rest.dropFirst().firstIndex(of: "\"") else {
        throw Fault(what: "\(key) of <\(name)> is not quoted")
      }
      guard attributes.updateValue(try decoded(rest.dropFirst()[..<close]), forKey: key) == nil else {
        throw Fault(what: "\(key) twice in <\(name)>")
      }
      rest = rest[rest.index(after: close)...]
    }
  }

  private static func decoded(_ text: Substring) throws -> String {
    var out = ""
    var rest = text
    while let ampersand = rest.firstIndex(of: "&") {
      out += rest[..<ampersand]
      guard let end = rest[ampersand...].firstIndex(of: ";") else { throw Fault(what: "a bare & in \(text.prefix(60))") }
      let entities = ["&amp": "&", "&lt": "<", "&gt": ">", "&quot": "\"", "&#39": "'", "&#8593": "↑", "&#8595": "↓"]
      guard let character = entities[String(rest[ampersand..<end])] else { throw Fault(what: "unknown entity \(rest[ampersand...end])") }
      out += character
      rest = rest[rest.index(after: end)...]
    }
    return out + rest
  }
}

extension Substring {
  fileprivate func range(of text: String) -> Range<Index>? {
    var position = startIndex
    while position < endIndex {
      if self[position...].hasPrefix(text) { return position..<index(position, offsetBy: text.count) }
      position = index(after: position)
    }
    return nil
  }
}
