/// Values of this device that lost to another's, kept until a person restores or dismisses them
/// (docs/promises.md, promise 3).
package struct ConflictRecord: Hashable, Sendable {
  /// What a list shows of the record.
  package var summary: ConflictSummary
  /// The values that lost.
  package var losing: Document
  /// The values that won at the time.
  package var winning: Document
  /// The row's values now; `nil` if the row is no longer here.
  package var present: Document?

  /// Takes the summary and the values.
  package init(summary: ConflictSummary, losing: Document, winning: Document, present: Document?) {
    self.summary = summary
    self.losing = losing
    self.winning = winning
    self.present = present
  }
}

/// A conflict record in one line.
package struct ConflictSummary: Hashable, Identifiable, Sendable {
  /// The record's number, never reused.
  package var id: Int64
  /// The row, by the hub's name for it.
  package var row: RowName
  /// The title that people know the row by, shortened; `nil` if the row is not here or has no title column.
  package var title: String?
  /// The columns whose values lost, by name.
  package var columns: [String]
  /// The application's client id in the change that won; `nil` if the hub did not say.
  package var winner: String?
  /// When the hub decided, by its clock; `nil` if it did not say.
  package var decided: String?
  /// The hub's position of the row that won.
  package var position: Position?
  /// When the record was made, by this device's clock.
  package var since: String

  /// Takes every field.
  package init(
    id: Int64, row: RowName, title: String?, columns: [String], winner: String?, decided: String?,
    position: Position?, since: String
  ) {
    self.id = id
    self.row = row
    self.title = title
    self.columns = columns
    self.winner = winner
    self.decided = decided
    self.position = position
    self.since = since
  }
}

/// A quarantined entry, with the reason (docs/promises.md, promise 5).
package struct QuarantineRecord: Hashable, Identifiable, Sendable {
  /// The direction that the entry travelled in.
  package enum Direction: String, Hashable, Sendable, CaseIterable {
    /// From this library to the hub.
    case push
    /// From the hub into this library.
    case pull
  }
  /// The record's number, never reused.
  package var id: Int64
  /// The direction that the entry travelled in.
  package var direction: Direction
  /// Its `sync_log.change_id`, or its position at the hub.
  package var number: Int64?
  /// The row that it names; `nil` if that was unreadable.
  package var row: RowName?
  /// The title that people know the row by, shortened.
  package var title: String?
  /// The stable code of the reason.
  package var code: String
  /// The reason, in the words of whoever refused it.
  package var reason: String
  /// The entry as JSON text; empty in a list.
  package var entry: String
  /// When it was quarantined, by this device's clock.
  package var since: String

  /// Takes every field.
  package init(
    id: Int64, direction: Direction, number: Int64?, row: RowName?, title: String?, code: String,
    reason: String, entry: String, since: String
  ) {
    self.id = id
    self.direction = direction
    self.number = number
    self.row = row
    self.title = title
    self.code = code
    self.reason = reason
    self.entry = entry
    self.since = since
  }
}

/// One page of a list of records, in the order of their numbers.
package struct RecordPage<Record: Sendable>: Sendable {
  /// The records.
  package var records: [Record]
  /// The number of records in the whole list.
  package var total: Int
  /// The number to continue after; `nil` at the end.
  package var next: Int64?

  /// Takes the records, the total, and where to continue.
  package init(records: [Record], total: Int, next: Int64?) {
    self.records = records
    self.total = total
    self.next = next
  }
}

extension RecordPage where Record: Identifiable, Record.ID == Int64 {
  /// Takes the result of a query for one record more than the limit.
  package init(found: [Record], limit: Int, total: Int64) {
    self.init(
      records: Array(found.prefix(limit)), total: Int(total),
      next: found.count > limit ? found[limit - 1].id : nil)
  }
}

extension RecordPage: Equatable where Record: Equatable {}

/// Texts of a row that were written here and that a remote document has replaced. They did not lose in a
/// merge, and nobody needs to act on them.
package struct HistoryRecord: Hashable, Identifiable, Sendable {
  /// The record's number, never reused.
  package var id: Int64
  /// The row.
  package var row: RowName
  /// The title that people know the row by, shortened.
  package var title: String?
  /// The columns, by name.
  package var columns: [String]
  /// Their old texts; empty in a list.
  package var texts: Document
  /// The client that wrote the replacement, as the hub names it.
  package var client: String?
  /// The hub's position of the replacement.
  package var position: Position?
  /// When it arrived here, by this device's clock.
  package var replaced: Instant
  /// The row's values now; `nil` in a list, and if the row is no longer here.
  package var present: Document?

  /// Takes what the library stores.
  package init(
    id: Int64, row: RowName, columns: [String], texts: Document, client: String?, position: Position?,
    replaced: Instant
  ) {
    self.id = id
    self.row = row
    self.columns = columns
    self.texts = texts
    self.client = client
    self.position = position
    self.replaced = replaced
  }
}
