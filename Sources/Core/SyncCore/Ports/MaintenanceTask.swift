/// Something a person asks for that takes both library and hub, done at the end of a cycle that came in step.
package enum MaintenanceTask: Hashable, Sendable {
  /// Prove that the library holds what the hub holds; with `repairs` fetch what differs (protocol.md §3, digest).
  case verify(repairs: Bool)
  /// Queue the rows that no log entry speaks of and that the hub lacks; a dry run only counts them.
  case adopt(isDryRun: Bool)
  /// Take what the hub holds in columns that this library got later. Nobody asks for it: a cycle does it by itself.
  case fillColumns
  /// Fetch the rows that hang on one that was deleted here for good and came back. Nobody asks for it either.
  case fetchChildren
  /// Start over from a snapshot; unpushed changes stay.
  case resync
  /// Let the log go that the library is in step with, where the hub keeps another, and start over with that one:
  /// whatever the library holds and the hub lacks is queued.
  case join
}

/// A row that is not the same here and at the hub.
package struct Difference: Hashable, Sendable {
  /// In which way.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The hub has it, this library does not.
    case missingHere = "missing_here"
    /// This library has it, the hub has never seen it.
    case missingAtHub = "missing_at_hub"
    /// Both have it, and they say different things.
    case differs
  }
  /// The row.
  package var row: RowName
  /// In which way.
  package var kind: Kind
  /// Takes both.
  package init(row: RowName, kind: Kind) {
    self.row = row
    self.kind = kind
  }
}

/// A row of the hub's that this library keeps beside its tables, because they have no room for it.
package struct WaitingRow: Hashable, Sendable {
  /// The row.
  package var row: RowName
  /// The unique index in the way; `nil` if it waits for its parent.
  package var index: String?
  /// The local row that has the key in that index.
  package var holder: RowName?
  /// Takes every part.
  package init(row: RowName, index: String?, holder: RowName?) {
    self.row = row
    self.index = index
    self.holder = holder
  }
}

/// What an errand found and did.
package struct MaintenanceTaskReport: Hashable, Sendable {
  /// The most differences that are listed one by one; `counts` has them all.
  package static let listedMax = 1000
  /// The position at which both sides were compared, or the snapshot was taken.
  package var at: Position = .start
  /// Rows of this library that took part.
  package var compared = 0
  /// The first differences, at most `listedMax`.
  package var differences: [Difference] = []
  /// How many there are of each kind.
  package var counts: [Difference.Kind: Int] = [:]
  /// Rows that wait for a key or a parent: held, but not in their table. The first of them, at most `listedMax`.
  package var waiting: [WaitingRow] = []
  /// Rows left out because they have changes that the hub has not answered.
  package var unsettled = 0
  /// Rows made what the hub holds.
  package var repaired = 0
  /// Rows queued for the hub, or that would be in a dry run.
  package var queued = 0
  /// Nothing found yet.
  package init() {}

  /// Whether both sides hold the same, as far as they were compared.
  package var isEqual: Bool { counts.values.allSatisfy { $0 == 0 } }
}

/// How an errand ended.
package enum MaintenanceTaskOutcome: Hashable, Sendable {
  /// It was done.
  case done(MaintenanceTaskReport)
  /// It could not be done; `blocked` where nothing is tried again until someone acts.
  case failed(Failure, blocked: Bool)
  /// Syncing is paused.
  case paused
  /// The server does not offer what it takes (layer 1, or an older hub).
  case notOffered
}
