import Base
import Plugins

/// Lists the plugins: those loaded and those of the plugin directory, and why any could not be used.
package final class PluginsJob: Job {
  package static let kind = "plugins"
  package static let schema = JobOptions.schema(required: [])

  private let runtime: Runtime

  package init(_ options: JSONValue, _ runtime: Runtime) throws(SVFAPError) {
    self.runtime = runtime
  }

  package func run(_ context: RunContext) throws(SVFAPError) -> JSONObject {
    var failures: [SVFAPError] = []
    for kind in PluginName.Kind.allCases { failures += runtime.registry.all(kind).failures }
    let plugins = runtime.registry.loaded
    var lines = ["plugin directory: \(runtime.registry.directory ?? "off")"]
    for plugin in plugins {
      lines.append("  \(plugin.id) \(plugin.version) (\(plugin.license)): \(plugin.summary) [\(plugin.interfaces.joined(separator: ", "))]")
    }
    for failure in failures { lines.append("  cannot be used: \(failure.message)") }
    return [
      "directory": runtime.registry.directory.map { .string($0) } ?? .null, "plugins": .array(plugins.map(\.description)),
      "failures": .array(failures.map(\.json)), "failed": .integer(Int64(failures.count)), "text": .string(lines.joined(separator: "\n")),
    ]
  }
}
