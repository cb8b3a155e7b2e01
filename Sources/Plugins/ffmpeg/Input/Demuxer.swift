import CFFmpeg
import PluginKit

/// Takes a container apart: the packets of one video stream, in the order of the file.
final class Demuxer {
  /// Most pixels of a picture, and most of a side: what bounds the memory that a file can ask for.
  static let pixelLimit = 1 << 26
  static let sideLimit = 1 << 14

  /// How the packets ended.
  enum Ending {
    case complete
    /// The file broke off before its end, and why.
    case broken(PluginError)
  }

  let file: VideoFile
  let format: UnsafeMutablePointer<AVFormatContext>
  let stream: UnsafeMutablePointer<AVStream>
  /// "mov,mp4,m4a,3gp,3g2,mj2"
  let container: String
  /// Packets of the stream that the container's index lists; nil if it has none that can be trusted.
  let promisedPackets: Int?
  /// Frames that it lists: without the packets that are only there to start from.
  let promisedFrames: Int?

  /// How the packets ended; nil before.
  private(set) var ending: Ending?
  /// Packets of the stream before the one that `read` gives next, in the order of the file.
  private(set) var position = 0
  /// Places where the demuxer passed over data, and what it said of the first.
  private(set) var losses: (count: Int, first: String) = (0, "")
  /// Whether data was passed over before the packet that `read` gave last.
  private(set) var hasLossBefore = false
  private let io: FileIO
  private var isLastPacketTorn = false
  /// A packet that was read ahead.
  private var next: Packet?

  /// - Parameter wanted: number of the stream to read, or nil for the best video.
  /// - Throws: `format`, `unsupported`, `config`, `cancelled`, `noMemory`.
  init(_ file: VideoFile, stream wanted: Int?) throws(PluginError) {
    let io = try FileIO(file)
    io.isInterruptible = true
    let input = try Self.detect(io)
    let format = try Self.open(io, input)
    let complaint: String?
    do throws(PluginError) {
      complaint = try Self.findStreams(format, io)
      let index = try StreamChoice.video(of: format, wanted: wanted, path: file.path)
      guard let stream = format.pointee.streams[index] else { throw PluginError(Status.internal, "stream \(index) is missing") }
      for other in 0..<Int(format.pointee.nb_streams) where other != index {
        format.pointee.streams[other]?.pointee.discard = AVDISCARD_ALL
      }
      self.stream = stream
    } catch {
      Self.close(format)
      throw error
    }
    io.isInterruptible = false
    self.file = file
    self.io = io
    self.format = format
    container = String(cString: input.pointee.name)
    (promisedPackets, promisedFrames) = Self.promises(stream, container: container)
    if let complaint { note(complaint) }
  }

  deinit { Self.close(format) }

  private static func close(_ format: UnsafeMutablePointer<AVFormatContext>) {
    var format: UnsafeMutablePointer<AVFormatContext>? = format
    LibavLog.ending { avformat_close_input(&format) }
  }

  // MARK: Opening

  /// What kind of container it is, as libav sees it.
  private static func detect(_ io: FileIO) throws(PluginError) -> UnsafePointer<AVInputFormat> {
    let file = io.file
    let head = file.bytes(at: 0, count: 4096)
    if let kind = head.withUnsafeBufferPointer({ Playlist.kind(of: $0) }) { throw Refusal.playlist(file, kind) }
    var input: UnsafePointer<AVInputFormat>?
    let code = av_probe_input_buffer2(io.context, &input, file.name, nil, 0, 0)
    if io.mustStop { throw PluginError.cancelled }
    if io.failure != 0 { throw PluginError.system("cannot read", path: file.path, errno: io.failure) }
    guard code >= 0, let input else { throw Refusal.unknown(file) }
    guard av_match_list(input.pointee.name, Container.demuxers, Int8(UInt8(ascii: ","))) > 0 else { throw Refusal.otherKind(file, input) }
    return input
  }

  private static func open(
    _ io: FileIO, _ input: UnsafePointer<AVInputFormat>
  ) throws(PluginError) -> UnsafeMutablePointer<AVFormatContext> {
    var format = avformat_alloc_context()
    guard let context = format else { throw PluginError.noMemory("opening \(io.file.path)") }
    context.pointee.pb = io.context
    context.pointee.flags |= AVFMT_FLAG_CUSTOM_IO
    // Whatever a demuxer would open beside its own input (external tracks, subtitles inside AVI ...) is refused.
    context.pointee.io_open = { _, target, _, _, _ in
      target?.pointee = nil
      return ffmpeg_refused
    }
    // `scan_all_pmts` is what the ffmpeg command sets for transport streams.
    let options = LibavOptions(["format_whitelist": Container.demuxers, "protocol_whitelist": "none", "scan_all_pmts": "1"])
    let code = avformat_open_input(&format, "", input, &options.pointer)
    guard code >= 0, let format else { throw openFailure(io, code) }
    return format
  }

  /// Why a container could not be opened. (On failure libav has freed the context.)
  private static func openFailure(_ io: FileIO, _ code: Int32) -> PluginError {
    let file = io.file
    if io.mustStop { return PluginError.cancelled }
    if io.failure != 0 { return PluginError.system("cannot read", path: file.path, errno: io.failure) }
    if code == ffmpeg_no_memory { return PluginError.noMemory("opening \(file.path)") }
    return Refusal.unreadable(file, libavReason(code))
  }

