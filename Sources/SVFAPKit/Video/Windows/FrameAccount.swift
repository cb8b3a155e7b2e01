import Base

/// What became of every decoded frame; the counts add up.
package struct FrameAccount: Sendable, Equatable {
  /// All frames that the source delivered.
  package var decoded = 0
  /// Frames that at least one window shows to the model.
  package var sampled = 0
  /// Intact frames that lie between sampled ones or between windows.
  package var between = 0
  /// Frames that could not be restored.
  package var damaged = 0
  /// Repeats of a last frame that filled up short clips: not frames of the source.
  package var padded = 0

  package init() {}

  package var addsUp: Bool { decoded == sampled + between + damaged }

  package var json: JSONValue {
    [
      "decoded": .integer(Int64(decoded)), "sampled": .integer(Int64(sampled)), "between": .integer(Int64(between)),
      "damaged": .integer(Int64(damaged)), "padded": .integer(Int64(padded)),
    ]
  }
}
