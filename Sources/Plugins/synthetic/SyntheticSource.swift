import CPluginKit
import CSVFAPPlugin
import PluginKit

// The video source "synthetic": drawn faces that move and change expression, labelled, the same for the same options on
// every machine.

@c @implementation
public func synthetic_source_probe(
  _ host: UnsafePointer<svfap_host>!, _ path: UnsafePointer<CChar>!, _ pathSize: UInt64, _ head: UnsafePointer<UInt8>!, _ headSize: UInt64,
  _ score: UnsafeMutablePointer<Int32>!
) -> svfap_status {
  // A file of such a name is somebody else's.
  score?.pointee = headSize == 0 && String(path, pathSize).hasPrefix(SyntheticOptions.prefix) ? 100 : 0
  return Status.ok
}

@c @implementation
public func synthetic_source_describe(_ host: UnsafePointer<svfap_host>!, _ json: UnsafeMutablePointer<svfap_text>!) -> svfap_status {
  json?.pointee = SyntheticOptions.schema.text
  return Status.ok
}

@c @implementation
public func synthetic_source_open(
  _ host: UnsafePointer<svfap_host>!, _ path: UnsafePointer<CChar>!, _ pathSize: UInt64, _ config: UnsafePointer<CChar>!,
  _ configSize: UInt64, _ reader: UnsafeMutablePointer<OpaquePointer?>!
) -> svfap_status {
  returningStatus { () throws(PluginError) in
    let options = try SyntheticOptions(path: String(path, pathSize), Options(config, configSize))
    reader?.pointee = try SyntheticReader(options).handle()
  }
}