  /// Looks into the packets until every stream is known.
  ///
  /// - Returns: what the demuxer complained of meanwhile.
  private static func findStreams(_ format: UnsafeMutablePointer<AVFormatContext>, _ io: FileIO) throws(PluginError) -> String? {
    // The decoders that libav tries packets with keep to the limit too.
    let count = Int(format.pointee.nb_streams)
    let limits = (0..<count).map { _ in LibavOptions(["max_pixels": String(pixelLimit)]) }
    var options = limits.map(\.pointer)
    let (code, complaint) = LibavLog.complaint {
      options.withUnsafeMutableBufferPointer { avformat_find_stream_info(format, count > 0 ? $0.baseAddress : nil) }
    }
    for (limit, pointer) in zip(limits, options) { limit.pointer = pointer }
    if io.mustStop { throw PluginError.cancelled }
    guard code >= 0 else { throw PluginError(Status.format, "\(io.file.path) cannot be read: \(libavReason(code))") }
    return complaint
  }

  /// What the index of an mp4, mov or avi file lists. Those of other containers are approximate, or grow while reading.
  private static func promises(_ stream: UnsafeMutablePointer<AVStream>, container: String) -> (packets: Int?, frames: Int?) {
    let packets = Int(avformat_index_get_entries_count(stream))
    if container == "avi" {
      // A chunk of no bytes stands for the frame before it.
      let filled = (0..<packets).count { (avformat_index_get_entry(stream, Int32($0))?.pointee.size ?? 0) > 0 }
      return filled > 0 && filled == Int(stream.pointee.nb_frames) ? (filled, filled) : (nil, nil)
    }
    // A fragmented file's index begins empty, and so does the count.
    guard container.hasPrefix("mov"), stream.pointee.nb_frames > 0, packets > 0 else { return (nil, nil) }
    let frames = (0..<packets).count { (avformat_index_get_entry(stream, Int32($0))?.pointee.flags ?? 0) & AVINDEX_DISCARD_FRAME == 0 }
    return (packets, frames)
  }

  // MARK: Reading

  /// Reads the next packet of the stream.
  ///
  /// - Returns: false at the end; `ending` then says how it came to that, and later calls return false again.
  /// - Throws: `cancelled`, between two packets; `noMemory`.
  func read(_ packet: Packet) throws(PluginError) -> Bool {
    hasLossBefore = next != nil && hasLossBefore
    if let next {
      packet.clear()
      av_packet_move_ref(packet.pointer, next.pointer)
      self.next = nil
    } else {
      guard try fetch(packet) else { return false }
    }
    position += 1
    // Whether a damaged packet is the place where the file ends shows in what follows. (Not if someone asks to stop just now.)
    if packet.isCorrupt, let following = try? Packet(), (try? fetch(following)) == true { next = following }
    return true
  }

  /// Whether the packet that was read last is where the file breaks off.
  var isAtBreak: Bool {
    if next == nil, case .broken? = ending { return true }
    return false
  }

  private func fetch(_ packet: Packet) throws(PluginError) -> Bool {
    while ending == nil {
      if PluginHost.isCancelled { throw PluginError.cancelled }
      packet.clear()
      let (code, complaint) = LibavLog.complaint { av_read_frame(format, packet.pointer) }
      if let complaint { note(complaint) }
      if code == ffmpeg_try_again { continue }
      guard code >= 0 else {
        ending = end(code)
        return false
      }
      isLastPacketTorn = packet.isCorrupt
      if packet.pointer.pointee.stream_index == stream.pointee.index { return true }
    }
    return false
  }

  /// Takes in what the demuxer complained of, unless that is about another stream.
  private func note(_ complaint: String) {
    if complaint.hasPrefix("Packet corrupt"), !complaint.contains("stream = \(stream.pointee.index),") { return }
    if losses.count == 0 { losses.first = complaint }
    losses.count += 1
    hasLossBefore = true
  }

  private func end(_ code: Int32) -> Ending {
    if io.failure != 0 { return .broken(PluginError.system("cannot read", path: file.path, errno: io.failure)) }
    if code == ffmpeg_no_memory { return .broken(PluginError.noMemory("reading \(file.path)")) }
    guard code == ffmpeg_end_of_file else {
      return .broken(PluginError(Status.format, "the data there cannot be read: \(libavReason(code))"))
    }
    let extent = ContainerExtent(file)
    let cut = extent.cut(file)
    if let promisedPackets {
      guard position < promisedPackets || isLastPacketTorn else { return .complete }
      return .broken(PluginError(Status.format, cut ?? "the file ends there, before the place that its index gives for the next frame"))
    }
    if let cut { return .broken(PluginError(Status.format, cut)) }
    return isLastPacketTorn ? .broken(PluginError(Status.format, "the file ends in the middle of a packet")) : .complete
  }

  // MARK: Positioning

  /// Moves to the packet `point` or one before it, and reads up to it.
  ///
  /// - Returns: whether `packet` holds it now. If not, this demuxer is of no more use.
  func jump(to point: AccessPoint, _ packet: Packet) throws(PluginError) -> Bool {
    io.isInterruptible = true
    defer { io.isInterruptible = false }
    let code = avformat_seek_file(format, stream.pointee.index, Int64.min, point.seekTime, point.seekTime, 0)
    if io.mustStop { throw PluginError.cancelled }
    guard code >= 0 else { return false }
    ending = nil
    next = nil
    while try read(packet) {
      if point.matches(packet) {
        position = point.ordinal + 1
        return true
      }
      // Beyond it without having met it.
      if let time = packet.pointer.pointee.decodingTime, time > point.seekTime, packet.pointer.pointee.pts > point.time { return false }
    }
    if io.mustStop { throw PluginError.cancelled }
    return false
  }
}
