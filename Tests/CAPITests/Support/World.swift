import CSVFAP
import TestSupport

/// A runtime with the plugins that tests need, and what is made from it.
struct World {
  let runtime: Owned

  /// - Parameter options: JSON of the runtime's options.
  init(_ options: String = "{\"threads\": 2}") throws {
    let runtime = try Owned(svfap_runtime_release) { svfap_runtime_create(options, untilNUL, $0, $1) }
    for path in [Built.plugin("head_classification"), Built.countingPlugin] {
      try check { svfap_runtime_load_plugin(runtime.handle, path, untilNUL, $0) }
    }
    self.runtime = runtime
  }

  /// A model of the goldens.
  func golden(_ name: String, _ options: String = "{}") throws -> Owned {
    try open(Fixtures.path("goldens/\(name).safetensors"), options)
  }

  func open(_ path: String, _ options: String = "{}") throws -> Owned {
    try Owned(svfap_model_release) { svfap_model_open(runtime.handle, path, untilNUL, options, untilNUL, $0, $1) }
  }

  /// An untrained model.
  func model(_ config: String = "{\"size\": \"tiny\"}", seed: UInt64 = 0) throws -> Owned {
    try Owned(svfap_model_release) { svfap_model_create(runtime.handle, config, untilNUL, seed, $0, $1) }
  }

  func predictor(_ model: Owned, _ options: String = "{}") throws -> Owned {
    try Owned(svfap_predictor_release) { svfap_predictor_create(model.handle, options, untilNUL, $0, $1) }
  }

  /// A video of the counting source: "frames=40,rate=25".
  func video(_ settings: String) throws -> Owned {
    try Owned(svfap_source_release) { svfap_source_open(runtime.handle, "counting:" + settings, untilNUL, nil, 0, nil, $0, $1) }
  }

  func job(_ kind: String, _ options: String) throws -> Owned {
    try Owned(svfap_job_release) { svfap_job_create(runtime.handle, kind, untilNUL, options, untilNUL, $0, $1) }
  }
}
