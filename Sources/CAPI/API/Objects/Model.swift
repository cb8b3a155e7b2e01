import Base
import CSVFAP
import Jobs
import Synchronization

/// What stands behind a `svfap_model`: the model, and the texts that it hands out.
final class ModelObject: @unchecked Sendable {
  // Texts are made on first use and stay; guarded by `lock`.
  let model: Model
  private let lock = Mutex(())
  private var texts: [String: OwnedText] = [:]

  init(_ model: Model) { self.model = model }

  static func find(_ handle: OpaquePointer?) throws(SVFAPError) -> ModelObject {
    try HandleTable.shared.object(handle, .model, as: ModelObject.self)
  }

  func text(_ key: String, _ make: () -> String) -> OwnedText {
    lock.withLock { _ in
      if let text = texts[key] { return text }
      let text = OwnedText(make())
      texts[key] = text
      return text
    }
  }
}

@c @implementation
public func svfap_model_open(
  _ runtime: OpaquePointer!, _ file: UnsafePointer<CChar>!, _ size: UInt64, _ json: UnsafePointer<CChar>!, _ optionsSize: UInt64,
  _ model: UnsafeMutablePointer<OpaquePointer?>!, _ error: ErrorOut
) -> svfap_status {
  call(error) { () throws(SVFAPError) in
    let place = try out(model, "model")
    let runtime = try Runtime.find(runtime)
    let options = try JSONSchema(properties: Model.openOptions).resolve(try options(json, optionsSize, "options"))
    place.pointee = try HandleTable.shared.insert(
      ModelObject(try Model.open(try path(file, size, "path"), runtime, options: options)), as: .model)
  }
}

@c @implementation
public func svfap_model_create(
  _ runtime: OpaquePointer!, _ json: UnsafePointer<CChar>!, _ size: UInt64, _ seed: UInt64, _ model: UnsafeMutablePointer<OpaquePointer?>!,
  _ error: ErrorOut
) -> svfap_status {
  call(error) { () throws(SVFAPError) in
    let place = try out(model, "model")
    let runtime = try Runtime.find(runtime)
    let made = try Model.create(try options(json, size, "config"), seed: seed, runtime)
    place.pointee = try HandleTable.shared.insert(ModelObject(made), as: .model)
  }
}

@c @implementation
public func svfap_model_save(_ model: OpaquePointer!, _ file: UnsafePointer<CChar>!, _ size: UInt64, _ error: ErrorOut) -> svfap_status {
  call(error) { () throws(SVFAPError) in
    try ModelObject.find(model).model.save(try path(file, size, "path"))
  }
}

@c @implementation
public func svfap_model_config(
  _ model: OpaquePointer!, _ json: UnsafeMutablePointer<UnsafePointer<CChar>?>!, _ size: UnsafeMutablePointer<UInt64>!, _ error: ErrorOut
) -> svfap_status {
  callForText(json, size, error) { () throws(SVFAPError) in
    let object = try ModelObject.find(model)
    return object.text("config") { object.model.configuration.json.text() }
  }
}

@c @implementation
public func svfap_model_recipe(
  _ model: OpaquePointer!, _ json: UnsafeMutablePointer<UnsafePointer<CChar>?>!, _ size: UnsafeMutablePointer<UInt64>!, _ error: ErrorOut
) -> svfap_status {
  callForText(json, size, error) { () throws(SVFAPError) in
    let object = try ModelObject.find(model)
    return object.text("recipe") { object.model.recipeJSON.text() }
  }
}

@c @implementation
public func svfap_model_card(
  _ model: OpaquePointer!, _ json: UnsafeMutablePointer<UnsafePointer<CChar>?>!, _ size: UnsafeMutablePointer<UInt64>!, _ error: ErrorOut
) -> svfap_status {
  callForText(json, size, error) { () throws(SVFAPError) in
    let object = try ModelObject.find(model)
    return object.text("card") { JSONValue.object(object.model.card).text() }
  }
}

@c @implementation
public func svfap_model_outputs(
  _ model: OpaquePointer!, _ json: UnsafeMutablePointer<UnsafePointer<CChar>?>!, _ size: UnsafeMutablePointer<UInt64>!, _ error: ErrorOut
) -> svfap_status {
  callForText(json, size, error) { () throws(SVFAPError) in
    let object = try ModelObject.find(model)
    return object.text("outputs") { object.model.outputsJSON.text() }
  }
}

@c @implementation
public func svfap_model_output_count(_ model: OpaquePointer!, _ count: UnsafeMutablePointer<UInt64>!, _ error: ErrorOut) -> svfap_status {
  count?.pointee = 0
  return call(error) { () throws(SVFAPError) in
    guard let count else { throw nullArgument("count") }
    count.pointee = UInt64(try ModelObject.find(model).model.outputs.count)
  }
}

@c @implementation
public func svfap_model_output(
  _ model: OpaquePointer!, _ index: UInt64, _ name: UnsafeMutablePointer<svfap_text>!, _ unit: UnsafeMutablePointer<svfap_text>!,
  _ minimum: UnsafeMutablePointer<Double>!, _ maximum: UnsafeMutablePointer<Double>!, _ error: ErrorOut
) -> svfap_status {
  for text in [name, unit] { text?.pointee = svfap_text() }
  for number in [minimum, maximum] { number?.pointee = 0 }
  return call(error) { () throws(SVFAPError) in
    let object = try ModelObject.find(model)
    let outputs = object.model.outputs
    guard index < UInt64(outputs.count) else {
      throw SVFAPError(.notFound, "there is no output \(index); the model has \(outputs.count)")
    }
    let output = outputs[Int(index)]
    name?.pointee = object.text("output \(index)") { output.name }.view
    unit?.pointee = object.text("unit \(index)") { output.unit }.view
    minimum?.pointee = output.minimum
    maximum?.pointee = output.maximum
  }
}

@c @implementation
public func svfap_model_parameter_count(_ model: OpaquePointer!, _ count: UnsafeMutablePointer<UInt64>!, _ error: ErrorOut) -> svfap_status
{
  count?.pointee = 0
  return call(error) { () throws(SVFAPError) in
    guard let count else { throw nullArgument("count") }
    count.pointee = UInt64(try ModelObject.find(model).model.parameters.declarations.count)
  }
}

@c @implementation
public func svfap_model_parameter(
  _ model: OpaquePointer!, _ index: UInt64, _ name: UnsafeMutablePointer<svfap_text>!, _ values: UnsafeMutablePointer<svfap_view>!,
  _ error: ErrorOut
) -> svfap_status {
  name?.pointee = svfap_text()
  return call(error) { () throws(SVFAPError) in
    try clear(values, "values")
    let object = try ModelObject.find(model)
    let parameters = object.model.parameters
    guard index < UInt64(parameters.declarations.count) else {
      throw SVFAPError(.notFound, "there is no parameter \(index); the model has \(parameters.declarations.count)")
    }
    let declaration = parameters.declarations[Int(index)]
    if values != nil { store(svfap_view(floats: try parameters.values(at: Int(index)), shape: declaration.shape), in: values) }
    name?.pointee = object.text("parameter \(declaration.name)") { declaration.name }.view
  }
}

@c @implementation
public func svfap_model_release(_ model: OpaquePointer!, _ error: ErrorOut) -> svfap_status { release(model, .model, error) }
