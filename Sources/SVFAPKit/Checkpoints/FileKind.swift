import Base

/// Kinds of files that people have in place of the one that is needed, recognised by their first bytes.
package enum FileKind {
  case empty
  case safetensors
  case zip
  case pickle
  case tar
  case gzip
  case onnx
  case html
  case lfsPointer
  case text
  case unknown

  /// Whether a file's content is that of a model or of a checkpoint, of whatever program.
  package static func isModel(_ path: String) -> Bool {
    guard let file = try? InputFile(path), let kind = try? recognise(file) else { return false }
    switch kind {
    case .safetensors, .zip, .pickle, .tar, .onnx: return true
    case .empty, .gzip, .html, .lfsPointer, .text, .unknown: return false
    }
  }

  static func recognise(_ file: InputFile) throws(SVFAPError) -> FileKind {
    guard file.size > 0 else { return .empty }
    let head = try file.bytes(at: 0, count: min(file.size, 512))
    // First of all: the eight bytes of a header's length may look like anything.
    if isSafetensors(head) { return .safetensors }
    if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) || head.starts(with: [0x50, 0x4B, 0x05, 0x06]) { return .zip }
    if head.count > 1, head[0] == 0x80, (2...5).contains(head[1]) { return .pickle }
    if head.count > 262, head[257..<262].elementsEqual("ustar".utf8) { return .tar }
    if head.starts(with: [0x1F, 0x8B]) { return .gzip }
    if head.count > 2, head[0] == 0x08, head[1] < 0x20, head[2] == 0x12 { return .onnx }
    let start = String(decoding: head.prefix(64), as: UTF8.self).lowercased()
    if start.hasPrefix("version https://git-lfs") { return .lfsPointer }
    if start.hasPrefix("<!doctype") || start.hasPrefix("<html") { return .html }
    let isText = head.prefix(64).allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
    return isText ? .text : .unknown
  }

  /// Eight bytes that are a length below 2^40, and the opening brace of the header.
  private static func isSafetensors(_ head: [UInt8]) -> Bool {
    head.count > 8 && head[8] == UInt8(ascii: "{") && head[5..<8].allSatisfy { $0 == 0 }
  }

  var name: String {
    switch self {
    case .empty: "an empty file"
    case .safetensors: "a safetensors file"
    case .zip: "a zip archive, probably a PyTorch checkpoint"
    case .pickle: "a Python pickle, probably a PyTorch checkpoint in the old format (before PyTorch 1.6)"
    case .tar: "a tar archive, perhaps a PyTorch checkpoint in the oldest format (before PyTorch 0.1.10)"
    case .gzip: "a gzip archive"
    case .onnx: "an ONNX model"
    case .html: "a web page, probably of a download that failed"
    case .lfsPointer: "a Git LFS pointer, which stands for a file that was not fetched"
    case .text: "a text"
    case .unknown: "a file of an unknown kind"
    }
  }

  /// What to do if a model file was needed, starting with "; ", or nothing.
  var adviceForModel: String {
    switch self {
    case .zip, .pickle, .tar: "; turn it into one with: svfap-host import FILE --out model.safetensors"
    default: advice
    }
  }

  /// What to do if a PyTorch checkpoint was needed, starting with "; ", or nothing.
  var adviceForCheckpoint: String {
    switch self {
    case .pickle, .tar:
      "; save it anew where PyTorch is installed and the file is trusted: "
        + "python3 -c \"import torch; torch.save(torch.load('OLD.pth', map_location='cpu'), 'NEW.pth')\""
    case .safetensors: "; if it is a model file of libsvfap, use it as it is"
    default: advice
    }
  }

  private var advice: String {
    switch self {
    case .empty, .html: "; fetch it again"
    case .gzip: "; unpack it first"
    case .lfsPointer: "; fetch it with: git lfs pull"
    default: ""
    }
  }
}
