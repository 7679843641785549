/// Why a library starts over from a snapshot (protocol.md §3, Snapshot and A restored hub).
package enum SnapshotReason: String, Hashable, Sendable, CaseIterable {
  /// The hub no longer keeps the log from our cursor on.
  case cursorTooOld = "cursor_too_old"
  /// The hub was restored from an older copy: what it has lost of what we hold is queued again.
  case hubRestored = "log_rewound"
  /// A person asked for it.
  case asked
  /// A person had the library join another log: what that log lacks of what we hold is queued.
  case joined

  /// Whether the hub's past is another than the one that we know: no position of ours means anything to it, and what
  /// it lacks was never deleted there.
  package var isAnotherPast: Bool { self == .hubRestored || self == .joined }

  /// Whether a person wants whatever the hub has. A rebuild that the hub asks for may be held.
  package var isConfirmed: Bool { self == .asked || self == .joined }
}

/// A snapshot that is being taken in; kept in the library, so that it goes on after a restart.
package struct SnapshotProgress: Hashable, Sendable {
  /// Why.
  package var reason: SnapshotReason
  /// Where the log goes on behind the snapshot: its first header.
  package var start: LogCheckpoint
  /// The last row taken in, `nil` before the first.
  package var after: RowName?
  /// Rows taken in so far.
  package var rows: Int
  /// Rows queued for the hub so far, because it has lost them.
  package var requeued: Int

  /// Takes every part.
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
    /// The row as it is, at the position that it stands at.
    case state(ReceivedEntry)
    /// Deleted, seen by everyone, and forgotten: only the name is left, and what the device lost there untold.
    case forgotten(RowName, owed: [AnswerLoss] = [])

    /// The row's name, where it could be read.
    package var name: RowName? {
      switch self {
      case .state(.entry(let entry)): entry.row
      case .state(.malformed(let malformed)): malformed.row
      case .forgotten(let name, _): name
      }
    }
  }
  /// The head when the hub began this piece.
  package var header: LogCheckpoint
  /// The rows, in the catalogue's order, then by uuid.
  package var rows: [Row]
  /// Whether this is the first piece: the snapshot begins anew.
  package var isFirst: Bool
  /// Whether this is the last piece.
  package var isLast: Bool
  /// The library that it was asked for; `nil` if nobody has noted it.
  package var origin: RequestOrigin?

  /// Takes every part.
  package init(header: LogCheckpoint, rows: [Row], isFirst: Bool, isLast: Bool) {
    self.header = header
    self.rows = rows
    self.isFirst = isFirst
    self.isLast = isLast
  }
}

/// What taking a piece in did.
package struct SnapshotStep: Hashable, Sendable {
  /// Rows written, skipped, parked, set aside.
  package var applied: PageResult
  /// How far the snapshot is, with its totals.
  package var progress: SnapshotProgress
  /// Whether this was its end.
  package var isComplete: Bool

  /// Takes every part.
  package init(applied: PageResult, progress: SnapshotProgress, isComplete: Bool) {
    self.applied = applied
    self.progress = progress
    self.isComplete = isComplete
  }
}
