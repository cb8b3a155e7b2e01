/// A window and what a model says of it: one row of a timeline.
package struct WindowRecord: Sendable {
  package let window: Window
  /// In the order of the head's outputs; empty if there are none.
  package let readings: [Float]
  /// Index of the most probable class, for heads whose outputs are classes.
  package let winner: Int?
  /// Why there are no readings; nil when there are.
  package let reason: String?

  package var isSuccess: Bool { reason == nil }

  package init(window: Window, readings: [Float], winner: Int?, reason: String?) {
    self.window = window
    self.readings = readings
    self.winner = winner
    self.reason = reason
  }
}
