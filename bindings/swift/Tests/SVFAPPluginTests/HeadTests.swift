import CSVFAPPlugin
import CSVFAPPluginKit
import Testing

@Suite("A head in Swift behind the C table: what it declares and computes, and what hosts get wrong")
struct HeadTests {
  private let table = svfap_swift_head_table
  private let ok = svfap_status(SVFAP_OK)

  init() throws { try #require(started == ok) }

  /// A head on features of this width; of width 2 it reads tokens.
  private func head(width: Int64 = 3) throws -> OpaquePointer {
    var head: OpaquePointer?
    #expect(table.create(FakeHost.host, "{}", 2, width, &head) == ok, "\(FakeHost.message)")
    return try #require(head)
  }

  private func text(_ text: svfap_text) -> String {
    String(decoding: UnsafeRawBufferPointer(start: text.data, count: Int(text.size)), as: UTF8.self)
  }

  @Test("it describes itself as JSON, and makes heads from options")
  func making() throws {
    var json = svfap_text()
    #expect(table.describe(FakeHost.host, &json) == ok)
    #expect(
      text(json)
        == #"{"summary": "a \"sum\"\u000a", "label_fields": [{"name": "label", "type": "number"}], "config_schema": {"type": "object", "properties": {}}}"#
    )
    table.destroy(try head())
    table.destroy(nil)
    var none: OpaquePointer?
    for width: Int64 in [0, -1, .min, .max] {
      #expect(table.create(FakeHost.host, "{}", 2, width, &none) == svfap_status(SVFAP_E_SHAPE) && none == nil)
    }
    #expect(table.create(FakeHost.host, "{}", 2, 3, nil) == svfap_status(SVFAP_E_INVALID_ARGUMENT))
  }

  @Test("what it declares reaches the host")
  func declarations() throws {
    let head = try head()
    defer { table.destroy(head) }
    var info = svfap_head_info()
    #expect(table.info(head, &info) == ok)
    #expect([info.parameter_count, info.raw_width, info.output_count, info.target_width, info.metric_count] == [2, 2, 2, 1, 1])
    #expect(info.accumulator_width == 2 && info.input == Int32(SVFAP_INPUT_FEATURES) && info.targets_mix == 1 && info.exclusive == 0)
    var parameter = svfap_parameter()
    #expect(table.parameter(head, 1, &parameter) == ok)
    #expect(text(parameter.name) == "none" && parameter.dimension_count == 2 && parameter.shape.0 == 2 && parameter.shape.1 == 3)
    #expect(parameter.weight_decay == 1 && parameter.initializer == Int32(SVFAP_INITIAL_CONSTANT))
    var output = svfap_output()
    #expect(table.output(head, 1, &output) == ok && text(output.unit) == "level" && output.maximum == 7)
    var metric = svfap_metric()
    #expect(table.metric(head, 0, &metric) == ok && text(metric.name) == "mae" && metric.larger_is_better == 0)
    for index: Int64 in [-1, 2, .max, .min] {
      #expect(table.parameter(head, index, &parameter) == svfap_status(SVFAP_E_INVALID_ARGUMENT))
      #expect(table.output(head, index, &output) == svfap_status(SVFAP_E_INVALID_ARGUMENT))
      #expect(table.metric(head, index, &metric) == svfap_status(SVFAP_E_INVALID_ARGUMENT))
    }
    #expect(FakeHost.message.hasPrefix("there is no metric"))
  }

  @Test("labels become targets, or are refused")
  func targets() throws {
    let head = try head()
    defer { table.destroy(head) }
    func target(_ field: String) -> (status: svfap_status, value: Float) {
      var row: Float = -9
      let status = field.withCString { data in
        var field = svfap_text(data: data, size: UInt64(field.utf8.count))
        return table.target(head, &field, 1, &row)
      }
      return (status, row)
    }
    #expect(target("0.25") == (ok, 0.25))
    #expect(target("high") == (svfap_status(SVFAP_E_FORMAT), -9) && FakeHost.message == "[\"high\"]")
    #expect(target("short") == (svfap_status(SVFAP_E_INTERNAL), -9) && FakeHost.message.contains("declares 1"))
    #expect(table.target(head, nil, .max, nil) == svfap_status(SVFAP_E_INVALID_ARGUMENT))
  }

