import CSVFAPPlugin

/// The options that a head or a source was asked for. The host has checked them against the schema and filled in defaults. They
/// are valid in the initializer that receives them.
///
/// Options are named by JSON pointers: "/levels", "/weights/0". What is absent, or null, is nil.
public struct Options {
  let text: UnsafePointer<CChar>?
  let size: UInt64

  init(_ text: UnsafePointer<CChar>?, _ size: UInt64) {
    self.text = text
    self.size = size
  }

  /// A number; true is 1, and false is 0.
  ///
  /// - Throws: `config` if it is none.
  public func number(_ pointer: String) throws(PluginError) -> Double? {
    var value = 0.0
    return try asked(pointer, "a number") { host in
      host.option_number?(host.context, text, size, pointer, &value)
    } ? value : nil
  }

  /// A whole number.
  ///
  /// - Throws: `config` if it is none.
  public func integer(_ pointer: String) throws(PluginError) -> Int? {
    guard let number = try number(pointer) else { return nil }
    guard let integer = Int(exactly: number) else { throw wrong(pointer, "a whole number") }
    return integer
  }

  /// True or false.
  ///
  /// - Throws: `config` if it is neither.
  public func flag(_ pointer: String) throws(PluginError) -> Bool? {
    try number(pointer).map { $0 != 0 }
  }

  /// A text, of 64 KiB at most.
  ///
  /// - Throws: `config` if it is none.
  public func text(_ pointer: String) throws(PluginError) -> String? {
    let bytes = UnsafeMutableBufferPointer<CChar>.allocate(capacity: 1 << 16)
    defer { bytes.deallocate() }
    var count: UInt64 = 0
    let found = try asked(pointer, "a text of at most 65535 bytes") { host in
      host.option_text?(host.context, text, size, pointer, bytes.baseAddress, UInt64(bytes.count), &count)
    }
    return found ? String(bytes.baseAddress, count) : nil
  }

  /// How many elements an array has, or members an object.
  ///
  /// - Throws: `config` if it is neither.
  public func count(_ pointer: String) throws(PluginError) -> Int? {
    var count: UInt64 = 0
    return try asked(pointer, "a list or an object") { host in
      host.option_count?(host.context, text, size, pointer, &count)
    } ? Int(clamping: count) : nil
  }

  /// A list of numbers.
  ///
  /// - Throws: `config` if it is none.
  public func numbers(_ pointer: String) throws(PluginError) -> [Double]? {
    try elements(pointer) { (element) throws(PluginError) in try number(element) }
  }

  /// A list of texts.
  ///
  /// - Throws: `config` if it is none.
  public func texts(_ pointer: String) throws(PluginError) -> [String]? {
    try elements(pointer) { (element) throws(PluginError) in try text(element) }
  }

  private func elements<Element>(
    _ pointer: String, _ read: (String) throws(PluginError) -> Element?
  ) throws(PluginError) -> [Element]? {
    guard let count = try count(pointer) else { return nil }
    var elements: [Element] = []
    for index in 0..<count {
      guard let element = try read("\(pointer)/\(index)") else { throw wrong("\(pointer)/\(index)", "a value") }
      elements.append(element)
    }
    return elements
  }

  /// Whether the host found the option.
  private func asked(_ pointer: String, _ expected: String, _ ask: (svfap_host) -> svfap_status?) throws(PluginError) -> Bool {
    guard let host = PluginHost.table, let status = ask(host.pointee) else {
      throw PluginError(.internal, "the host reads no options")
    }
    if status == PluginError.Status.ok.value { return true }
    if status == PluginError.Status.notFound.value { return false }
    throw wrong(pointer, expected)
  }

  private func wrong(_ pointer: String, _ expected: String) -> PluginError {
    PluginError(.config, "option \(pointer): expected \(expected)")
  }
}
