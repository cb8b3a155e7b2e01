// swift-tools-version: 6.2
import PackageDescription

// Over an installed libsvfap, found by pkg-config: `make install PREFIX=...`, and PKG_CONFIG_PATH=PREFIX/lib/pkgconfig for a
// prefix other than /usr and /usr/local. README.md tells how others depend on this package.

/// Of every plugin: the Swift runtime inside, one exported name, never unloaded, no path into a toolchain.
let plugin: [LinkerSetting] = [
  .unsafeFlags([
    "-static-stdlib", "-no-toolchain-stdlib-rpath", "-Xlinker", "--version-script=\(Context.packageDirectory)/plugin.map",
    "-Xlinker", "-z", "-Xlinker", "nodelete", "-Xlinker", "--gc-sections",
  ])
]

let package = Package(
  name: "SVFAP",
  products: [
    .library(name: "SVFAP", targets: ["SVFAP"]),
    .library(name: "SVFAPPlugin", targets: ["SVFAPPlugin", "CSVFAPPluginKit", "SVFAPPluginLink"]),
  ],
  targets: [
    // Programs: svfap.h, and the library behind it.
    .systemLibrary(name: "CSVFAP", pkgConfig: "svfap"),
    .target(name: "SVFAP", dependencies: ["CSVFAP"]),
    .executableTarget(name: "timeline", dependencies: ["SVFAP"], path: "Examples/timeline"),

    // Plugins: svfap_plugin.h, and nothing to link.
    .systemLibrary(name: "CSVFAPPlugin", pkgConfig: "svfap-plugin"),
    .target(name: "CSVFAPPluginKit", dependencies: ["CSVFAPPlugin"]),
    .target(name: "SVFAPPlugin", dependencies: ["CSVFAPPlugin", "CSVFAPPluginKit"]),
    .target(name: "SVFAPPluginLink", linkerSettings: plugin),

    .testTarget(name: "SVFAPTests", dependencies: ["SVFAP"]),
    .testTarget(name: "SVFAPPluginTests", dependencies: ["SVFAPPlugin", "CSVFAPPluginKit"]),
  ],
  swiftLanguageModes: [.v6]
)
