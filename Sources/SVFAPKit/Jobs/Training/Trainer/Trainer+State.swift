import Base
import Checkpoints
import Networks

extension Trainer {
  /// Everything of the trainer that a checkpoint holds, as views of its memory.
  var stateTensors: [TensorSource] {
    stateParts.flatMap { part, values in
      parameters.declarations.enumerated().map { index, declaration in
        TensorSource(part.name(declaration.name), shape: declaration.shape, UnsafePointer(values + parameters.offsets[index]))
      }
    }
  }

  /// Takes weights, optimizer and average from a checkpoint.
  ///
  /// - Throws: `format`, `shape`, `notFound` if the checkpoint is not of this run; the trainer is of no use then.
  func restore(_ state: TrainingState, _ counters: TrainingCounters) throws(SVFAPError) {
    for (part, values) in stateParts {
      for (index, declaration) in parameters.declarations.enumerated() {
        try state.read(part.name(declaration.name), shape: declaration.shape, into: values + parameters.offsets[index])
      }
    }
    optimizer.stepCount = counters.steps
    batchCount = counters.totalBatches
    dropGradients()
  }

  private var stateParts: [(StatePart, UnsafeMutablePointer<Float>)] {
    var parts: [(StatePart, UnsafeMutablePointer<Float>)] = [
      (.weights, parameters.storage.pointer), (.firstMoment, optimizer.first.pointer), (.secondMoment, optimizer.second.pointer),
    ]
    if let average { parts.append((.average, average.values.storage.pointer)) }
    return parts
  }
}
