import CFrames

/// Room for a message of the codec.
struct CodecMessage {
  private var bytes = [CChar](repeating: 0, count: Int(CODEC_MESSAGE_SIZE))

  var text: String { String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self) }

  /// Calls a function that takes the place of a message and returns an outcome.
  mutating func fill(_ call: (UnsafeMutablePointer<CChar>?) -> Int32) -> Int32 {
    bytes.withUnsafeMutableBufferPointer { call($0.baseAddress) }
  }
}
