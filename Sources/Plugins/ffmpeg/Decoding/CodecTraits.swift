import CFFmpeg

/// What can be taken for granted of a stream's packets because of its codec.
struct CodecTraits {
  /// Whether every packet that is not hidden is one picture, so that a picture that does not come is lost.
  ///
  /// Not so for MPEG-4 (packets that repeat a picture, packets with two), VP9 (pictures that only others refer to), Theora (empty packets that
  /// repeat a picture), and interlaced H.264 and HEVC (a packet may be half a picture).
  let showsEveryPacket: Bool
  /// Whether the order of packets and their times tell where every picture is, and where decoding can begin.
  let canBeIndexed: Bool
  /// Whether packets come in another order than that of their times.
  let reorders: Bool
  /// Whether pictures of type B are never referred to.
  let hasDisposableB: Bool

  init(_ parameters: AVCodecParameters) {
    let whole: Set<UInt32> = Set(
      [
        AV_CODEC_ID_AV1, AV_CODEC_ID_VP8, AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_MJPEG, AV_CODEC_ID_PRORES,
        AV_CODEC_ID_DNXHD, AV_CODEC_ID_FFV1, AV_CODEC_ID_HUFFYUV, AV_CODEC_ID_FFVHUFF, AV_CODEC_ID_UTVIDEO, AV_CODEC_ID_RAWVIDEO,
      ].map(\.rawValue))
    let others: Set<UInt32> = Set(
      [
        AV_CODEC_ID_VP9, AV_CODEC_ID_MPEG4, AV_CODEC_ID_H263, AV_CODEC_ID_FLV1, AV_CODEC_ID_WMV1, AV_CODEC_ID_WMV2, AV_CODEC_ID_MSMPEG4V3,
        AV_CODEC_ID_THEORA,
      ].map(\.rawValue))
    let id = parameters.codec_id
    if id == AV_CODEC_ID_H264 || id == AV_CODEC_ID_HEVC {
      showsEveryPacket = [AV_FIELD_PROGRESSIVE, AV_FIELD_UNKNOWN].contains(parameters.field_order)
      canBeIndexed = showsEveryPacket
    } else {
      showsEveryPacket = whole.contains(id.rawValue)
      canBeIndexed = showsEveryPacket || others.contains(id.rawValue)
    }
    reorders = [AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_MPEG4].contains(id)
    hasDisposableB = [AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_MPEG4].contains(id)
  }
}
