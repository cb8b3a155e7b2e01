import PluginKit
import TestSupport
import Testing

@testable import FFmpegVideo

@Suite("FFmpeg: accounting for packets")
struct PacketLedgerTests {
  private func ledger(_ times: [Int64]) -> PacketLedger {
    var ledger = PacketLedger()
    for (ordinal, time) in times.enumerated() {
      ledger.send(.init(ordinal: ordinal, time: time, isCorrupt: false, isDisposable: false))
    }
    return ledger
  }

  @Test("every packet gives its picture: nothing is lost")
  func allCome() {
    var ledger = ledger([0, 3, 1, 2])
    for (ordinal, time) in [(0, 0), (2, 1), (3, 2), (1, 3)] { #expect(ledger.receive(ordinal: ordinal, time: Int64(time)).lost.isEmpty) }
    #expect(ledger.end().isEmpty)
    #expect(ledger.isOneToOne)
  }

  @Test("a refused packet is lost in the place of its time, when the picture behind it comes")
  func refused() {
    var ledger = ledger([0, 3, 1, 2])
    ledger.refuse()
    #expect(ledger.receive(ordinal: 0, time: 0).lost.isEmpty)
    let second = ledger.receive(ordinal: 3, time: 2)
    #expect(second.source?.ordinal == 3)
    #expect(second.lost.map(\.ordinal) == [2])
    #expect(ledger.receive(ordinal: 1, time: 3).lost.isEmpty)
    #expect(ledger.isOneToOne)
  }

  @Test("a packet that is overtaken without an error was never to be shown")
  func hidden() {
    var ledger = ledger([0, 1, 2])
    #expect(ledger.receive(ordinal: 0, time: 0).lost.isEmpty)
    #expect(ledger.receive(ordinal: 2, time: 2).lost.isEmpty)
    #expect(!ledger.isOneToOne)
    #expect(ledger.end().isEmpty)
  }

  @Test("what was refused last is lost at the end")
  func refusedLast() {
    var ledger = ledger([0, 1, 2])
    ledger.refuse()
    #expect(ledger.receive(ordinal: 0, time: 0).lost.isEmpty)
    #expect(ledger.receive(ordinal: 1, time: 1).lost.isEmpty)
    #expect(ledger.end().map(\.ordinal) == [2])
  }
}

@Suite("FFmpeg: how far damage reaches")
struct DamageTraceTests {
  @Test("from a damaged picture to the next access point, in the order of decoding")
  func reach() {
    var trace = DamageTrace()
    trace.add(accessPoint: 0, time: 0)
    trace.add(damaged: 3, isDisposable: false)
    trace.add(accessPoint: 10, time: 100)
    #expect(!trace.reaches(ordinal: 2, time: 20))
    #expect(trace.reaches(ordinal: 4, time: 40))
    #expect(trace.reaches(ordinal: 9, time: 90))
    #expect(!trace.reaches(ordinal: 10, time: 100))
    #expect(!trace.reaches(ordinal: 12, time: 120))
    // Sent behind the access point and shown before it: it leans on both sides.
    #expect(trace.reaches(ordinal: 11, time: 95))
    #expect(trace.isTouched)
  }

  @Test("not from a picture that no other is predicted from")
  func disposable() {
    var trace = DamageTrace()
    trace.add(damaged: 3, isDisposable: true)
    #expect(!trace.reaches(ordinal: 4, time: 40))
    #expect(trace.isTouched)
  }
}

@Suite("FFmpeg: what containers say of their length")
struct ContainerExtentTests {
  private func extent(_ bytes: [UInt8]) throws -> (end: Int?, hasIndex: Bool?) {
    let clip = Clip("a", bytes: bytes)
    let extent = try ContainerExtent(VideoFile(clip.path))
    return (extent.end, extent.hasIndex)
  }

  @Test("boxes of mp4, also large ones, and garbage behind them")
  func boxes() throws {
    let ftyp: [UInt8] = [0, 0, 0, 16] + Array("ftypisom".utf8) + [0, 0, 0, 0]
    #expect(try extent(ftyp) == (16, false))
    #expect(try extent(ftyp + [0, 0, 0, 8] + Array("moov".utf8)) == (24, true))
    #expect(try extent(ftyp + [0, 0, 1, 0] + Array("mdat".utf8)) == (16 + 256, false))
    #expect(try extent(ftyp + [0, 0, 0, 1] + Array("mdat".utf8) + [0, 0, 0, 1, 0, 0, 0, 0]) == (16 + 1 << 32, false))
    #expect(try extent(ftyp + [0, 0, 0, 1] + Array("mdat".utf8) + [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]) == (16, false))
    #expect(try extent(ftyp + [0x7F, 1, 2, 3] + Array("junk".utf8)) == (16, false))
    // To the end of the file, wherever that is.
    #expect(try extent(ftyp + [0, 0, 0, 0] + Array("mdat".utf8) + [1, 2, 3]) == (16, false))
  }

  @Test("the Segment of Matroska, of known and unknown size")
  func segment() throws {
    let header: [UInt8] = [0x1A, 0x45, 0xDF, 0xA3, 0x83, 1, 2, 3, 0x18, 0x53, 0x80, 0x67]
    #expect(try extent(header + [0x41, 0x00, 9]).end == 12 + 2 + 0x100)
    #expect(try extent(header + [0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]).end == nil)
    #expect(try extent(header).end == nil)
  }

  @Test("RIFF, with and without a size")
  func riff() throws {
    let tail: [UInt8] = Array("AVI ".utf8)
    #expect(try extent(Array("RIFF".utf8) + [0, 1, 0, 0] + tail).end == 264)
    #expect(try extent(Array("RIFF".utf8) + [0, 0, 0, 0] + tail).end == nil)
  }
}
