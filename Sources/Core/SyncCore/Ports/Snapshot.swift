/// Why a library is rebuilt from a snapshot (docs/protocol.md §4, Snapshot).
package enum SnapshotReason: String, Hashable, Sendable, CaseIterable {
  /// The hub no longer keeps the log from our cursor on.
  case cursorTooOld = "cursor_too_old"
  /// The hub was restored from an older copy. What it lost of our rows is queued again.
  case hubRestored = "log_rewound"
  /// A person asked for it.
  case asked
  /// A person had the library join another log. What that log lacks of our rows is queued.
  case joined

  /// Whether the hub's history differs from the one that we know. Then our positions mean nothing to it, and
  /// a row that it lacks was never deleted there.
  package var isAnotherPast: Bool { self == .hubRestored || self == .joined }

  /// Whether a person accepts whatever the hub has. A rebuild that the hub asks for may be held.
  package var isConfirmed: Bool { self == .asked || self == .joined }
}

/// The progress of a snapshot. The library stores it, so the snapshot continues after a restart.
package struct SnapshotProgress: Hashable, Sendable {
  /// Why the library is rebuilt.
  package var reason: SnapshotReason
  /// Where the log continues after the snapshot: the header of its first piece.
  package var start: LogCheckpoint
  /// The last row applied; `nil` before the first.
  package var after: RowName?
  /// Rows applied so far.
  package var rows: Int
  /// Rows queued so far because the hub has lost them.
  package var requeued: Int

  /// Takes the reason, the start, and how far the snapshot is.
  package init(reason: SnapshotReason, start: LogCheckpoint, after: RowName?, rows: Int, requeued: Int) {
    self.reason = reason
    self.start = start
    self.after = after
    self.rows = rows
    self.requeued = requeued
  }
}

/// A piece of a snapshot on its way into the library.
package struct SnapshotPiece: Sendable {
  /// One row of the hub's.
  package enum Row: Hashable, Sendable {
    /// The row, with its position.
    case state(ReceivedEntry)
    /// A tombstone: deleted, seen by every device, only the name is left. `owed` lists what the device lost
    /// there and was never told.
    case forgotten(RowName, owed: [AnswerLoss] = [])

    /// The row's name; `nil` if it was unreadable.
    package var name: RowName? {
      switch self {
      case .state(.entry(let entry)): entry.row
      case .state(.malformed(let malformed)): malformed.row
      case .forgotten(let name, _): name
      }
    }
  }
  /// The hub's head when it began this piece.
  package var header: LogCheckpoint
  /// The rows, in the catalogue's order, then by uuid.
  package var rows: [Row]
  /// Whether this is the first piece: the snapshot begins again.
  package var isFirst: Bool
  /// Whether this is the last piece.
  package var isLast: Bool
  /// The library state that the piece was requested for; `nil` if nobody has recorded it.
  package var origin: RequestOrigin?

  /// Takes the rows and their place in the snapshot.
  package init(header: LogCheckpoint, rows: [Row], isFirst: Bool, isLast: Bool) {
    self.header = header
    self.rows = rows
    self.isFirst = isFirst
    self.isLast = isLast
  }
}

/// What applying a piece did.
package struct SnapshotStep: Hashable, Sendable {
  /// Rows written, skipped, parked, quarantined.
  package var applied: PageResult
  /// The snapshot's progress, with totals.
  package var progress: SnapshotProgress
  /// Whether the snapshot is complete.
  package var isComplete: Bool

  /// Takes what this piece did, and the progress after it.
  package init(applied: PageResult, progress: SnapshotProgress, isComplete: Bool) {
    self.applied = applied
    self.progress = progress
    self.isComplete = isComplete
  }
}
