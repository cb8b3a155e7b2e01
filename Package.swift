// swift-tools-version: 6.2
import PackageDescription

// The order of the rooms is the order of this file: a target may depend only on targets above it.
// docs/architecture.md explains the shape; Makefile builds what SwiftPM cannot (plugin directory, C examples).

let packageRoot = Context.packageDirectory

/// Flags of every shared library that leaves this package: the Swift runtime inside, nothing exported but the
/// names of the version script, never unloaded (`docs/architecture.md`, "Linking").
func sharedLibrary(exports: String, soname: String? = nil) -> [LinkerSetting] {
  var flags = ["-static-stdlib", "-no-toolchain-stdlib-rpath", "-Xlinker", "--version-script=\(packageRoot)/exports/\(exports)"]
  flags += ["-Xlinker", "-z", "-Xlinker", "nodelete", "-Xlinker", "--gc-sections"]
  if let soname { flags += ["-Xlinker", "-soname=\(soname)"] }
  return [.unsafeFlags(flags)]
}

/// Kernels are optimised in every configuration: SIMD code at -Onone is a thousand times slower.
func kernels(_ march: String?, features: [String] = []) -> [SwiftSetting] {
  var flags = ["-O", "-Xcc", "-fno-math-errno", "-Xcc", "-Wno-psabi"]
  if let march { flags += ["-Xcc", "-march=\(march)"] }
  for feature in features { flags += ["-Xcc", "-m\(feature)"] }
  return [.unsafeFlags(flags)]
}

let kit = "Sources/SVFAPKit"

func room(_ name: String, _ dependencies: [Target.Dependency], settings: [SwiftSetting] = []) -> Target {
  .target(name: name, dependencies: dependencies, path: "\(kit)/\(name)", swiftSettings: settings)
}

/// A built-in plugin: a Swift target, and the C target with its exported entry, which only its library links
/// (tests link several plugins at once).
func plugin(_ id: String, module: String, kit: [Target.Dependency], dependencies: [Target.Dependency], without: [String] = []) -> [Target] {
  [
    .target(name: "\(module)Entry", dependencies: kit, path: "Sources/Plugins/\(id)/Entry", publicHeadersPath: "."),
    .target(
      name: module, dependencies: kit + dependencies, path: "Sources/Plugins/\(id)", exclude: ["Entry"] + without,
      swiftSettings: [.unsafeFlags(["-O"])]),
  ]
}

func head(_ id: String, module: String) -> [Target] {
  plugin(id, module: module, kit: ["CSVFAPPluginKit", "SVFAPPlugin"], dependencies: ["HeadKit"])
}

func video(_ id: String, module: String, dependencies: [Target.Dependency], without: [String] = []) -> [Target] {
  plugin(id, module: module, kit: ["CPluginKit", "PluginKit"], dependencies: dependencies, without: without)
}

func pluginLibrary(_ fileName: String, module: String) -> Product {
  .library(name: fileName, type: .dynamic, targets: [module, "\(module)Entry", "PluginLink"])
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies + ["TestSupport"], path: "Tests/\(name)")
}

