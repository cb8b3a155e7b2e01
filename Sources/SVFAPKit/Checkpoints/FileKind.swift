import Base

/// Files that people give in place of a model file, recognised by their first bytes.
enum FileKind {
  case empty
  case torchZip
  case pickle
  case onnx
  case html
  case text

  /// nil if the file may be safetensors.
  static func recognise(_ file: InputFile) throws(SVFAPError) -> FileKind? {
    guard file.size > 0 else { return .empty }
    let head = try file.bytes(at: 0, count: min(file.size, 512))
    if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return .torchZip }
    if head.count > 1, head[0] == 0x80, (2...5).contains(head[1]) { return .pickle }
    let start = String(decoding: head.prefix(64), as: UTF8.self).lowercased()
    if start.hasPrefix("<!doctype") || start.hasPrefix("<html") { return .html }
    if head.count > 2, head[0] == 0x08, head[1] < 0x20, head[2] == 0x12 { return .onnx }
    // The length of a real header is below 2^32: its upper four bytes are zero.
    if head.count >= 8, head[0..<8].allSatisfy({ $0 >= 0x20 && $0 < 0x7F || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }) { return .text }
    return nil
  }

  var name: String {
    switch self {
    case .empty: "an empty file"
    case .torchZip: "a zip archive, probably a PyTorch checkpoint"
    case .pickle: "a Python pickle, probably an old PyTorch checkpoint"
    case .onnx: "an ONNX model"
    case .html: "a web page, probably of a download that failed"
    case .text: "a text"
    }
  }

  var advice: String {
    switch self {
    case .torchZip, .pickle: "; turn it into one with: svfap-host import FILE --out model.safetensors"
    default: ""
    }
  }
}
