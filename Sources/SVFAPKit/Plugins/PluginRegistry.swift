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
    try publish(
      try LoadedPlugin.load(path) { (id, _) throws(SVFAPError) in
        if let other = loaded.first(where: { $0.id == id }) { throw Self.duplicate(id, path, of: other) }
      })
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
    let plugin = try LoadedPlugin.load(path) { (found, interfaces) throws(SVFAPError) in
      try PluginEntry.check(id: found, interfaces: interfaces, against: id, kind, path: path)
    }
    try PluginEntry.check(id: plugin.id, interfaces: plugin.interfaces, against: id, kind, path: path)
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

  /// A file of the plugin directory.
  package struct File: Sendable {
    package let kind: PluginName.Kind
    package let id: String
    package let path: String
  }

  /// The files of the plugin directory whose plugins are not loaded, in the order of kinds and ids. Opens none of them.
  package func filesNotLoaded() -> [File] {
    guard let directory else { return [] }
    let loaded = loaded
    return PluginName.Kind.allCases.flatMap { kind in
      available(kind).filter { id in !loaded.contains { $0.id == id && $0.offers(kind) } }
        .map { File(kind: kind, id: $0, path: "\(directory)/\(PluginName.file(kind, $0))") }
    }
  }

  /// Every plugin that offers `kind`: those loaded, and all of the directory, which are loaded into this process. Left out
  /// are files of which a `PluginScan` of this process knows that they crash, hang or exit.
  ///
  /// - Returns: the plugins, and why files of the directory could not be used.
  package func all(_ kind: PluginName.Kind) -> (plugins: [LoadedPlugin], failures: [SVFAPError]) {
    var failures: [SVFAPError] = []
    for file in filesNotLoaded() where file.kind == kind {
      do throws(SVFAPError) {
        if let warning = PluginScan.warning(file.path) { throw warning }
        _ = try plugin(kind, id: file.id)
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
    if let other, other !== plugin { throw Self.duplicate(plugin.id, plugin.path, of: other) }
    return plugin
  }

  private static func duplicate(_ id: String, _ path: String, of other: LoadedPlugin) -> SVFAPError {
    SVFAPError(
      .plugin, "a plugin with the id \"\(id)\" is loaded already, from \(other.path); \(path) is not used",
      detail: ["path": path, "expected": "another id", "found": id])
  }
}

extension LoadedPlugin {
  /// Whether the plugin has an interface that files of this kind promise.
  func offers(_ kind: PluginName.Kind) -> Bool { interfaces.contains(where: kind.interfaces.contains) }

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
