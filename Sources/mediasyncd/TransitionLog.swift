import Logging
import SyncCore

/// One log line per transition (promise 8): static words, the figures beside them.
struct TransitionLog {
  let logger: Logger

  func report(_ transition: Transition) {
    switch transition {
    case .inStep(let pushed, let pulled, let attempts):
      let figures: Logger.Metadata = [
        "event": "in-step", "pushed": "\(pushed)", "pulled": "\(pulled)", "attempts": "\(attempts)",
      ]
      if attempts > 0 {
        logger.notice("in step again", metadata: figures)
      } else {
        logger.info("in step", metadata: figures)
      }
    case .waiting(let failure, let wait):
      logger.warning(
        "\(failure.text); trying again",
        metadata: [
          "event": "waiting", "kind": "\(failure.kind.rawValue)", "retry_in_ms": "\(wait.wholeMilliseconds)",
        ])
    case .blocked(let failure):
      logger.error(
        "\(failure.text); nothing is tried until this is resolved (then: mediasyncctl trigger)",
        metadata: ["event": "blocked", "kind": "\(failure.kind.rawValue)"])
    case .quarantined(let count):
      logger.warning(
        "changes were set aside in quarantine", metadata: ["event": "quarantined", "count": "\(count)"])
    case .conflicted(let count):
      logger.notice(
        "values of this device lost to others and are kept as conflicts",
        metadata: ["event": "conflicts", "count": "\(count)"])
    case .passedOver(let count):
      logger.info(
        "log entries of rows that are gone were passed over",
        metadata: ["event": "passed-over", "count": "\(count)"])
    case .rewound:
      logger.notice(
        "the library was restored from an older copy; it goes on under a new incarnation",
        metadata: ["event": "rewound"])
    case .snapshotBegun(let reason): reportBegin(of: reason)
    case .snapshotTaken(let reason, let rows, let requeued):
      logger.notice(
        "the snapshot is taken in",
        metadata: [
          "event": "snapshot-taken", "reason": "\(reason.rawValue)", "rows": "\(rows)",
          "requeued": "\(requeued)",
        ])
    case .pruned(let count):
      logger.info(
        "old answered entries went from the library's log",
        metadata: ["event": "pruned", "count": "\(count)"])
    case .paused(let pause):
      logger.notice(
        "paused",
        metadata: ["event": "paused", "until": "\(pause.until?.description ?? "resumed by someone")"])
    case .resumed: logger.notice("resumed", metadata: ["event": "resumed"])
    }
  }

  private func reportBegin(of reason: SnapshotReason) {
    let metadata: Logger.Metadata = ["event": "snapshot-begun", "reason": "\(reason.rawValue)"]
    switch reason {
    case .hubRestored:
      logger.warning(
        "the hub was restored from an older copy; what it has lost and this library holds is queued again",
        metadata: metadata)
    case .cursorTooOld:
      logger.notice("away for longer than the hub keeps its log; taking a snapshot", metadata: metadata)
    case .asked: logger.notice("starting over from a snapshot, as asked", metadata: metadata)
    }
  }
}
