import CFFmpeg

/// What a packet is to the decoding of others, read from its first bytes.
struct PacketNature {
  /// Whether decoding can begin here: no picture shown at or after this one depends on anything before it.
  private(set) var isAccessPoint = false
  /// Whether no other picture is predicted from this one, as far as can be told.
  private(set) var isDisposable = false
  /// Whether it is decoded and never shown.
  private(set) var isHidden = false

  init(_ packet: Packet, _ parameters: AVCodecParameters) {
    let raw = packet.pointer.pointee
    let isKey = raw.flags & AV_PKT_FLAG_KEY != 0
    isDisposable = raw.flags & AV_PKT_FLAG_DISPOSABLE != 0
    isHidden = raw.flags & AV_PKT_FLAG_DISCARD != 0
    switch parameters.codec_id {
    case AV_CODEC_ID_H264:
      // Containers also mark pictures as keys from which decoding only recovers in time; an IDR picture (5) is sure.
      var types: Set<UInt8> = []
      var isReference = false
      forEachUnit(raw, parameters, lengthSizeAt: 4) { byte in
        types.insert(byte & 0x1F)
        if (1...5).contains(byte & 0x1F), byte & 0x60 != 0 { isReference = true }
      }
      isAccessPoint = types.contains(5)
      if !types.isDisjoint(with: 1...5) { isDisposable = !isReference }
    case AV_CODEC_ID_HEVC:
      // Types below 32 are pictures, 16 ... 23 those for random access; libav's parser takes only some of them for keys.
      var pictures: [UInt8] = []
      forEachUnit(raw, parameters, lengthSizeAt: 21) { byte in
        let type = byte >> 1 & 0x3F
        if type < 32 { pictures.append(type) }
      }
      isAccessPoint = !pictures.isEmpty && pictures.allSatisfy { (16...23).contains($0) }
    case AV_CODEC_ID_VP8:
      // RFC 6386, 9.1: bit 4 of the frame tag is show_frame.
      isAccessPoint = isKey
      if raw.size > 0, let data = raw.data, data[0] & 0x10 == 0 { isHidden = true }
    default:
      isAccessPoint = isKey
    }
  }

  /// Calls `body` with the first byte of every NAL unit: behind start codes, or behind lengths if the parameter sets say so.
  private func forEachUnit(_ packet: AVPacket, _ parameters: AVCodecParameters, lengthSizeAt place: Int, _ body: (UInt8) -> Void) {
    guard let data = packet.data, packet.size > 4 else { return }
    let bytes = UnsafeBufferPointer(start: data, count: Int(packet.size))
    // avcC and hvcC begin with their version, 1; parameter sets with start codes begin with 0.
    if let extra = parameters.extradata, Int(parameters.extradata_size) > place, extra[0] == 1 {
      let lengthSize = Int(extra[place] & 3) + 1
      var offset = 0
      while offset + lengthSize < bytes.count {
        let length = bytes[offset..<offset + lengthSize].reduce(0) { $0 << 8 | Int($1) }
        offset += lengthSize
        body(bytes[offset])
        offset += length
      }
      return
    }
    var zeros = 0
    for index in 0..<bytes.count - 1 {
      if bytes[index] == 1, zeros >= 2 { body(bytes[index + 1]) }
      zeros = bytes[index] == 0 ? zeros + 1 : 0
    }
  }
}
