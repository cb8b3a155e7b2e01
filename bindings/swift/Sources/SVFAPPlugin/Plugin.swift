import CSVFAPPlugin
import CSVFAPPluginKit
import Synchronization

/// What this plugin serves. Its `svfap_swift_plugin` names the types:
///
///     @c public func svfap_swift_plugin() { Plugin.serve(MyHead.self) }
public enum Plugin {
  struct Served: Sendable {
    var head: (type: any TaskHead.Type, description: StableText)?
    var source: (type: any VideoSource.Type, schema: StableText)?
  }

  private static let served = Mutex(Served())

  /// Makes heads of this type whenever the host asks for one.
  public static func serve(_ head: (some TaskHead).Type) {
    let description = StableText(Self.description(of: head))
    served.withLock { $0.head = (head, description) }
  }

  /// Opens videos with this type whenever the host asks.
  public static func serve(_ source: (some VideoSource).Type) {
    let schema = StableText(source.schema)
    served.withLock { $0.source = (source, schema) }
  }

  static func head() throws(PluginError) -> (type: any TaskHead.Type, description: StableText) {
    guard let head = served.withLock({ $0.head }) else {
      throw PluginError(.internal, "the plugin offers a task head, but its svfap_swift_plugin() serves none")
    }
    return head
  }

  static func source() throws(PluginError) -> (type: any VideoSource.Type, schema: StableText) {
    guard let source = served.withLock({ $0.source }) else {
      throw PluginError(.internal, "the plugin offers a video source, but its svfap_swift_plugin() serves none")
    }
    return source
  }

  private static func description(of head: (some TaskHead).Type) -> String {
    let fields = head.labelFields.map { "{\"name\": \($0.name.quoted), \"type\": \($0.type.quoted)}" }
    return "{\"summary\": \(head.summary.quoted), \"label_fields\": [\(fields.joined(separator: ", "))], \"config_schema\": \(head.schema)}"
  }
}

@c @implementation
public func svfap_swift_init(_ host: UnsafePointer<svfap_host>!, _ serve: (@convention(c) () -> Void)!) -> svfap_status {
  guard let host, let serve else { return PluginError.Status.invalidArgument.value }
  PluginHost.receive(host)
  serve()
  return PluginError.Status.ok.value
}
