import Base
import CSVFAPPlugin

/// What the plugins of a registry answered when they were asked how well a path suits them.
///
/// A plugin that fails is left out; it does not stand in the way of the others.
struct Probes {
  /// The plugin with the highest score above 0, of equals the first.
  let best: LoadedPlugin?
  /// Why plugins could not be used, each as "; REASON", for the message of whoever finds none.
  let reasons: String

  /// - Parameters:
  ///   - failures: why some could not be loaded.
  ///   - probe: fills in the score (0 to 100) and returns the status; nil if the plugin has no such slot.
  init(_ plugins: [LoadedPlugin], _ failures: [SVFAPError], _ probe: (_ plugin: LoadedPlugin, _ score: inout Int32) -> svfap_status?) {
    var best: (plugin: LoadedPlugin, score: Int32)?
    var failures = failures
    for plugin in plugins {
      var score: Int32 = 0
      do throws(SVFAPError) {
        try PluginCall.check(plugin.id, "look at a path") { probe(plugin, &score) ?? svfap_status(SVFAP_OK) }
        guard (0...100).contains(score) else {
          throw SVFAPError(.plugin, "the plugin \"\(plugin.id)\" broke its contract: its score is \(score)")
        }
      } catch {
        failures.append(error)
        continue
      }
      if score > best?.score ?? 0 { best = (plugin, score) }
    }
    self.best = best?.plugin
    reasons = failures.map { "; \($0.message)" }.joined()
  }
}
