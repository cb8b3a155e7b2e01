import Base
import Data
import Reports

/// What differs between pre-training and fine-tuning: the data, how a batch is trained on, and what is validated.
protocol TrainingTask: AnyObject {
  var trainer: Trainer { get }
  /// The training list.
  var manifest: Manifest { get }
  var maker: any ClipMaker { get }
  /// Positions in the manifest, in the order of an epoch.
  func order(epoch: Int) -> [Int]
  /// Adds a batch's gradients; returns its mean loss.
  func train(_ batch: BatchStream.Batch, cancel: CancelToken?) throws(SVFAPError) -> Double
  /// What the weights are worth on the validation list; nil where there is none.
  func validate(_ context: RunContext) throws(SVFAPError) -> Validation?
  /// Pictures of the model that the run leaves, for the report.
  func pictures(_ model: Model, _ context: RunContext) throws(SVFAPError) -> [PictureGroup]
  /// The evaluation on the test list at the end of the run; nil where there is none.
  func test(_ model: Model, _ context: RunContext) throws(SVFAPError) -> Measurement?
  /// Validations without a better one that end the run; nil for no limit.
  var patience: Int? { get }
  /// Values for the model's card.
  var card: JSONObject { get }
}

/// What a list of videos said of a model, and what became of the videos.
struct Measurement {
  let evaluation: RunReport.Evaluation
  let account: DataAccount
}

/// A validation of the weights as they were at one moment.
struct Validation {
  /// All metrics by name, in order.
  let metrics: [(name: String, value: Double)]
  /// The metric that chooses the best model.
  let monitored: (name: String, value: Double, largerIsBetter: Bool)
  let measurement: Measurement

  /// Whether this one is better than the best before. A value that is no number never is.
  func isBetter(than best: Double?) -> Bool {
    guard monitored.value.isFinite else { return false }
    guard let best else { return true }
    return monitored.largerIsBetter ? monitored.value > best : monitored.value < best
  }
}
