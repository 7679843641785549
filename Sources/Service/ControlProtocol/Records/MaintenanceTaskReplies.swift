/// The result of the maintenance tasks `verify`, `adopt` and `resync`, as they print it with `--json`.
package struct MaintenanceTaskView: Codable, Hashable, Sendable {
  /// A row that differs between library and hub.
  package struct Difference: Codable, Hashable, Sendable {
    /// The row's entity.
    package var entity: String
    /// The row's uuid.
    package var uuid: String
    /// `missing_here`, `missing_at_hub` or `differs`.
    package var kind: String

    enum CodingKeys: String, CodingKey {
      case entity, kind
      case uuid = "entity_uuid"
    }

    /// - Parameter kind: `missing_here`, `missing_at_hub` or `differs`.
    package init(entity: String, uuid: String, kind: String) {
      self.entity = entity
      self.uuid = uuid
      self.kind = kind
    }
  }

  /// A parked row: a row of the hub that is kept beside the library's tables.
  package struct Waiting: Codable, Hashable, Sendable {
    /// The row's entity.
    package var entity: String
    /// The row's uuid.
    package var uuid: String
    /// The unique index that blocks the row; absent if the row waits for its parent.
    package var index: String?
    /// The uuid of the local row that has the key.
    package var heldBy: String?

    enum CodingKeys: String, CodingKey {
      case entity, index
      case uuid = "entity_uuid"
      case heldBy = "held_by"
    }

    /// - Parameter index: `nil` if the row waits for its parent.
    package init(entity: String, uuid: String, index: String?, heldBy: String?) {
      self.entity = entity
      self.uuid = uuid
      self.index = index
      self.heldBy = heldBy
    }
  }

  /// The number of rows for each kind of difference.
  package struct Counts: Codable, Hashable, Sendable {
    /// Rows that the hub has and this library does not.
    package var missingHere: Int
    /// Rows that this library has and the hub does not.
    package var missingAtHub: Int
    /// Rows that both have, with different values.
    package var differs: Int

    enum CodingKeys: String, CodingKey {
      case differs
      case missingHere = "missing_here"
      case missingAtHub = "missing_at_hub"
    }

    /// Takes the number for each kind.
    package init(missingHere: Int, missingAtHub: Int, differs: Int) {
      self.missingHere = missingHere
      self.missingAtHub = missingAtHub
      self.differs = differs
    }

    /// The sum of all kinds.
    package var total: Int { missingHere + missingAtHub + differs }
  }

  /// `verify`, `adopt` or `resync`.
  package var errand: String
  /// Whether it only reported what it would do.
  package var isDryRun: Bool
  /// The position at which both sides were compared.
  package var at: Int64
  /// The number of this library's rows that were compared.
  package var compared: Int
  /// Whether both sides are equal, as far as they were compared.
  package var isEqual: Bool
  /// The number of rows that differ.
  package var counts: Counts
  /// The first rows that differ.
  package var differences: [Difference]
  /// The first parked rows; absent if there are none, or the daemon is older.
  package var waiting: [Waiting]?
  /// The number of rows left out, because they have unacknowledged changes.
  package var unsettled: Int
  /// The number of rows that were set to the hub's state.
  package var repaired: Int
  /// The number of rows queued for the hub; in a dry run, that would be queued.
  package var queued: Int

  enum CodingKeys: String, CodingKey {
    case errand, at, compared, counts, differences, waiting, unsettled, repaired, queued
    case isDryRun = "dry_run"
    case isEqual = "is_equal"
  }

  /// - Parameter errand: `verify`, `adopt` or `resync`.
  package init(
    errand: String, isDryRun: Bool, at: Int64, compared: Int, isEqual: Bool, counts: Counts,
    differences: [Difference], waiting: [Waiting]? = nil, unsettled: Int, repaired: Int, queued: Int
  ) {
    self.errand = errand
    self.isDryRun = isDryRun
    self.at = at
    self.compared = compared
    self.isEqual = isEqual
    self.counts = counts
    self.differences = differences
    self.waiting = waiting
    self.unsettled = unsettled
    self.repaired = repaired
    self.queued = queued
  }

  /// The exit code of a program that reports this: 1 if `verify` found differences that were not all
  /// repaired.
  package var exitCode: Int32 { errand == "verify" && !isEqual && repaired < counts.total ? 1 : 0 }
}
