import CFFmpeg
import PluginKit

/// The pictures of a video, decoded, in presentation order, with every packet that gave none accounted for.
final class PictureStream {
  /// What comes next.
  enum Event {
    /// A picture; `PictureStream.picture` holds it until the next call.
    case picture(time: Int64?, isDamaged: Bool)
    /// A picture that the decoder could not make.
    case lost(time: Int64?)
    /// No more; `demuxer.ending` says how it came to that.
    case end
  }

  let demuxer: Demuxer
  let picture: Picture
  /// Whether every packet so far gave one picture, and none was damaged: what the order of packets can be trusted for.
  var isRegular: Bool { ledger.isOneToOne && !damage.isTouched }

  private let decoder: Decoder
  private let packet: Packet
  private let traits: CodecTraits
  private var ledger = PacketLedger()
  private var damage = DamageTrace()
  private var events: [Event] = []
  private var isDraining = false
  private var isOver = false
  /// Where decoding began after a jump. Pictures that follow it in the file and are shown before it lean on what was not decoded.
  private var start: AccessPoint?
  /// Errors one after the other without packet or picture in between: a decoder that does not come to an end.
  private var errorsInARow = 0

  init(_ demuxer: Demuxer) throws(PluginError) {
    self.demuxer = demuxer
    traits = CodecTraits(demuxer.stream.pointee.codecpar.pointee)
    decoder = try Decoder(demuxer)
    picture = try Picture()
    packet = try Packet()
  }

  /// - Throws: `cancelled`, `noMemory`; the next call goes on.
  func next() throws(PluginError) -> Event {
    while events.isEmpty {
      if isOver { return .end }
      let code = decoder.receive(picture)
      switch code {
      case 0: receive()
      case ffmpeg_try_again where !isDraining: try feed()
      case ffmpeg_end_of_file, ffmpeg_try_again: finish()
      case ffmpeg_no_memory: throw PluginError.noMemory("decoding \(demuxer.file.path)")
      default: fail()
      }
    }
    return events.removeFirst()
  }

  private func feed() throws(PluginError) {
    guard try demuxer.read(packet) else {
      isDraining = true
      _ = decoder.send(nil, ordinal: -1)
      return
    }
    defer { packet.clear() }
    try send()
  }

  private func send() throws(PluginError) {
    errorsInARow = 0
    let ordinal = demuxer.position - 1
    let raw = packet.pointer.pointee
    let nature = PacketNature(packet, demuxer.stream.pointee.codecpar.pointee)
    if let time = raw.presentationTime, let start, time < start.time, ordinal > start.ordinal { return }
    // What was passed over may be what this packet and those behind it are predicted from.
    if demuxer.hasLossBefore { damage.add(damaged: ordinal - 1, isDisposable: false) }
    if nature.isAccessPoint { damage.add(accessPoint: ordinal, time: raw.presentationTime) }
    if !nature.isHidden {
      ledger.send(
        .init(
          ordinal: ordinal, time: raw.presentationTime ?? raw.decodingTime, isCorrupt: packet.isCorrupt, isDisposable: nature.isDisposable))
    }
    let code = decoder.send(packet, ordinal: ordinal)
    if code == ffmpeg_no_memory { throw PluginError.noMemory("decoding \(demuxer.file.path)") }
    if code < 0 { fail() }
  }

  private func fail() {
    ledger.refuse()
    errorsInARow += 1
    if errorsInARow > 100 { finish() }
  }

  private func receive() {
    errorsInARow = 0
    let raw = picture.pointer.pointee
    let ordinal = Int(raw.reordered_opaque)
    let time = raw.best_effort_timestamp != ffmpeg_no_time ? raw.best_effort_timestamp : nil
    let (source, lost) = ledger.receive(ordinal: ordinal, time: time)
    add(lost)
    var isDamaged = raw.decode_error_flags != 0 || raw.flags & ffmpeg_frame_corrupt != 0 || source?.isCorrupt == true
    if isDamaged {
      let isDisposable = source?.isDisposable == true || traits.hasDisposableB && raw.pict_type == AV_PICTURE_TYPE_B
      damage.add(damaged: ordinal, isDisposable: isDisposable)
    } else {
      isDamaged = damage.reaches(ordinal: ordinal, time: time)
    }
    events.append(.picture(time: time, isDamaged: isDamaged))
  }

  private func add(_ lost: [PacketLedger.Entry]) {
    for entry in lost {
      // The packet that the end of the file tore is where it breaks off, no picture of its own.
      if entry.isCorrupt, entry.ordinal == demuxer.position - 1, demuxer.isAtBreak { continue }
      damage.add(damaged: entry.ordinal, isDisposable: entry.isDisposable)
      events.append(.lost(time: entry.time))
    }
  }

  private func finish() {
    add(ledger.end())
    isOver = true
  }

  /// Begins anew at a packet.
  ///
  /// - Returns: false if it was not found; then this stream is of no more use.
  /// - Throws: `cancelled`, `noMemory`; then too.
  func jump(to point: AccessPoint) throws(PluginError) -> Bool {
    events = []
    ledger.reset()
    isDraining = false
    isOver = false
    start = point
    decoder.flush()
    guard try demuxer.jump(to: point, packet) else { return false }
    defer { packet.clear() }
    try send()
    return true
  }
}
