import Base
import Glibc
import Reports
import TestSupport
import Testing

@Suite("Report files appear when they are complete")
struct FileTests {
  @Test("nothing under its name before the end, everything after, and nothing else left")
  func appears() throws {
    try inFolder { folder in
      let file = try StreamingFile("\(folder)/report")
      try file.write("first ")
      #expect(!contents(folder).contains("report"))
      try file.write("second")
      try file.overwrite(at: 1, Array("IRS".utf8))
      try file.write(" third")
      try file.finish()
      #expect(contents(folder) == ["report"])
      #expect(text("\(folder)/report") == "fIRSt second third")
      try file.finish()
      #expect(failure { try file.write("more") } != nil)
    }
  }

  @Test("a file that is given up leaves nothing, and the old one stands")
  func givenUp() throws {
    try inFolder { folder in
      Fixtures.write(Array("old".utf8), to: "\(folder)/report")
      do {
        let file = try StreamingFile("\(folder)/report")
        try file.write("new")
      }
      #expect(contents(folder) == ["report"])
      #expect(text("\(folder)/report") == "old")
    }
  }

  @Test("two at once under one name do not mix")
  func twoAtOnce() throws {
    try inFolder { folder in
      let first = try StreamingFile("\(folder)/report")
      let second = try StreamingFile("\(folder)/report")
      try first.write("first")
      try second.write("second")
      try first.finish()
      #expect(text("\(folder)/report") == "first")
      try second.finish()
      #expect(text("\(folder)/report") == "second")
      #expect(contents(folder) == ["report"])
    }
  }

  @Test("a place that cannot be written to is an error that names it, and leaves nothing")
  func places() throws {
    try inFolder { folder in
      let missing = try #require(failure { try StreamingFile("\(folder)/none/report") })
      #expect(missing.code == .notFound && missing.message == "cannot write \(folder)/none/report: No such file or directory")
      mkdir("\(folder)/report", 0o755)
      let file = try StreamingFile("\(folder)/report")
      try file.write("x")
      let error = try #require(failure { try file.finish() })
      #expect(error.code == .io && error.message.contains("\(folder)/report"))
      #expect(contents(folder) == ["report"])
    }
  }
}

@Suite("NumPy files")
struct NumpyFileTests {
  /// Shape and numbers of a .npy file of float32, read by hand.
  private func parsed(_ bytes: [UInt8]) throws -> (shape: String, values: [Float]) {
    try #require(bytes.count >= 128)
    #expect(Array(bytes[..<8]) == [0x93] + Array("NUMPY".utf8) + [1, 0])
    let length = Int(bytes[8]) + Int(bytes[9]) << 8
    #expect((10 + length) % 64 == 0, "the numbers are aligned")
    let header = String(decoding: bytes[10..<10 + length], as: UTF8.self)
    #expect(header.hasPrefix("{'descr': '<f4', 'fortran_order': False, 'shape': (") && header.hasSuffix("\n"))
    let shape = header.split(separator: "(")[1].split(separator: ")")[0]
    let values = stride(from: 10 + length, to: bytes.count, by: 4).map { start -> Float in
      let word = bytes[start..<start + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      return Float(bitPattern: word)
    }
    return (String(shape), values)
  }

  @Test("header and rows", arguments: [(0, 5), (1, 1), (7, 3), (1000, 12)])
  func rows(rows: Int, width: Int) throws {
    try inFolder { folder in
      let values = stream("npy", seed: 1, count: rows * width)
      let file = try NumpyFile("\(folder)/a.npy", width: width)
      for row in 0..<rows {
        try values[row * width..<(row + 1) * width].withUnsafeBufferPointer { try file.add(row: #require($0.baseAddress)) }
      }
      try file.finish()
      let (shape, found) = try parsed(Fixtures.bytes("\(folder)/a.npy"))
      #expect(shape == "\(rows), \(width)")
      #expect(found == values)
    }
  }

  @Test("NumPy itself reads it", .enabled(if: Command.run(["python3", "-c", "import numpy"]).status == 0))
  func numpy() throws {
    try inFolder { folder in
      let file = try NumpyFile("\(folder)/a.npy", width: 3)
      for row in 0..<2 { try file.add(row: [Float(row), 0.5, -1]) }
      try file.finish()
      let outcome = Command.run([
        "python3", "-c", "import numpy, sys; a = numpy.load(sys.argv[1]); print(a.shape, a.dtype, a.tolist())", "\(folder)/a.npy",
      ])
      #expect(outcome.stdout == "(2, 3) float32 [[0.0, 0.5, -1.0], [1.0, 0.5, -1.0]]\n", "\(outcome.stderr)")
    }
  }

  @Test("given up it leaves nothing")
  func givenUp() throws {
    try inFolder { folder in
      do { try NumpyFile("\(folder)/a.npy", width: 1).add(row: [1]) }
      #expect(contents(folder).isEmpty)
    }
  }
}
