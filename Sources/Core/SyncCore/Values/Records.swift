/// Values of this device that lost to another's, kept until a person restores or dismisses them (promise 3).
package struct ConflictRecord: Hashable, Sendable {
  /// What a list says of it.
  package var summary: ConflictSummary
  /// The values that lost.
  package var losing: Document
  /// What stood in their place when they lost.
  package var winning: Document
  /// What the row says now; `nil` where it is not here any more.
  package var present: Document?

  /// Takes every part.
  package init(summary: ConflictSummary, losing: Document, winning: Document, present: Document?) {
    self.summary = summary
    self.losing = losing
    self.winning = winning
    self.present = present
  }
}

/// A conflict record in a line.
package struct ConflictSummary: Hashable, Identifiable, Sendable {
  /// The record's number, never used again.
  package var id: Int64
  /// The row, by the hub's name for it.
  package var row: RowName
  /// What people call the row, cut short; `nil` where it is not here or has no such column.
  package var title: String?
  /// The columns whose values lost, by name.
  package var columns: [String]
  /// The application's client id of the change that won; `nil` where nobody said.
  package var winner: String?
  /// When it was decided, by the hub's clock; `nil` where nobody said.
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

/// An entry that was set aside, with the reason (promise 5).
package struct QuarantineRecord: Hashable, Identifiable, Sendable {
  /// Where the entry was going.
  package enum Direction: String, Hashable, Sendable, CaseIterable {
    /// From this library to the hub.
    case push
    /// From the hub into this library.
    case pull
  }
  /// The record's number, never used again.
  package var id: Int64
  /// Where the entry was going.
  package var direction: Direction
  /// Its `sync_log.change_id`, or its position at the hub.
  package var number: Int64?
  /// The row that it speaks of, where that much could be read.
  package var row: RowName?
  /// What people call the row, cut short.
  package var title: String?
  /// The stable code of the reason.
  package var code: String
  /// The reason, as whoever refused it said it.
  package var reason: String
  /// The entry as JSON text; empty in a list.
  package var entry: String
  /// When it was set aside, by this device's clock.
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

/// A piece of a list of records, in the order of their numbers.
package struct RecordPage<Record: Sendable>: Sendable {
  /// The records.
  package var records: [Record]
  /// How many there are in all.
  package var total: Int
  /// The number to go on after, `nil` at the end.
  package var next: Int64?

  /// Takes every part.
  package init(records: [Record], total: Int, next: Int64?) {
    self.records = records
    self.total = total
    self.next = next
  }
}

extension RecordPage where Record: Identifiable, Record.ID == Int64 {
  /// Takes what was found by asking for one record more than there may be.
  package init(found: [Record], limit: Int, total: Int64) {
    self.init(
      records: Array(found.prefix(limit)), total: Int(total),
      next: found.count > limit ? found[limit - 1].id : nil)
  }
}

extension RecordPage: Equatable where Record: Equatable {}

/// Texts of a row that was written here, which a document from elsewhere has replaced. Nothing lost in a merge, and nobody
/// needs to do anything about it.
package struct HistoryRecord: Hashable, Identifiable, Sendable {
  /// The record's number, never used again.
  package var id: Int64
  /// The row.
  package var row: RowName
  /// What people call the row, cut short.
  package var title: String?
  /// The columns, by name.
  package var columns: [String]
  /// What they said; empty in a list.
  package var texts: Document
  /// The client that the replacement came from, as the hub names it.
  package var client: String?
  /// The hub's position of the replacement.
  package var position: Position?
  /// When it came here, by this device's clock.
  package var replaced: Instant
  /// What the row says now; `nil` where it is not here any more, and in a list.
  package var present: Document?

  /// Takes what is kept.
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
