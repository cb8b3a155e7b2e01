import Base

/// Pictures with a common heading, such as reconstructions of the same clips at several epochs.
package struct PictureGroup: Sendable {
  /// A PNG file in memory and what it shows.
  package struct Picture: Sendable {
    package let png: [UInt8]
    package let caption: String

    package init(png: [UInt8], caption: String) {
      self.png = png
      self.caption = caption
    }
  }

  package let title: String
  /// How to read the pictures: "above the clip, below it what the model made of the visible tenth".
  package let note: String
  package let pictures: [Picture]

  package init(_ title: String, note: String = "", pictures: [Picture]) {
    self.title = title
    self.note = note
    self.pictures = pictures
  }

  /// The pictures inside the page.
  ///
  /// - Throws: `format` if one is no PNG file.
  func html() throws(SVFAPError) -> String {
    var out = "<section class=\"card\"><h3>\(title.escapedForHTML)</h3>"
    if !note.isEmpty { out += "<p class=\"muted\">\(note.escapedForHTML)</p>" }
    out += "<div class=\"pictures\">"
    for picture in pictures {
      let size = try PNGSize(picture.png)
      let caption = picture.caption.escapedForHTML
      out += "<figure><img alt=\"\(caption)\" width=\"\(size.width)\" height=\"\(size.height)\" "
      out += "src=\"data:image/png;base64,\(Base64.text(picture.png))\"><figcaption>\(caption)</figcaption></figure>"
    }
    return out + "</div></section>\n"
  }
}
