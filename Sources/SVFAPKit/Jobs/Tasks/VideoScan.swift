import Base
import Data
import Plugins

/// Opens videos and decodes their first frame, to find those that no training could read.
struct VideoScan {
  private let runtime: Runtime
  private let source: String
  private let config: JSONValue

  init(_ runtime: Runtime, source: String, config: JSONValue) {
    self.runtime = runtime
    self.source = source
    self.config = config
  }

  /// The videos of some manifests that cannot be read, with the reason. A video that stands in several is opened once.
  ///
  /// - Throws: `cancelled`.
  func unreadable(in manifests: [Manifest], except known: Set<String>, _ context: RunContext) throws(SVFAPError) -> [SkippedFile] {
    var paths: Set<String> = []
    var order: [String] = []
    for manifest in manifests {
      for index in manifest.indices {
        let path = manifest.path(at: index)
        if !known.contains(path), paths.insert(path).inserted { order.append(path) }
      }
    }
    var unreadable: [SkippedFile] = []
    for (index, path) in order.enumerated() {
      try context.report("open \(path)", done: Double(index), total: Double(order.count))
      do throws(SVFAPError) {
        try readFirstFrame(of: path, context)
      } catch {
        if error.code == .cancelled { throw error }
        unreadable.append(SkippedFile(path: path, reason: error.message))
      }
    }
    return unreadable
  }

  private func readFirstFrame(of path: String, _ context: RunContext) throws(SVFAPError) {
    try PluginScope.with(cancel: context.token, pool: nil) { () throws(SVFAPError) in
      let video = try runtime.registry.openSource(path, source: source, config: config)
      // A stream may begin with frames that refer to lost ones; some intact frame must come soon.
      for _ in 0..<Self.patience {
        guard let frame = try video.next() else { throw SVFAPError(.format, "\(path): there are no frames in it") }
        if !frame.isDamaged, frame.rgb != nil { return }
      }
      throw SVFAPError(.format, "\(path): none of its first \(Self.patience) frames could be restored")
    }
  }

  private static let patience = 64
}
