import CFrames
import CSVFAPPlugin
import Glibc
import PluginKit

/// Reads picture files as the frames of a video.
///
/// A frame that cannot be decoded is delivered without pixels, one that is cut off with those that are there; both are
/// marked damaged, and the first few are told in the host's log.
final class PictureReader: Reader {
  /// Times of frames that have none of their own; the host goes by its recipe instead.
  private static let nominalRate = FrameRate(perSecond: 25)
  /// Most lines in the log about damaged frames.
  private static let complaintLimit = 8

  private let list: any PictureList
  private let rate: FrameRate?
  private let decoder: PictureDecoder
  private let width: Int64
  private let height: Int64
  private let format: StableText
  private let metadata: StableText
  private var position = 0
  private var complaints = 0

  /// - Parameter rate: frames per second; nil if nothing is known of it.
  /// - Throws: the error of the first picture if no picture has a header that can be read.
  init(_ list: any PictureList, isFolder: Bool, rate: FrameRate?) throws(PluginError) {
    self.list = list
    self.rate = rate
    decoder = try PictureDecoder()
    try Self.readFirstHeader(list, decoder)
    width = decoder.header.width
    height = decoder.header.height
    let kind = Int(decoder.header.format) == CODEC_JPEG ? "JPEG" : "PNG"
    format = StableText(isFolder ? "folder of pictures, \(kind)" : "picture, \(kind)")
    metadata = StableText("{\"pictures\": \(list.count), \"other_files\": \(list.otherCount)}")
  }

  /// Reads the header of the first picture that has one.
  private static func readFirstHeader(_ list: any PictureList, _ decoder: PictureDecoder) throws(PluginError) {
    var first: PluginError?
    for index in 0..<list.count {
      do throws(PluginError) {
        let file = try list.open(index)
        defer { close(file) }
        return try decoder.readHeader(file, name: list.name(index))
      } catch {
        if error.status == Status.noMemory { throw error }
        if PluginHost.isCancelled { throw PluginError(Status.cancelled, "stopped while looking for a picture that can be read") }
        first = first ?? error
      }
    }
    let reason = first ?? PluginError(Status.format, "there are no pictures")
    throw list.count == 1
      ? reason : PluginError(reason.status, "none of the \(list.count) pictures can be read; the first: \(reason.message)")
  }

  func info() throws(PluginError) -> svfap_stream_info {
    var info = svfap_stream_info()
    info.width = width
    info.height = height
    info.frame_count = Int64(list.count)
    // 0/0: the frames carry no times.
    info.rate_numerator = Int64(rate?.numerator ?? 0)
    info.rate_denominator = Int64(rate?.denominator ?? 0)
    info.duration_s = rate.map { $0.time(of: list.count) } ?? -1
    info.seekable = 1
    info.format = format.text
    info.metadata = metadata.text
    return info
  }

  func next() throws(PluginError) -> svfap_frame? {
    guard position < list.count else { return nil }
    var frame = svfap_frame()
    frame.index = Int64(position)
    frame.time_s = (rate ?? Self.nominalRate).time(of: position)
    switch try decode(position) {
    case .whole: break
    case .damaged(let reason):
      frame.damaged = 1
      complain(reason)
    case .lost(let error):
      frame.damaged = 1
      complain(error.message)
      position += 1
      return frame
    }
    frame.width = decoder.header.width
    frame.height = decoder.header.height
    frame.row_bytes = 3 * decoder.header.width
    frame.rgb = decoder.rgb
    position += 1
    return frame
  }

  private func decode(_ index: Int) throws(PluginError) -> PictureDecoder.Outcome {
    let file: Int32
    do throws(PluginError) {
      file = try list.open(index)
    } catch {
      // The file is gone or locked since the folder was listed.
      return .lost(error)
    }
    defer { close(file) }
    return try decoder.decode(file, name: list.name(index))
  }

  private func complain(_ reason: String) {
    complaints += 1
    guard complaints <= Self.complaintLimit else { return }
    PluginHost.warn("frame \(position) is damaged: \(reason)")
    if complaints == Self.complaintLimit { PluginHost.warn("further damaged frames are only counted") }
  }

  func seek(to index: Int) throws(PluginError) -> Int {
    guard index < list.count else {
      throw PluginError(Status.end, "there are \(list.count) frames; frame \(index) was sought")
    }
    position = index
    return index
  }
}
