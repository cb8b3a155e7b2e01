import Base
import Glibc
import Synchronization

/// The plugins of one runtime: those loaded by path, and those taken by id from the plugin directory.
///
/// A failed load leaves the registry as it was.
package final class PluginRegistry: Sendable {
  /// Directory that plugins are taken from by id, nil if that is off.
  package let directory: String?

  private let plugins = Mutex<[LoadedPlugin]>([])

  /// - Parameter directory: absolute path of a plugin directory, or nil to load by path only.
  package init(directory: String?) {
    self.directory = directory
  }

  /// Plugins loaded so far, in the order of loading.
  package var loaded: [LoadedPlugin] { plugins.withLock { $0 } }

  /// Loads the plugin at an absolute path.
  ///
  /// - Throws: as `LoadedPlugin.load`; `plugin` if another file with the same id is loaded already.
  @discardableResult
  package func load(path: String) throws(SVFAPError) -> LoadedPlugin {
    try publish(try LoadedPlugin.load(path))
  }

  /// The plugin with this id that offers `kind`, loaded from the directory if need be.
  ///
  /// - Throws: `notFound` with the places that were looked in.
  package func plugin(_ kind: PluginName.Kind, id: String) throws(SVFAPError) -> LoadedPlugin {
    guard PluginName.isValid(id) else {
      throw SVFAPError(.config, "\"\(id)\" is not the id of a plugin: ids are made of a-z, 0-9 and '-', 1 to 64 of them")
    }
    if let plugin = loaded.first(where: { $0.id == id && $0.offers(kind) }) { return plugin }
    guard let directory else {
      throw SVFAPError(
        .notFound,
        "no plugin \"\(id)\" is loaded; load it with svfap_runtime_load_plugin, or make the runtime with {\"plugin_directory\": true}",
        detail: ["expected": id])
    }
    let path = "\(directory)/\(PluginName.file(kind, id))"
    guard access(path, F_OK) == 0 else {
      let known = available(kind)
      let list = known.isEmpty ? "there are none" : "there are: \(known.joined(separator: ", "))"
      throw SVFAPError(.notFound, "no plugin \"\(id)\" in \(directory); \(list)", detail: ["expected": path])
    }
    let plugin = try LoadedPlugin.load(path)
    guard plugin.id == id else {
      throw SVFAPError(
        .plugin, "the plugin \(path) calls itself \"\(plugin.id)\", its file name says \"\(id)\"",
        detail: ["path": path, "expected": id, "found": plugin.id])
    }
    guard plugin.offers(kind) else {
      throw SVFAPError(
        .plugin, "the plugin \(path) offers none of the interfaces that its file name promises (\(kind.rawValue))",
        detail: ["path": path, "found": plugin.interfaces.joined(separator: ", ")])
    }
    return try publish(plugin)
  }

  /// Ids of a kind in the plugin directory, sorted. Opens none of them.
  package func available(_ kind: PluginName.Kind) -> [String] {
    guard let directory, let listing = opendir(directory) else { return [] }
    defer { closedir(listing) }
    var ids: [String] = []
    while let entry = readdir(listing) {
      let name = withUnsafePointer(to: entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if let parsed = PluginName.parse(file: name), parsed.kind == kind { ids.append(parsed.id) }
    }
    return ids.sorted()
  }

  /// Every plugin that offers `kind`: those loaded, and all of the directory.
  ///
  /// - Returns: the plugins, and why files of the directory could not be used.
  package func all(_ kind: PluginName.Kind) -> (plugins: [LoadedPlugin], failures: [SVFAPError]) {
    var failures: [SVFAPError] = []
    for id in available(kind) {
      do throws(SVFAPError) {
        _ = try plugin(kind, id: id)
      } catch {
        failures.append(error)
      }
    }
    return (loaded.filter { $0.offers(kind) }, failures)
  }

  private func publish(_ plugin: LoadedPlugin) throws(SVFAPError) -> LoadedPlugin {
    let other = plugins.withLock { plugins -> LoadedPlugin? in
      if let same = plugins.first(where: { $0.id == plugin.id }) { return same }
      plugins.append(plugin)
      return nil
    }
    if let other, other !== plugin {
      throw SVFAPError(
        .plugin, "a plugin with the id \"\(plugin.id)\" is loaded already, from \(other.path); \(plugin.path) is not used",
        detail: ["path": plugin.path])
    }
    return plugin
  }
}

extension LoadedPlugin {
  /// Whether the plugin has an interface that files of this kind promise.
  func offers(_ kind: PluginName.Kind) -> Bool {
    switch kind {
    case .head: taskHead != nil
    case .video: videoSource != nil || videoSink != nil
    }
  }

  /// What is told of a plugin in listings.
  package var description: JSONValue {
    var members: JSONObject = [
      "id": .string(id), "version": .string(version), "license": .string(license), "summary": .string(summary),
      "path": .string(path), "interfaces": .array(interfaces.map { .string($0) }),
    ]
    let options = optionSchemas
    if !options.isEmpty { members["options"] = .object(options) }
    return .object(members)
  }
}
