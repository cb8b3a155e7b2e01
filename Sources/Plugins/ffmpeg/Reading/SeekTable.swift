import CFFmpeg
import PluginKit

/// Where every frame of a video is: its place in presentation order, found without decoding.
///
/// It is made by one pass over the packets, and only for videos whose packets tell the truth about their frames: one
/// frame a packet, every one with a time of its own, beginning with an access point. Whoever meets a frame that does not fit
/// it must not use it any longer. In a file that is damaged where nobody has read yet, a picture found through the table can be better than
/// the one that a decoder gives that has come through the damage.
final class SeekTable {
  /// Fewest packets from one remembered access point to the next.
  private static let spacing = 16

  /// Presentation times of the frames, ascending: times[k] is that of frame k.
  private let times: HostMemory
  /// Ascending in time and in the order of the file.
  private let points: [(point: AccessPoint, frame: Int)]
  /// How the packets ended.
  let ending: Demuxer.Ending
  let count: Int

  /// Reads all packets of a demuxer that stands at its start.
  ///
  /// - Returns: nil if the video is not of the simple kind that the table is for.
  /// - Throws: `cancelled`, `noMemory`.
  init?(_ demuxer: Demuxer) throws(PluginError) {
    let parameters = demuxer.stream.pointee.codecpar.pointee
    let traits = CodecTraits(parameters)
    guard traits.canBeIndexed else { return nil }
    var order = OrderCheck(window: traits.reorders ? 32 : 0)
    let times = try HostMemory(capacity: 1 << 12)
    var points: [AccessPoint] = []
    var latest: AccessPoint?
    let packet = try Packet()
    while try demuxer.read(packet) {
      let raw = packet.pointer.pointee
      let nature = PacketNature(packet, parameters)
      guard let point = AccessPoint(packet, ordinal: demuxer.position - 1), raw.size > 0, !packet.isCorrupt
      else { return nil }
      if nature.isAccessPoint {
        if let latest, point.time <= latest.time { return nil }
        latest = point
        // Videos of key packets only need no more than this.
        if point.ordinal - (points.last?.ordinal ?? -Self.spacing) >= Self.spacing { points.append(point) }
      }
      if points.isEmpty { return nil }
      guard order.accepts(raw.pts) else { return nil }
      if !nature.isHidden { try withUnsafeBytes(of: raw.pts) { bytes throws(PluginError) in try times.append(bytes) } }
    }
    guard let ending = demuxer.ending, let first = points.first, first.ordinal == 0 else { return nil }
    let count = times.count / MemoryLayout<Int64>.stride
    let sorted = UnsafeMutableRawPointer(times.pointer).withMemoryRebound(to: Int64.self, capacity: count) { base in
      var values = UnsafeMutableBufferPointer(start: base, count: count)
      values.sort()
      return (1..<max(count, 1)).allSatisfy { values[$0 - 1] < values[$0] }
    }
    // Equal times: which of the frames comes first cannot be known.
    guard sorted, count > 0 else { return nil }
    self.times = times
    self.count = count
    self.ending = ending
    self.points = points.map { point in (point, Self.rank(of: point.time, in: times, count)) }
    // Shown before the first access point: whether a decoder gives them is for the decoder to know.
    guard self.points[0].frame == 0 else { return nil }
  }

  /// Presentation time of frame `index`, below `count`.
  func time(of index: Int) -> Int64 { Self.time(index, times) }

  private static func time(_ index: Int, _ times: HostMemory) -> Int64 {
    UnsafeRawPointer(times.pointer).load(fromByteOffset: index * 8, as: Int64.self)
  }

  /// How many frames are shown before a time.
  private static func rank(of time: Int64, in times: HostMemory, _ count: Int) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if Self.time(middle, times) < time { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The last access point at or before frame `index`, and the frame that it shows.
  func point(for index: Int) -> (point: AccessPoint, frame: Int) {
    var (low, high) = (0, points.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if points[middle].frame <= index { low = middle } else { high = middle - 1 }
    }
    return points[low]
  }

  /// Whether the first frames that a fresh decoder gives are those of the table.
  func agrees(with stream: PictureStream) throws(PluginError) -> Bool {
    for index in 0..<min(count, 32) {
      guard case .picture(let time?, false) = try stream.next(), time == self.time(of: index) else { return false }
    }
    return stream.isRegular
  }
}

/// Checks that packets are near the place that their times give them; where they are not, a time stamp is damaged or the clock begins anew.
private struct OrderCheck {
  private let window: Int
  private var recent: [Int64] = []
  private var floor = Int64.min

  /// - Parameter window: how many packets a later time may come before an earlier one.
  init(window: Int) { self.window = window }

  mutating func accepts(_ time: Int64) -> Bool {
    recent.append(time)
    if recent.count > window + 1 { floor = max(floor, recent.removeFirst()) }
    return time > floor
  }
}
