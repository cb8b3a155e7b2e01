import Base
import CSVFAPPlugin
import Networks

extension PluginHead {
  package func forward(
    parameters: [UnsafePointer<Float>], input: UnsafePointer<Float>, shape: [Int], raw: UnsafeMutablePointer<Float>
  ) throws(SVFAPError) {
    guard let forward = table.forward else { return }
    let views = zip(parameters, declarations).map { svfap_view(floats: UnsafeMutablePointer(mutating: $0), shape: $1.shape) }
    var inputView = svfap_view(floats: UnsafeMutablePointer(mutating: input), shape: shape)
    var rawView = svfap_view(floats: raw, shape: [shape[0], rawWidth])
    try PluginCall.check(plugin.id, "compute its outputs") { forward(head, views, &inputView, &rawView) }
  }

  package func readings(raw: UnsafePointer<Float>, clips: Int, readings: UnsafeMutablePointer<Float>) throws(SVFAPError) {
    guard let read = table.readings else { return }
    var rawView = svfap_view(floats: UnsafeMutablePointer(mutating: raw), shape: [clips, rawWidth])
    var readingsView = svfap_view(floats: readings, shape: [clips, outputs.count])
    try PluginCall.check(plugin.id, "compute its readings") { read(head, &rawView, &readingsView) }
  }

  package func target(_ fields: [String]) throws(SVFAPError) -> [Float] {
    let texts = fields.map { Array($0.utf8CString) }
    var row = [Float](repeating: 0, count: targetWidth)
    try PluginCall.check(plugin.id, "read the labels") {
      withViews(of: texts) { table.target?(head, $0, UInt64(texts.count), &row) ?? svfap_status(SVFAP_E_PLUGIN) }
    }
    guard row.allSatisfy(\.isFinite) else {
      throw broken("it made a target that is not finite from the labels \(fields.joined(separator: ", "))")
    }
    return row
  }

  package func loss(
    parameters: [UnsafePointer<Float>], input: UnsafePointer<Float>, shape: [Int], raw: UnsafePointer<Float>, targets: UnsafePointer<Float>,
    gradients: [UnsafeMutablePointer<Float>], inputGradient: UnsafeMutablePointer<Float>
  ) throws(SVFAPError) -> Double {
    let parameterViews = zip(parameters, declarations).map { svfap_view(floats: UnsafeMutablePointer(mutating: $0), shape: $1.shape) }
    let gradientViews = zip(gradients, declarations).map { svfap_view(floats: $0, shape: $1.shape) }
    var inputView = svfap_view(floats: UnsafeMutablePointer(mutating: input), shape: shape)
    var rawView = svfap_view(floats: UnsafeMutablePointer(mutating: raw), shape: [shape[0], rawWidth])
    var targetView = svfap_view(floats: UnsafeMutablePointer(mutating: targets), shape: [shape[0], targetWidth])
    var inputGradientView = svfap_view(floats: inputGradient, shape: shape)
    var loss = 0.0
    try PluginCall.check(plugin.id, "compute its loss") {
      table.loss?(head, parameterViews, &inputView, &rawView, &targetView, &loss, gradientViews, &inputGradientView)
        ?? svfap_status(SVFAP_E_PLUGIN)
    }
    return loss
  }

  package func accumulate(
    readings: UnsafePointer<Float>, targets: UnsafePointer<Float>, clips: Int, into accumulator: inout [Double]
  ) throws(SVFAPError) {
    var readingView = svfap_view(floats: UnsafeMutablePointer(mutating: readings), shape: [clips, outputs.count])
    var targetView = svfap_view(floats: UnsafeMutablePointer(mutating: targets), shape: [clips, targetWidth])
    // A head that fails half-way leaves the sums as they were.
    var sums = accumulator
    try PluginCall.check(plugin.id, "take in readings") {
      table.accumulate?(head, &readingView, &targetView, &sums) ?? svfap_status(SVFAP_E_PLUGIN)
    }
    accumulator = sums
  }

  package func measure(_ accumulator: [Double]) throws(SVFAPError) -> [Double] {
    var values = [Double](repeating: .nan, count: metrics.count)
    try PluginCall.check(plugin.id, "measure") { table.measure?(head, accumulator, &values) ?? svfap_status(SVFAP_E_PLUGIN) }
    return values
  }

  package func report(_ accumulator: [Double]) throws(SVFAPError) -> JSONValue {
    guard let report = table.report else { return .object([:]) }
    var text: UnsafeMutablePointer<CChar>?
    var size: UInt64 = 0
    try PluginCall.check(plugin.id, "report") { report(head, accumulator, &text, &size) }
    defer { plugin.host.pointee.deallocate?(plugin.host.pointee.context, text) }
    guard text != nil else { return .object([:]) }
    do throws(SVFAPError) {
      return try JSONValue(parsing: HostTable.text(text, size, limit: 64 << 20))
    } catch {
      throw broken("its report is no JSON: \(error.message)")
    }
  }

  private func broken(_ what: String) -> SVFAPError {
    SVFAPError(.plugin, "the head of the plugin \"\(plugin.id)\" broke its contract: \(what)")
  }
}

/// Calls `body` with views of texts that end with a NUL.
private func withViews<Result>(of texts: [[CChar]], _ body: (UnsafePointer<svfap_text>) -> Result) -> Result {
  // One block of memory for all texts, so that every view stays valid during the call.
  let joined = texts.flatMap { $0 }
  return joined.withUnsafeBufferPointer { buffer in
    var offset = 0
    var views: [svfap_text] = []
    for text in texts {
      views.append(svfap_text(data: buffer.baseAddress.map { $0 + offset }, size: UInt64(text.count - 1)))
      offset += text.count
    }
    return views.withUnsafeBufferPointer { views in
      guard let base = views.baseAddress else {
        var none = svfap_text()
        return body(&none)
      }
      return body(base)
    }
  }
}
