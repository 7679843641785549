import ControlProtocol
import SyncCore
import SyncEngine
import SyncWire

/// Answers what a person asks of records. Texts are cut and compared beside the loop, on the library's queue.
struct RecordHandler {
  typealias Reply = @Sendable (ControlReply) -> Void

  /// Characters of a text that is not asked for whole.
  static let excerptLength = 400
  /// Characters of all the texts of a record together, where they are asked for whole: a reply has a bound.
  static let wholeLength = 3 << 20

  func answer(_ request: ConflictsRequest, _ engine: isolated Engine, _ reply: @escaping Reply) {
    switch request {
    case .list(let after, let limit, let only):
      engine.readRecords({ (library) throws(StoreError) in
        let page = try library.conflicts(after: after, limit: limit, only: only)
        return ConflictList(
          conflicts: page.records.map { ConflictItem($0) }, total: page.total, next: page.next)
      }) { reply(ControlReply($0) { .answer(.conflicts($0)) }) }
    case .show(let id, let full):
      engine.readRecords({ (library) throws(StoreError) in
        try library.conflict(id).map { record in
          let length = full ? Self.wholeLength / max(1, 3 * record.losing.columns.count) : Self.excerptLength
          return ConflictView(record, length: length)
        }
      }) { reply(ControlReply($0) { $0.map { .answer(.conflict($0)) } ?? .none(id) }) }
    case .restore(let id):
      engine.changeRecords({ (library) throws(StoreError) in try library.restoreConflict(id) }) {
        reply(ControlReply(orRefused: $0) { .answer(.restored(RestoredView(id, $0))) })
      }
    case .dismiss(let id):
      engine.changeRecords({ (library) throws(StoreError) in try library.dismissConflict(id) }) {
        reply(ControlReply($0) { $0 ? .answer(.dismissed(id)) : .none(id) })
      }
    case .dismissAll(let only):
      engine.changeRecords({ (library) throws(StoreError) in try library.dismissConflicts(only: only) }) {
        reply(ControlReply($0) { .answer(.dismissedAll($0)) })
      }
    }
  }

  func answer(_ request: QuarantineRequest, _ engine: isolated Engine, _ reply: @escaping Reply) {
    switch request {
    case .list(let after, let limit):
      engine.readRecords({ (library) throws(StoreError) in
        let page = try library.quarantined(after: after, limit: limit)
        return QuarantineList(
          quarantine: page.records.map { QuarantineItem($0) }, total: page.total, next: page.next)
      }) { reply(ControlReply($0) { .answer(.quarantine($0)) }) }
    case .show(let id, let full):
      engine.readRecords({ (library) throws(StoreError) in
        try library.quarantined(id).map {
          QuarantineView(
            item: QuarantineItem($0), entry: $0.entry, length: full ? Self.wholeLength : Self.excerptLength)
        }
      }) { reply(ControlReply($0) { $0.map { .answer(.entry($0)) } ?? .none(id) }) }
    case .retry(let id):
      engine.retryQuarantined(id) { result in
        reply(
          ControlReply(result) { report in
            // One that was named and stays is a request that could not be done.
            if id != nil, report.retried.isEmpty, let left = report.left.first {
              return ControlReply(left.refusal)
            }
            let left = report.left.map { RetryView.Left(id: $0.id, reason: $0.refusal.description) }
            return .answer(.retry(RetryView(retried: report.retried, left: left)))
          })
      }
    case .drop(let id):
      engine.changeRecords({ (library) throws(StoreError) in try library.dropQuarantined(id) }) {
        reply(ControlReply($0) { $0 ? .answer(.dropped(id)) : .none(id) })
      }
    case .dropAll(let entity):
      engine.changeRecords({ (library) throws(StoreError) in try library.dropAllQuarantined(of: entity) }) {
        reply(ControlReply($0) { .answer(.droppedAll($0)) })
      }
    }
  }
}

extension ControlReply {
  /// What came of work on the library, or why it could not be done.
  init<Outcome>(_ result: Result<Outcome, StoreError>, _ success: (Outcome) -> ControlReply) {
    switch result {
    case .success(let outcome): self = success(outcome)
    case .failure(let error):
      self = .error(error.isTemporary ? .temporary : .blocked, error.description)
    }
  }

  /// What came of work that may be refused.
  init<Outcome>(
    orRefused result: Result<Result<Outcome, RecordRefusal>, StoreError>, _ success: (Outcome) -> ControlReply
  ) {
    self.init(result) { outcome in
      switch outcome {
      case .success(let done): success(done)
      case .failure(let refusal): ControlReply(refusal)
      }
    }
  }

  /// A refusal, with the code that scripts tell it by.
  init(_ refusal: RecordRefusal) {
    let code: ControlError.Code =
      switch refusal {
      case .unknown, .nothingHeld: .notFound
      case .notOffered: .notOffered
      case .hubFailed: .temporary
      case .rowGone, .parentGone, .keyTaken, .columnsGone, .unknownEntity, .refusedByLibrary, .namesNoRow,
        .unreadable, .changedHere, .unknownAtHub, .notCounted:
        .refused
      }
    self = .error(code, refusal.description)
  }

  static func none(_ id: Int64) -> ControlReply { ControlReply(.unknown(id: id)) }
}
