import Base
import Glibc

/// The folder `checkpoints` of a run: the two newest generations and the best, each a complete `TrainingState`.
///
/// Files are called `step-0000001200.safetensors` by the optimizer steps done, and `best.safetensors`. Reading needs no
/// lock, also while another process saves; saving is for the holder of the run's lock.
package final class CheckpointStore {
  /// How many generations stay.
  package static let kept = 2
  /// Name of the best state.
  package static let bestName = "best.safetensors"

  let folder: Folder

  /// Opens the folder, which must be there.
  ///
  /// - Throws: `notFound`, `io`.
  package init(_ path: String) throws(SVFAPError) { folder = try Folder(path) }

  package var path: String { folder.path }

  // MARK: Names

  /// File name of a generation: steps in ten digits, so that a sorted listing is in order.
  package static func name(ofStep step: Int) -> String {
    let digits = String(step)
    return "step-" + String(repeating: "0", count: max(10 - digits.count, 0)) + digits + ".safetensors"
  }

  /// Step of a generation's file name; nil for other names.
  package static func step(ofName name: String) -> Int? {
    guard name.hasPrefix("step-"), name.hasSuffix(".safetensors") else { return nil }
    let digits = name.dropFirst("step-".count).dropLast(".safetensors".count)
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let step = Int(digits), Self.name(ofStep: step) == name
    else { return nil }
    return step
  }

  /// Steps of the generations in the folder, newest first.
  package func steps() throws(SVFAPError) -> [Int] { try folder.names().compactMap(Self.step).sorted(by: >) }

  // MARK: Saving

  /// Saves a generation durably and then removes what is older than the newest two, or newer than this one: such a
  /// generation belongs to a course that the run has left, because it was damaged or rolled back.
  ///
  /// - Returns: what could not be tidied up; the save itself is done.
  /// - Throws: `io`, `noSpace`, `notFound`, `invalidArgument`; the generations that were there stand then.
  @discardableResult
  package func save(_ snapshot: TrainingSnapshot) throws(SVFAPError) -> [SVFAPError] {
    try TrainingState.write(snapshot, to: folder.path(of: Self.name(ofStep: snapshot.step)))
    do throws(SVFAPError) {
      let steps = try steps()
      let older = steps.filter { $0 <= snapshot.step }.dropFirst(Self.kept)
      return remove((steps.filter { $0 > snapshot.step } + older).map(Self.name))
    } catch {
      return [error]
    }
  }

  private func remove(_ names: [String]) -> [SVFAPError] {
    names.compactMap { name in
      do throws(SVFAPError) { try folder.remove(name) } catch { return error }
      return nil
    }
  }

  /// Removes what savers that were killed have left. For the holder of the run's lock.
  package func removeLeftovers() throws(SVFAPError) {
    for name in try folder.names() where DurableFile.isLeftover(name) { try folder.remove(name) }
  }

  /// Makes a generation the best state.
  ///
  /// The best is a second name of the generation's file where the file system has such names (files are only ever
  /// replaced, never written again, so both stay what they are), and a copy elsewhere.
  ///
  /// - Throws: `notFound` if there is no such generation, `io`, `noSpace`; the best that was there stands then.
  package func keepAsBest(step: Int) throws(SVFAPError) {
    let name = Self.name(ofStep: step)
    let temporary = ".\(Self.bestName).\(getpid()).part"
    try folder.remove(temporary)
    guard linkat(folder.descriptor, name, folder.descriptor, temporary, 0) == 0 else {
      guard [EPERM, EOPNOTSUPP, ENOSYS, EMLINK].contains(errno) else {
        throw SVFAPError.system("cannot keep as the best", path: folder.path(of: name))
      }
      return try copyAsBest(name)
    }
    do throws(SVFAPError) {
      try folder.rename(temporary, to: Self.bestName)
      // Renaming one name of a file over another name of it does nothing.
      try folder.remove(temporary)
    } catch {
      unlinkat(folder.descriptor, temporary, 0)
      throw error
    }
    try folder.flush()
  }

  private func copyAsBest(_ name: String) throws(SVFAPError) {
    let source = try InputFile(folder.path(of: name))
    let copy = try DurableFile(writing: folder.path(of: Self.bestName))
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { buffer.deallocate() }
    var offset = 0
    while offset < source.size {
      let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[0..<min(buffer.count, source.size - offset)])
      try source.read(at: offset, into: piece)
      try copy.write(UnsafeRawBufferPointer(piece))
      offset += piece.count
    }
    try copy.commit()
  }
}
