import CSVFAP

/// The library that this program runs with.
public enum Library {
  /// Its version, such as "1.0.0".
  public static var version: String {
    get throws(SVFAPError) { try text { svfap_version($0, $1, nil, nil, $2) } }
  }

  /// Version of its binary interface. Within a major nothing that exists ever changes.
  public static var interface: (major: Int, minor: Int) {
    get throws(SVFAPError) {
      var (major, minor): (UInt32, UInt32) = (0, 0)
      try call { svfap_version(nil, nil, &major, &minor, $0) }
      return (Int(major), Int(minor))
    }
  }
}
