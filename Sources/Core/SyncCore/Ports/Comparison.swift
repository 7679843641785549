/// A bucket of an entity's rows: those whose uuid's hash begins with one byte (docs/protocol.md §4, digest).
package struct BucketName: Hashable, Sendable {
  /// The entity.
  package var entity: String
  /// The byte.
  package var number: UInt8
  /// Takes both.
  package init(entity: String, number: UInt8) {
    self.entity = entity
    self.number = number
  }
}

/// What the hub says of one row that seemed to differ.
package struct HubRow: Hashable, Sendable {
  /// What the hub holds.
  package enum State: Hashable, Sendable {
    /// The row, at the position that it stands at.
    case held(Entry)
    /// Deleted so long ago that only the name is left.
    case forgotten
    /// Nothing: it has never seen the row.
    case unknown
  }
  /// The row, by the name that this library knows it under.
  package var row: RowName
  /// What the hub holds.
  package var state: State
  /// Takes both.
  package init(row: RowName, state: State) {
    self.row = row
    self.state = state
  }
}

/// Why the cycle itself compares the library with the hub.
package enum ComparisonReason: String, Hashable, Sendable {
  /// Entries of the application's log are gone that were still to be sent: rows may have been edited that no entry
  /// tells of.
  case logGap = "log_gap"
}

/// What to do about a row that differs.
package enum RepairAction: Hashable, Sendable {
  /// Only say so.
  case none
  /// Make the row here what the hub holds; what is lost by that is kept as a conflict record.
  case fetch
  /// Take what the hub holds in columns that this library got later, where they still show their default.
  case fill
  /// Make the row here what the hub holds if it is missing and hangs on a row that lacks its children.
  case fetchChildren
  /// Queue the row for a hub that has never seen it.
  case queue
  /// Queue the row as an edit, from where it stands: its entry in the log is gone. The hub's merge decides.
  case queueEdit
}

/// What looking at some rows closely found and did.
package struct ExaminationResult: Hashable, Sendable {
  /// The rows that do differ.
  package var differences: [Difference] = []
  /// Rows of the hub's that wait here for a key or a parent.
  package var waiting: [WaitingRow] = []
  /// Rows that say nothing yet: unanswered, or written by others meanwhile.
  package var unsettled = 0
  /// Rows made what the hub holds.
  package var repaired = 0
  /// Rows queued.
  package var queued = 0
  /// Rows that the hub has and this library still lacks.
  package var lacking = 0
  /// Values of this library that gave way and are kept.
  package var conflicts = 0
  /// Nothing found yet.
  package init() {}
}
