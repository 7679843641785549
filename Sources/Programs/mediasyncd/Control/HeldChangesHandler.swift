import ControlProtocol
import SyncCore
import SyncEngine

/// Answers what a person asks and says of changes that are held.
struct HeldChangesHandler {
  func answer(
    _ request: ChangesRequest, _ engine: isolated Engine, _ reply: @escaping @Sendable (ControlReply) -> Void
  ) {
    switch request {
    case .show:
      engine.readRecords({ (library) throws(StoreError) in try library.heldChanges() }) {
        reply(ControlReply($0) { .answer(.changes($0.map { HeldView($0) } ?? HeldView(isHeld: false))) })
      }
    case .accept(let through): end(through, accepts: true, engine, reply)
    case .refuse(let through): end(through, accepts: false, engine, reply)
    }
  }

  private func end(
    _ through: Int64?, accepts: Bool, _ engine: isolated Engine,
    _ reply: @escaping @Sendable (ControlReply) -> Void
  ) {
    engine.endHold(through: through.map { Position($0) }, accepts: accepts) { result in
      reply(ControlReply(orRefused: result) { .answer(.holdEnded(HoldEndedView($0))) })
    }
  }
}

extension HeldView {
  fileprivate init(_ held: HeldChanges) {
    self.init(isHeld: true)
    since = held.since.description
    from = held.from.rawValue
    through = held.through.rawValue
    counts = held.counts.map {
      Count(
        entity: $0.entity, deleted: $0.rows[.deleted] ?? 0, emptied: $0.rows[.emptied] ?? 0,
        folded: $0.rows[.folded] ?? 0)
    }
    clients = held.clients.map { Client(client: $0.name, rows: $0.rows) }
    rows = held.samples.map {
      Row(entity: $0.row.entity, uuid: $0.row.uuid, title: $0.title, taking: $0.removal.rawValue)
    }
  }
}

extension HoldEndedView {
  fileprivate init(_ ended: HoldEnded) {
    self.init(
      isAccepted: ended.isAccepted, through: ended.through.rawValue, rows: ended.rows, queued: ended.queued)
  }
}
