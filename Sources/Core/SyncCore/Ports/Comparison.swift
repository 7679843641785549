/// Names one of the 256 buckets of an entity's rows. A row's bucket is the first byte of its uuid's hash
/// (docs/protocol.md §4, Digest).
package struct BucketName: Hashable, Sendable {
  /// The entity whose rows the bucket holds.
  package var entity: String
  /// The first byte of the hash.
  package var number: UInt8
  /// Takes the entity and the hash byte.
  package init(entity: String, number: UInt8) {
    self.entity = entity
    self.number = number
  }
}

/// The hub's state of one row whose checksum differed.
package struct HubRow: Hashable, Sendable {
  /// What the hub holds.
  package enum State: Hashable, Sendable {
    /// The row, with its position.
    case held(Entry)
    /// A tombstone: the row was deleted so long ago that the hub keeps only its name.
    case forgotten
    /// Nothing: the hub has never seen the row.
    case unknown
  }
  /// The row, under this library's name for it.
  package var row: RowName
  /// What the hub holds of it.
  package var state: State
  /// Takes the row's name and the hub's state of it.
  package init(row: RowName, state: State) {
    self.row = row
    self.state = state
  }
}

/// Why a cycle compares the library with the hub without being asked to.
package enum ComparisonReason: String, Hashable, Sendable {
  /// The application's log lost entries before the daemon sent them. Rows may have edits that no entry
  /// records.
  case logGap = "log_gap"
}

/// How to handle a row that differs.
package enum RepairAction: Hashable, Sendable {
  /// Only report it.
  case none
  /// Replace the row here with the hub's. Local values that are lost become a conflict record.
  case fetch
  /// Copy the hub's values of columns that this library got later, if the columns still hold their default.
  case fill
  /// Copy the hub's row if it is missing here and its parent lacks its children.
  case fetchChildren
  /// Queue the row for a hub that has never seen it.
  case queue
  /// Queue the row as an edit on top of its base, because its log entry is gone. The hub's merge decides.
  case queueEdit
}

/// What the examination of some rows found and did.
package struct ExaminationResult: Hashable, Sendable {
  /// The rows that really differ.
  package var differences: [Difference] = []
  /// The hub's rows that are parked here because they wait for a key or a parent.
  package var waiting: [WaitingRow] = []
  /// Rows that could not be judged: they have unacknowledged changes, or someone wrote them meanwhile.
  package var unsettled = 0
  /// Rows replaced with the hub's state.
  package var repaired = 0
  /// Rows queued for the hub.
  package var queued = 0
  /// Rows that the hub has and this library still lacks.
  package var lacking = 0
  /// Local values that lost and are kept as conflict records.
  package var conflicts = 0
  /// Starts with nothing found.
  package init() {}
}
