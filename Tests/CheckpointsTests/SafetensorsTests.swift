import Base
import Checkpoints
import TestSupport
import Testing

@Suite("Safetensors files are read strictly")
struct SafetensorsTests {
  /// Header, data bytes, and a part of the message that refuses them.
  static let refused: [(String, Int, String)] = [
    // Not the format at all.
    ("[]", 0, "no JSON object"),
    ("", 0, "no JSON object"),
    (#" {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4, "no JSON object"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#, 4, "JSON"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} x"#, 4, "unexpected text"),
    // Strict JSON.
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, "stands twice"),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\u0061":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8,
      "stands twice"
    ),
    (#"{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4, "stands twice"),
    (#"{"a":{"dtype":"F32","shape":[NaN],"data_offsets":[0,4]}}"#, 4, "expected a value"),
    (#"{"a":{"dtype":"F32","shape":[Infinity],"data_offsets":[0,4]}}"#, 4, "expected a value"),
    (#"{'a':{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4, "double quotes"),
    (#"{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4, "surrogate"),
    (#"{"a\u0000":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4, "NUL"),
    (#"{"":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4, "without a usable name"),
    // Members.
    (#"{"a":[]}"#, 0, "expected the members"),
    (#"{"a":{"dtype":"F32","shape":[1]}}"#, 4, "expected the members"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}}"#, 4, "expected the members"),
    (#"{"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}"#, 4, "unknown dtype"),
    (#"{"a":{"dtype":4,"shape":[1],"data_offsets":[0,4]}}"#, 4, "unknown dtype"),
    (#"{"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}"#, 4, "shape is no list"),
    (#"{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}"#, 4, "at most 16 extents"),
    (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, "whole number"),
    (#"{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}"#, 4, "whole number"),
    (#"{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}"#, 4, "whole number"),
    (#"{"__metadata__":[]}"#, 0, "__metadata__"),
    (#"{"__metadata__":{"a":1}}"#, 0, "no text"),
    // Sizes.
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4, "does not take"),
    (#"{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,4]}}"#, 4, "does not take"),
    (#"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}"#, 4, "does not take"),
    (#"{"a":{"dtype":"F32","shape":[4611686018427387905],"data_offsets":[0,4]}}"#, 4, "does not take"),
    (#"{"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]}}"#, 4, "out of range"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,18446744073709551612]}}"#, 4, "out of range"),
    // Offsets.
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4, "ascending"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#, 4, "ascending"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, 4, "ascending"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}"#, 4, "ascending"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 4, "cut short or lies"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[9223372036854775800,9223372036854775804]}}"#, 4, "cut short or lies"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 5, "1 bytes follow"),
    (#"{}"#, 1, "1 bytes follow"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, "overlap or leave a gap"),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}"#, 12,
      "overlap or leave a gap"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8,
      "overlap or leave a gap"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4,
      "overlap or leave a gap"
    ),
  ]

  @Test("a malformed header is refused with its reason", arguments: refused)
  func malformed(header: String, data: Int, reason: String) throws {
    let workshop = Workshop()
    let path = workshop.safetensors(header, [UInt8](repeating: 0, count: data))
    let error = try #require(failure { try SafetensorsFile(path) })
    #expect(error.code == .format)
    #expect(error.message.contains(reason), "\(error.message)")
    #expect(error.message.hasPrefix(path))
    #expect(error.detail["path"] == path)
  }

  @Test("text that is not UTF-8 is refused")
  func notUTF8() throws {
    let workshop = Workshop()
    let header = Array(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#.utf8).map { $0 == UInt8(ascii: "a") ? 0xFF : $0 }
    let error = failure { try SafetensorsFile(workshop.file("file", Workshop.length(header.count) + header + [0, 0, 0, 0])) }
    #expect(error?.code == .format)
  }

  @Test(
    "a header length beyond the file or beyond reason is refused before anything is read", arguments: [60, 1 << 25 + 1, 1 << 40, Int.max])
  func oversizedHeader(length: Int) throws {
    let workshop = Workshop()
    let error = try #require(
      failure { try SafetensorsFile(workshop.file("file", Workshop.length(length) + Array("{}".utf8) + [0x20, 0x20])) })
    #expect(error.code == .format)
    #expect(error.message.contains("the header claims") || error.message.contains("unknown kind"), "\(error.message)")
  }

  @Test("a header of 640 bytes, which begins like a pickle, is read")
  func headerLikePickle() throws {
    let workshop = Workshop()
    var header = #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
    header += String(repeating: " ", count: 640 - header.utf8.count)
    let path = workshop.safetensors(header, [0, 0, 128, 63])
    #expect(Fixtures.bytes(path).starts(with: [0x80, 0x02]))
    #expect(try SafetensorsFile(path).tensors.map(\.name) == ["a"])
  }

  @Test("other files that people have are named, with what to do")
  func otherFiles() throws {
    let workshop = Workshop()
    let pages: [([UInt8], String)] = [
      ([], "an empty file"), (Array("<!DOCTYPE html><html><body>404</body></html>".utf8), "a web page"),
      (Array("version https://git-lfs.github.com/spec/v1\noid sha256:0\n".utf8), "git lfs pull"),
      (Array("path,label\n1.mp4,0\n".utf8), "a text"),
      ([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0], "unpack it first"), ([0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC], "svfap-host import"),
      (ZipBuilder().bytes, "svfap-host import"), ([1, 2, 3], "at least 8"),
    ]
    for (bytes, words) in pages {
      let error = try #require(failure { try SafetensorsFile(workshop.file("file", bytes)) })
      #expect(error.code == .format)
      #expect(error.message.contains(words), "\(error.message)")
    }
    #expect(failure { try SafetensorsFile(workshop.folder) }?.message.contains("a folder") == true)
    #expect(failure { try SafetensorsFile("\(workshop.folder)/none") }?.code == .notFound)
  }

  @Test("real numbers of every width become float32; other types are refused where numbers are needed")
  func types() throws {
    let workshop = Workshop()
    let header =
      #"{"f64":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"f16":{"dtype":"F16","shape":[2],"data_offsets":[8,12]},"#
      + #""bf16":{"dtype":"BF16","shape":[1],"data_offsets":[12,14]},"u8":{"dtype":"U8","shape":[2],"data_offsets":[14,16]},"#
      + #""none":{"dtype":"F32","shape":[0,7],"data_offsets":[16,16]}}"#
    // 1.5 in float64; 1 and 65504 in float16; -2 in bfloat16.
    let path = workshop.safetensors(header, [0, 0, 0, 0, 0, 0, 0xF8, 0x3F, 0, 0x3C, 0xFF, 0x7B, 0, 0xC0, 1, 2])
    let file = try SafetensorsFile(path)
    func floats(_ name: String, count: Int) throws -> [Float] {
      var values = [Float](repeating: 0, count: count)
      try file.readFloats(try #require(file[name]), into: &values, count: count)
      return values
    }
    #expect(try floats("f64", count: 1) == [1.5])
    #expect(try floats("f16", count: 2) == [1, 65504])
    #expect(try floats("bf16", count: 1) == [-2])
    #expect(failure { try floats("u8", count: 2) }?.code == .format)
    #expect(failure { try floats("f16", count: 1) }?.code == .shape)
    #expect(file["none"]?.count == 0)
    #expect(file["absent"] == nil)
  }

  @Test("a file that is cut at any length is refused")
  func truncation() throws {
    let workshop = Workshop()
    let whole = Fixtures.bytes(
      workshop.safetensors(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, [1, 2, 3, 4, 5, 6, 7, 8]))
    for length in 0..<whole.count {
      let error = try #require(failure { try SafetensorsFile(workshop.file("cut", Array(whole[..<length]))) }, "\(length) bytes")
      #expect(error.code == .format)
    }
  }

  @Test("a header with many tensors is read in linear time, one nested too deep is refused")
  func manyTensors() throws {
    let workshop = Workshop()
    func header(_ count: Int) -> String {
      "{" + (0..<count).map { #""t\#($0)":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}"# }.joined(separator: ",") + "}"
    }
    #expect(try SafetensorsFile(workshop.safetensors(header(20_000))).tensors.count == 20_000)
    let deep = String(repeating: "[", count: 100_000)
    #expect(failure { try SafetensorsFile(workshop.safetensors("{\"a\":" + deep)) }?.code == .limit)
  }
}
