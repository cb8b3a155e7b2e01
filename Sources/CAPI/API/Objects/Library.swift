import Base
import CSVFAP

/// Version of the library.
enum Version {
  static let text = OwnedText("0.1.0")
}

@c @implementation
public func svfap_version(
  _ text: UnsafeMutablePointer<UnsafePointer<CChar>?>!, _ size: UnsafeMutablePointer<UInt64>!, _ major: UnsafeMutablePointer<UInt32>!,
  _ minor: UnsafeMutablePointer<UInt32>!, _ error: ErrorOut
) -> svfap_status {
  call(error) { () throws(SVFAPError) in
    Version.text.hand(text, size)
    major?.pointee = UInt32(SVFAP_ABI_MAJOR)
    minor?.pointee = UInt32(SVFAP_ABI_MINOR)
  }
}