let package = Package(
  name: "svfap",
  products: [
    .library(name: "svfap", type: .dynamic, targets: ["CAPI", "CAPILink"]),
    pluginLibrary("svfap_head_classification", module: "ClassificationHead"),
    pluginLibrary("svfap_head_dimensional", module: "DimensionalHead"),
    pluginLibrary("svfap_head_personality", module: "PersonalityHead"),
    pluginLibrary("svfap_video_ffmpeg", module: "FFmpegVideo"),
    pluginLibrary("svfap_video_frames", module: "FramesVideo"),
    pluginLibrary("svfap_video_synthetic", module: "SyntheticVideo"),
    .executable(name: "svfap-host", targets: ["svfap-host"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
  ],
  targets: [
    // The public headers: modules CSVFAP and CSVFAPPlugin.
    .target(name: "CSVFAP", path: "include", publicHeadersPath: "."),

    // System libraries.
    .systemLibrary(name: "CJSONC", path: "\(kit)/System/CJSONC", pkgConfig: "json-c", providers: [.apt(["libjson-c-dev"])]),
    .systemLibrary(name: "COpenBLAS", path: "\(kit)/System/COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(
      name: "CFFmpeg", path: "Sources/Plugins/System/CFFmpeg", pkgConfig: "libavformat",
      providers: [.apt(["libavformat-dev", "libavcodec-dev", "libavutil-dev", "libswscale-dev"])]),
    .systemLibrary(name: "CJPEG", path: "Sources/Plugins/System/CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg-dev"])]),
    .systemLibrary(name: "CPNG", path: "Sources/Plugins/System/CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),

    // The core, bottom up.
    room("Base", ["CJSONC", "CBaseShims"]),
    .target(name: "CBaseShims", path: "\(kit)/System/CBaseShims"),
    .target(name: "CKernelShims", path: "\(kit)/System/CKernelShims"),
    .target(name: "KernelsV1", dependencies: ["CKernelShims"], path: "\(kit)/Kernels/V1", swiftSettings: kernels(nil)),
    .target(name: "KernelsV3", dependencies: ["CKernelShims"], path: "\(kit)/Kernels/V3", swiftSettings: kernels("x86-64-v3")),
    .target(name: "KernelsV4", dependencies: ["CKernelShims"], path: "\(kit)/Kernels/V4", swiftSettings: kernels("x86-64-v4")),
    .target(
      name: "KernelsV4Pairs", dependencies: ["CKernelShims"], path: "\(kit)/Kernels/V4Pairs",
      swiftSettings: kernels("x86-64-v4", features: ["avx512bf16"])),
    .target(
      name: "KernelsV4Quads", dependencies: ["CKernelShims"], path: "\(kit)/Kernels/V4Quads",
      swiftSettings: kernels("x86-64-v4", features: ["avx512vnni"])),
    .target(
      name: "Kernels",
      dependencies: ["Base", "COpenBLAS", "CKernelShims", "KernelsV1", "KernelsV3", "KernelsV4", "KernelsV4Pairs", "KernelsV4Quads"],
      path: "\(kit)/Kernels/Table", swiftSettings: [.unsafeFlags(["-O"])]),
    room("Layers", ["Base", "Kernels"], settings: [.unsafeFlags(["-O"])]),
    room("Networks", ["Base", "Kernels", "Layers"]),
    room("Video", ["Base"], settings: [.unsafeFlags(["-O"])]),
    room("Data", ["Base", "Kernels", "Networks", "Video"], settings: [.unsafeFlags(["-O", "-Xcc", "-fno-math-errno"])]),
    room("Optimization", ["Base", "Kernels", "Networks"]),
    room("Checkpoints", ["Base"]),
    room("Plugins", ["Base", "CBaseShims", "Networks", "Video", "CSVFAP"]),
    room("Reports", ["Base", "Video"]),
    .target(name: "CCheckShims", path: "\(kit)/System/CCheckShims"),
    room("Conformance", ["Base", "CCheckShims", "Networks", "Video", "Plugins", "CSVFAP"]),
    room(
      "Jobs",
      ["Base", "Kernels", "Layers", "Networks", "Video", "Data", "Optimization", "Checkpoints", "Plugins", "Reports", "Conformance"]),

    // The C ABI.
    .target(
      name: "CAPI", dependencies: ["CSVFAP", "Base", "Networks", "Video", "Checkpoints", "Plugins", "Jobs"], path: "Sources/CAPI/API"),
    .target(
      name: "CAPILink", path: "Sources/CAPI/Link",
      linkerSettings: sharedLibrary(exports: "svfap.map", soname: "libsvfap.so.1")),

    // The built-in plugins: they see the plugin header and nothing of the core.
    .target(name: "CPluginKit", dependencies: ["CSVFAP"], path: "Sources/Plugins/PluginKit/C"),
    .target(name: "PluginKit", dependencies: ["CPluginKit", "CJSONC"], path: "Sources/Plugins/PluginKit", exclude: ["C"]),
    // The heads are written as strangers write theirs in Swift, over the second product of bindings/swift.
    .target(name: "CSVFAPPluginKit", dependencies: ["CSVFAP"], path: "bindings/swift/Sources/CSVFAPPluginKit"),
    .target(
      name: "SVFAPPlugin", dependencies: ["CSVFAP", "CSVFAPPluginKit"], path: "bindings/swift/Sources/SVFAPPlugin",
      swiftSettings: [.unsafeFlags(["-O"])]),
    .target(name: "HeadKit", dependencies: ["SVFAPPlugin"], path: "Sources/Plugins/HeadKit", swiftSettings: [.unsafeFlags(["-O"])]),
    .target(name: "PluginLink", path: "Sources/Plugins/Link", linkerSettings: sharedLibrary(exports: "plugin.map")),
  ]
    + head("classification", module: "ClassificationHead")
    + head("dimensional", module: "DimensionalHead")
    + head("personality", module: "PersonalityHead")
    + video("ffmpeg", module: "FFmpegVideo", dependencies: ["CFFmpeg"])
    + [.target(name: "CFrames", dependencies: ["CJPEG", "CPNG"], path: "Sources/Plugins/frames/C")]
    + video("frames", module: "FramesVideo", dependencies: ["CFrames"], without: ["C"])
    + video("synthetic", module: "SyntheticVideo", dependencies: [])
    + [
      // The driver: links libsvfap.so and sees include/ only. The Makefile builds the library first.
      .executableTarget(
        name: "svfap-host",
        dependencies: ["CSVFAP", .product(name: "ArgumentParser", package: "swift-argument-parser")],
        path: "Sources/svfap-host",
        linkerSettings: [
          .linkedLibrary("svfap"),
          .unsafeFlags([
            "-static-stdlib", "-no-toolchain-stdlib-rpath", "-use-ld=lld", "-l_FoundationCShims", "-l_FoundationCollections",
            "-lswiftSynchronization", "-L\(packageRoot)/.build/release",
            "-Xlinker", "-rpath=$ORIGIN:$ORIGIN/../lib", "-Xlinker", "--gc-sections",
          ]),
        ]),

      // Tests.
      .target(name: "TestSupport", dependencies: ["Base"], path: "Tests/TestSupport", swiftSettings: [.unsafeFlags(["-O"])]),
      .target(name: "GoldenSupport", dependencies: ["TestSupport", "Base", "Networks", "Checkpoints"], path: "Tests/GoldenSupport"),
      .target(name: "CheckpointSamples", dependencies: ["Base", "Checkpoints", "TestSupport"], path: "Tests/Tools/CheckpointSamples"),
      .executableTarget(
        name: "run-writer", dependencies: ["Base", "Checkpoints", "Reports", "CheckpointSamples"], path: "Tests/Tools/RunWriter"),
      // Plugins find the sanitizer in the program: it exports what it has.
      .executableTarget(
        name: "thread-check", dependencies: ["CSVFAP", "CAPI"], path: "Tests/Tools/ThreadCheck",
        linkerSettings: [.unsafeFlags(["-Xlinker", "--export-dynamic"])]),
      .executableTarget(
        name: "misuse-fuzzer", dependencies: ["CSVFAP", "CAPI"], path: "Tests/Tools/MisuseFuzzer",
        cxxSettings: [.unsafeFlags(["-O1"])], linkerSettings: [.unsafeFlags(["-Xlinker", "--export-dynamic"])]),
      tests("BaseTests", ["Base"]),
      tests("KernelsTests", ["Base", "Kernels", "KernelsV1", "KernelsV3", "KernelsV4"]),
      tests("LayersTests", ["Base", "Kernels", "Layers"]),
      tests("NetworksTests", ["Base", "Kernels", "Layers", "Networks", "Checkpoints", "GoldenSupport"]),
      tests("OptimizationTests", ["Base", "Layers", "Networks", "Optimization", "Checkpoints", "GoldenSupport"]),
      tests("VideoTests", ["Base", "Video", "Checkpoints"]),
      tests("CheckpointsTests", ["Base", "Networks", "Checkpoints", "CheckpointSamples", "run-writer"]),
      tests("DataTests", ["Base", "Networks", "Video", "Data", "Checkpoints"]),
      tests("PluginsTests", ["Base", "Networks", "Video", "Plugins"]),
      tests("ConformanceTests", ["Base", "Conformance"]),
      tests("HeadsTests", ["CSVFAP", "Base", "Plugins", "GoldenSupport"]),
      tests(
        "SourcesTests",
        [
          "CSVFAP", "CPluginKit", "CFrames", "PluginKit", "Base", "FFmpegVideo", "FramesVideo", "SyntheticVideo", "Checkpoints", "Plugins",
          "Video",
        ]),
      tests("ReportsTests", ["Base", "Reports", "run-writer", "Video"]),
      tests(
        "JobsTests",
        ["Base", "Jobs", "Networks", "Data", "Checkpoints", "Plugins", "Video", "Layers", "GoldenSupport", "CheckpointSamples"]),
      tests("CAPITests", ["CSVFAP", "CAPI", "Base", "Kernels", "Checkpoints", "GoldenSupport"]),
      tests("HostTests", ["Base", "CheckpointSamples", "Jobs"]),
    ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
