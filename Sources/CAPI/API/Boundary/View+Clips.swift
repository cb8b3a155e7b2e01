import Base
import CSVFAP
import Networks

extension CheckedView {
  /// Most clips of one call: a view may repeat one clip for ever, results may not.
  static let clipLimit = 1 << 16

  /// Normalised clips (b, 3, t, h, w) float32 of the sizes of a model.
  ///
  /// - Throws: `shape`; `limit` for more than `clipLimit` clips.
  static func clips(_ video: UnsafePointer<svfap_view>?, _ configuration: ModelConfiguration) throws(SVFAPError) -> CheckedView {
    let view = try CheckedView(video, dtype: Int32(SVFAP_FLOAT32), dimensions: 5, "video")
    try view.expect([view.shape[0]] + configuration.clipShape)
    guard view.shape[0] <= clipLimit else {
      throw SVFAPError(.limit, "video: \(view.shape[0]) clips; at most \(clipLimit) are taken in one call", detail: ["where": "video"])
    }
    return view
  }

  /// A mask (b, n) bool, true = masked.
  static func mask(_ mask: UnsafePointer<svfap_view>?, clips: Int, _ configuration: ModelConfiguration) throws(SVFAPError) -> TubeMask {
    let view = try CheckedView(mask, dtype: Int32(SVFAP_BOOL8), dimensions: 2, "mask")
    try view.expect([clips, configuration.tokens])
    return try TubeMask(view.bools, clips: clips, configuration)
  }

  /// - Throws: `shape` that names both shapes.
  func expect(_ expected: [Int]) throws(SVFAPError) {
    guard shape != expected else { return }
    let texts = [expected, shape].map { "(\($0.map(String.init).joined(separator: ", ")))" }
    throw SVFAPError(
      .shape, "\(name): expected \(texts[0]), found \(texts[1])", detail: ["where": "\(name)", "expected": texts[0], "found": texts[1]])
  }
}
