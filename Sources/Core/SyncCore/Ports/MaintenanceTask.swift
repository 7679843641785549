/// A maintenance task that needs both the library and the hub. It runs at the end of a cycle that reached
/// sync.
package enum MaintenanceTask: Hashable, Sendable {
  /// Check that library and hub hold the same rows. With `repairs`, fetch what differs (docs/protocol.md §4,
  /// Digest).
  case verify(repairs: Bool)
  /// Queue the rows that no log entry mentions and that the hub lacks. A dry run only counts them.
  case adopt(isDryRun: Bool)
  /// Copy the hub's values of columns that this library got later. A cycle starts this itself.
  case fillColumns
  /// Fetch the children of a row that the application deleted for good and that came back. A cycle starts
  /// this itself.
  case fetchChildren
  /// Rebuild the library from a snapshot. Unacknowledged changes stay.
  case resync
  /// Leave the log that the library syncs with, join the hub's other log, and rebuild from its snapshot.
  /// Everything that the library holds and the hub lacks is queued.
  case join
}

/// A row that differs between this library and the hub.
package struct Difference: Hashable, Sendable {
  /// How the row differs.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The hub has the row, this library does not.
    case missingHere = "missing_here"
    /// This library has the row, the hub has never seen it.
    case missingAtHub = "missing_at_hub"
    /// Both have the row, with different values.
    case differs
  }
  /// The row.
  package var row: RowName
  /// How the row differs.
  package var kind: Kind
  /// Takes the row and how it differs.
  package init(row: RowName, kind: Kind) {
    self.row = row
    self.kind = kind
  }
}

/// A row of the hub's that is parked here, beside the tables, because the tables cannot hold it yet.
package struct WaitingRow: Hashable, Sendable {
  /// The row.
  package var row: RowName
  /// The unique index that blocks the row; `nil` if the row waits for its parent.
  package var index: String?
  /// The local row that holds the key in that index.
  package var holder: RowName?
  /// Takes the row, and what blocks it.
  package init(row: RowName, index: String?, holder: RowName?) {
    self.row = row
    self.index = index
    self.holder = holder
  }
}

/// What a maintenance task found and did.
package struct MaintenanceTaskReport: Hashable, Sendable {
  /// The most differences that are listed individually; `counts` covers all of them.
  package static let listedMax = 1000
  /// The position of the comparison, or of the snapshot.
  package var at: Position = .start
  /// Rows of this library that were compared.
  package var compared = 0
  /// The first differences, at most `listedMax`.
  package var differences: [Difference] = []
  /// The number of differences of each kind.
  package var counts: [Difference.Kind: Int] = [:]
  /// The first parked rows, at most `listedMax`. They wait for a key or a parent: this library holds them,
  /// but not in their table.
  package var waiting: [WaitingRow] = []
  /// Rows left out because they have unacknowledged changes.
  package var unsettled = 0
  /// Rows replaced with the hub's state.
  package var repaired = 0
  /// Rows queued for the hub; in a dry run, rows that would be queued.
  package var queued = 0
  /// Starts with nothing found.
  package init() {}

  /// Whether both sides hold the same, as far as the task compared them.
  package var isEqual: Bool { counts.values.allSatisfy { $0 == 0 } }
}

/// How a maintenance task ended.
package enum MaintenanceTaskOutcome: Hashable, Sendable {
  /// It ran to its end.
  case done(MaintenanceTaskReport)
  /// It failed. `blocked` is true if nothing is retried until someone acts.
  case failed(Failure, blocked: Bool)
  /// Syncing is paused.
  case paused
  /// The server lacks a feature that the task needs (layer 1, or an older hub).
  case notOffered
}
