/// Builds PyTorch checkpoints: an archive with a pickle and the bytes of storages.
package struct CheckpointBuilder {
  /// What is saved.
  package var root: Pickled
  /// Bytes of the storages by key.
  package var storages: [(key: String, bytes: [UInt8])] = []

  package init(_ root: Pickled, storages: [(key: String, bytes: [UInt8])] = []) {
    self.root = root
    self.storages = storages
  }

  /// A checkpoint of float32 tensors, each with a storage of its own.
  ///
  /// - Parameter wrap: makes what is saved of the dictionary of tensors.
  package init(_ tensors: [(name: String, shape: [Int], values: [Float])], wrap: (Pickled) -> Pickled = { $0 }) {
    var members: [(Pickled, Pickled)] = []
    for (index, tensor) in tensors.enumerated() {
      members.append((.text(tensor.name), .tensor(key: "\(index)", count: tensor.values.count, shape: tensor.shape)))
      storages.append(("\(index)", Self.bytes(tensor.values)))
    }
    root = wrap(.dictionary(members))
  }

  /// float32 numbers, lowest byte first.
  package static func bytes(_ values: [Float]) -> [UInt8] {
    values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt32($0))) } }
  }

  /// The archive, for a test to change.
  package var archive: ZipBuilder {
    var zip = ZipBuilder([.init("archive/data.pkl", root.bytes), .init("archive/byteorder", Array("little".utf8))])
    zip.entries += storages.map { .init("archive/data/\($0.key)", $0.bytes) }
    zip.entries.append(.init("archive/version", Array("3\n".utf8)))
    zip.hasExtendedEnd = true
    return zip
  }
}
