import ControlProtocol
import SyncCore
import SyncEngine

/// Runs a maintenance task that a person asks for, and answers with its result.
struct MaintenanceTaskHandler {
  func answer(
    _ request: MaintenanceTaskRequest, _ engine: isolated Engine,
    _ reply: @escaping @Sendable (ControlReply) -> Void
  ) {
    engine.run(MaintenanceTask(request)) { outcome in
      switch outcome {
      case .done(let report): reply(.answer(.task(MaintenanceTaskView(request, report))))
      case .failed(let failure, let isBlocked):
        reply(
          .error(
            failure.kind == .credentials ? .credentials : isBlocked ? .blocked : .temporary, failure.text))
      case .paused: reply(.error(.temporary, "syncing is paused; run mediasyncctl resume, then ask again"))
      case .notOffered:
        reply(.error(.notOffered, "this server does not support it; it needs a mediasync hub"))
      }
    }
  }
}

extension MaintenanceTask {
  fileprivate init(_ request: MaintenanceTaskRequest) {
    switch request {
    case .verify(let repair): self = .verify(repairs: repair)
    case .adopt(let dryRun): self = .adopt(isDryRun: dryRun)
    case .resync(let join): self = join ? .join : .resync
    }
  }
}

extension MaintenanceTaskView {
  fileprivate init(_ request: MaintenanceTaskRequest, _ report: MaintenanceTaskReport) {
    let name: String
    var isDryRun = false
    switch request {
    case .verify: name = "verify"
    case .adopt(let dryRun): (name, isDryRun) = ("adopt", dryRun)
    case .resync: name = "resync"
    }
    self.init(
      errand: name, isDryRun: isDryRun, at: report.at.rawValue, compared: report.compared,
      isEqual: report.isEqual,
      counts: Counts(
        missingHere: report.counts[.missingHere] ?? 0, missingAtHub: report.counts[.missingAtHub] ?? 0,
        differs: report.counts[.differs] ?? 0),
      differences: report.differences.map {
        Difference(entity: $0.row.entity, uuid: $0.row.uuid, kind: $0.kind.rawValue)
      },
      waiting: report.waiting.isEmpty
        ? nil
        : report.waiting.map {
          Waiting(entity: $0.row.entity, uuid: $0.row.uuid, index: $0.index, heldBy: $0.holder?.uuid)
        }, unsettled: report.unsettled, repaired: report.repaired, queued: report.queued)
  }
}
