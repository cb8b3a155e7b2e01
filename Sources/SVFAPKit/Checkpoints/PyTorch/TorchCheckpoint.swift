import Base
import Synchronization

/// A PyTorch checkpoint: what `torch.save` has written since PyTorch 1.6, a zip archive with one pickle that describes
/// everything and one entry for the memory of each storage.
///
/// Nothing in the file is executed and no name in it is looked up (`PickleMachine`). Sizes are compared with the file
/// before they are used; what is read is compared with the archive's CRC-32, where the archive states one.
package final class TorchCheckpoint: Sendable {
  package let path: String
  /// Bytes of the file.
  package let size: Int
  let document: PickleDocument
  private let archive: ZipArchive
  /// Folder of everything in the archive, with its slash.
  private let prefix: String
  /// Storages that were compared with their checksums: many tensors may share one.
  private let verified = Mutex<Set<String>>([])

  /// - Throws: `notFound`, `io`; `format` with the place for anything that is not such a file or is damaged; `unsupported`
  ///   for big-endian, compressed and TorchScript files; `limit`.
  package init(_ path: String) throws(SVFAPError) {
    let file = try InputFile(path)
    self.path = path
    size = file.size
    do throws(SVFAPError) {
      let kind = try FileKind.recognise(file)
      guard case .zip = kind else {
        throw SVFAPError(.format, "this is \(kind.name), not a PyTorch checkpoint\(kind.adviceForCheckpoint)", detail: ["found": kind.name])
      }
      archive = try ZipArchive(file)
      prefix = try Self.prefix(of: archive)
      try Self.checkByteOrder(archive, prefix)
      guard let entry = archive[prefix + "data.pkl"] else {
        throw SVFAPError(.format, "this zip archive has no data.pkl: it is not a PyTorch checkpoint")
      }
      document = try PickleMachine.read(try archive.contents(entry, limit: PickleMachine.Limits().size), name: "data.pkl")
    } catch {
      throw error.within(path).with("path", path)
    }
  }

  private static func prefix(of archive: ZipArchive) throws(SVFAPError) -> String {
    let suffix = "/data.pkl"
    let candidates = archive.entries.map(\.name).filter { $0.hasSuffix(suffix) && $0.utf8.count(where: { $0 == 0x2F }) == 1 }
    guard let name = candidates.first, candidates.count == 1 else {
      throw SVFAPError(.format, "this zip archive has \(candidates.count) entries FOLDER/data.pkl where a PyTorch checkpoint has one")
    }
    let prefix = String(name.dropLast(suffix.count - 1))
    guard archive[prefix + "constants.pkl"] == nil else {
      throw SVFAPError(
        .unsupported,
        "this is a program saved by torch.jit.save, not a checkpoint; save its weights: torch.save(model.state_dict(), 'NEW.pth')")
    }
    return prefix
  }

  private static func checkByteOrder(_ archive: ZipArchive, _ prefix: String) throws(SVFAPError) {
    // Written since PyTorch 2.1; before, nobody had anything but little-endian files.
    guard let entry = archive[prefix + "byteorder"] else { return }
    let order = ByteCursor(try archive.contents(entry, limit: 64), name: "byteorder")
    let name = order.text(0..<order.remaining)
    guard name == "little" else {
      throw SVFAPError(
        .unsupported, "the checkpoint's byte order is not little-endian; load and save it on a little-endian machine",
        detail: ["expected": "little", "found": name ?? "(no text)"])
    }
  }

  /// Names of classes and functions in the file that were carried along as names, not understood and not run.
  package var unknownNames: [String] { document.unknownNames }

  // MARK: Tensors

  /// Entry of a tensor's storage, its size compared with what the pickle says.
  func entry(of tensor: TorchTensor) throws(SVFAPError) -> ZipArchive.Entry {
    let name = "data/\(tensor.storage.key)"
    guard let entry = archive[prefix + name] else {
      throw SVFAPError(.format, "\(path): the storage \"\(name)\" is missing", detail: ["path": path, "where": name])
    }
    let (bytes, overflow) = tensor.storage.count.multipliedReportingOverflow(by: tensor.type.size)
    guard !overflow, entry.range.count == bytes else {
      throw SVFAPError(
        .format,
        "\(path): the storage \"\(name)\" has \(entry.range.count) bytes, not \(tensor.storage.count) elements of \(tensor.type.rawValue)",
        detail: ["path": path, "where": name])
    }
    return entry
  }

  /// Reads a tensor of real numbers as float32, last index fastest. Its storage is compared with its checksum.
  ///
  /// - Parameter target: place for `tensor.count` numbers.
  /// - Throws: `format` if the storage is missing, damaged or of another size, or the elements are no real numbers;
  ///   `unsupported` for a tensor that repeats elements; `io`, `noMemory`.
  package func read(_ tensor: TorchTensor, into target: UnsafeMutablePointer<Float>) throws(SVFAPError) {
    let entry = try entry(of: tensor)
    guard tensor.type.isFloatingPoint else {
      throw SVFAPError(.format, "\(path): a tensor of \(tensor.type.rawValue) where real numbers are needed", detail: ["path": path])
    }
    // A tensor that repeats its elements could be of any size.
    guard tensor.count <= tensor.storage.count else {
      throw SVFAPError(
        .unsupported, "\(path): a tensor of shape \(tensor.shape) repeats its elements (expand); save it made contiguous",
        detail: ["path": path])
    }
    do throws(SVFAPError) {
      if !verified.withLock({ $0.contains(entry.name) }) {
        try archive.verify(entry)
        verified.withLock { _ = $0.insert(entry.name) }
      }
      try TorchTensorReader(file: archive.file, storage: entry.range, tensor: tensor).read(into: target)
    } catch {
      throw error.within(path).with("path", path)
    }
  }

  /// SHA-256 of the whole file, as `sha256sum` prints it.
  ///
  /// - Parameter progress: receives the bytes read so far; may throw to stop.
  package func digest(progress: (Int) throws(SVFAPError) -> Void) throws(SVFAPError) -> String {
    let piece = try ByteBuffer(count: 1 << 20)
    var sum = SHA256()
    for start in stride(from: 0, to: size, by: piece.count) {
      let part = UnsafeMutableRawBufferPointer(rebasing: piece.bytes[..<min(piece.count, size - start)])
      try archive.file.read(at: start, into: part)
      sum.add(UnsafeRawBufferPointer(part))
      try progress(start + part.count)
    }
    return sum.text
  }
}
