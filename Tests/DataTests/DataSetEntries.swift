import Data

extension DataSetManifests {
  subscript(name: String) -> [ManifestEntry] { manifests.first { $0.name == name }.map(Array.init) ?? [] }
}
