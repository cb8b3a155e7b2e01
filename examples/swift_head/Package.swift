// swift-tools-version: 6.2
import PackageDescription

// Where bindings/swift of libsvfap lies: beside this example, or where SVFAP_SWIFT says.
let svfap = Context.environment["SVFAP_SWIFT"] ?? "../../bindings/swift"

let package = Package(
  name: "svfap_head_ordinal",
  products: [.library(name: "svfap_head_ordinal", type: .dynamic, targets: ["OrdinalHead", "Entry"])],
  dependencies: [.package(name: "SVFAP", path: svfap)],
  targets: [
    .target(name: "OrdinalHead", dependencies: [.product(name: "SVFAPPlugin", package: "SVFAP")]),
    .target(name: "Entry", dependencies: [.product(name: "SVFAPPlugin", package: "SVFAP")], publicHeadersPath: "."),
  ],
  swiftLanguageModes: [.v6]
)
