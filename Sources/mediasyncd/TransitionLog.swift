import ControlProtocol
import Journal
import Logging
import Messages
import SyncCore

/// One log line per transition (promise 8): the words of the table, the figures beside them.
struct TransitionLog {
  let logger: Logger

  func report(_ transition: Transition) {
    switch transition {
    case .inStep(let pushed, let pulled, let attempts):
      logger.record(
        attempts > 0 ? .recovered : .inStep,
        fields: ["pushed": count(pushed), "pulled": count(pulled), "attempts": count(attempts)])
    case .waiting(let failure, let wait):
      logger.record(
        .waiting, "\(failure.text); trying again", cause: failure.message,
        fields: ["retry_in_ms": .stringConvertible(wait.wholeMilliseconds)])
    case .blocked(let failure):
      logger.record(
        .blocked, "\(failure.text); nothing is tried until this is resolved (then: mediasyncctl trigger)",
        cause: failure.message)
    case .quarantined(let number): logger.record(.quarantined, fields: ["count": count(number)])
    case .conflicted(let number): logger.record(.conflicts, fields: ["count": count(number)])
    case .passedOver(let number): logger.record(.passedOver, fields: ["count": count(number)])
    case .rewound: logger.record(.rewound)
    case .snapshotBegun(let reason):
      let cause = Message.of(.snapshot, reason.rawValue)
      logger.record(.snapshotBegun, cause.map { "starting over from a snapshot: \($0.line)" }, cause: cause)
    case .snapshotTaken(let reason, let rows, let requeued):
      logger.record(
        .snapshotTaken,
        fields: ["reason": "\(reason.rawValue)", "rows": count(rows), "requeued": count(requeued)])
    case .pruned(let number): logger.record(.pruned, fields: ["count": count(number)])
    case .paused(let pause):
      logger.record(.paused, fields: ["until": "\(pause.until?.description ?? "resumed by someone")"])
    case .resumed: logger.record(.resumed)
    }
  }

  /// What status says now, for who wants to follow every step (`log-level debug`).
  func told(_ status: Status) {
    logger.debug(
      "status",
      metadata: [
        "state": "\(status.state.rawValue)", "pending": .stringConvertible(status.pendingLocal),
        "position": .stringConvertible(status.pulledCursor), "head": .stringConvertible(status.hubHead ?? 0),
      ])
  }

  private func count(_ number: Int) -> Logger.Metadata.Value { .stringConvertible(number) }
}

extension Failure {
  /// The words of its kind.
  fileprivate var message: Message? { Message.of(.failure, kind.rawValue) }
}