  @Test("features and tokens are computed clip by clip", arguments: [(3, [2, 3]), (2, [2, 3, 2])] as [(Int64, [Int])])
  func computing(width: Int64, shape: [Int]) throws {
    let head = try head(width: width)
    defer { table.destroy(head) }
    let batch = HeadBatch(shape)
    let clip = Float(shape.dropFirst().reduce(1, *))
    #expect(table.forward(head, batch.parameters, &batch.input.view, &batch.raw.view) == ok, "\(FakeHost.message)")
    #expect(batch.raw.values == [2 * clip, clip, 2 * clip, clip])
    #expect(table.readings(head, &batch.raw.view, &batch.readings.view) == ok)
    #expect(batch.readings.values == batch.raw.values.map { $0 + 1 })
    var loss = 0.0
    #expect(batch.loss(table, head, &loss) == ok, "\(FakeHost.message)")
    #expect(loss == Double(2 * clip) && batch.gradient.values[0] == 2 * clip && batch.inputGradient.values.allSatisfy { $0 == 0.5 })
    var sums = [0.0, 0.0]
    #expect(table.accumulate(head, &batch.readings.view, &batch.targets.view, &sums) == ok && sums[0] == 2)
    var metric = -9.0
    #expect(table.measure(head, sums, &metric) == ok && metric == Double(2 * clip + 0.5))
    #expect(table.measure(head, [0, 0], &metric) == svfap_status(SVFAP_E_INTERNAL))
    var (json, size): (UnsafeMutablePointer<CChar>?, UInt64) = (nil, 0)
    #expect(table.report(head, sums, &json, &size) == ok && size == 2)
    FakeHost.host.pointee.deallocate(nil, json)
  }

  @Test("views that are not what they should be are refused, and nothing is touched")
  func views() throws {
    let head = try head()
    defer { table.destroy(head) }
    let shape = svfap_status(SVFAP_E_SHAPE)
    let spoilers: [(inout svfap_view) -> Void] = [
      { $0.dtype = Int32(SVFAP_INT64) }, { $0.dimension_count = 1 }, { $0.dimension_count = -1 }, { $0.dimension_count = .max },
      { $0.shape.0 = -1 }, { $0.shape.0 = .max }, { $0.shape.1 = 4 }, { $0.shape.1 = .min }, { $0.byte_count = 3 }, { $0.data = nil },
    ]
    for spoil in spoilers {
      let batch = HeadBatch([2, 3])
      for member in [\HeadBatch.input, \.raw, \.readings, \.targets, \.inputGradient] {
        let kept = batch[keyPath: member].view
        spoil(&batch[keyPath: member].view)
        var (loss, sums) = (-9.0, [0.0, 0.0])
        let inForward = [\HeadBatch.input, \.raw].contains(member)
        #expect((table.forward(head, batch.parameters, &batch.input.view, &batch.raw.view) == shape) == inForward)
        #expect((batch.loss(table, head, &loss) == shape) == (member != \.readings))
        #expect(
          (table.accumulate(head, &batch.readings.view, &batch.targets.view, &sums) == shape) == [\.readings, \.targets].contains(member))
        batch[keyPath: member].view = kept
      }
      // Of two dimensions, as the input is.
      spoil(&batch.none.view)
      #expect(table.forward(head, batch.parameters, &batch.input.view, &batch.raw.view) == shape)
    }
    #expect(table.forward(head, nil, nil, nil) == svfap_status(SVFAP_E_INVALID_ARGUMENT))
    #expect(table.forward(nil, nil, nil, nil) == svfap_status(SVFAP_E_INVALID_ARGUMENT) && FakeHost.message == "no head was given")
    let empty = HeadBatch([0, 3])
    var loss = 0.0
    #expect(table.forward(head, empty.parameters, &empty.input.view, &empty.raw.view) == ok, "\(FakeHost.message)")
    #expect(empty.loss(table, head, &loss) == svfap_status(SVFAP_E_INVALID_ARGUMENT))
  }

  @Test("a number that is none is not counted")
  func numbers() throws {
    let head = try head()
    defer { table.destroy(head) }
    let batch = HeadBatch([2, 3])
    batch.readings.set(3, to: .nan)
    var sums = [0.0, 0.0]
    #expect(table.accumulate(head, &batch.readings.view, &batch.targets.view, &sums) == svfap_status(SVFAP_E_NUMERIC) && sums == [0, 0])
    #expect(FakeHost.message == "readings: number 1 of clip 1 is nan; nothing was counted")
  }
}
