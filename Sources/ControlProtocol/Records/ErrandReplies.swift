/// What `verify`, `adopt` or `resync` found and did: what they print with `--json`.
package struct ErrandView: Codable, Hashable, Sendable {
  /// A row that is not the same here and at the hub.
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

    /// Takes every part.
    package init(entity: String, uuid: String, kind: String) {
      self.entity = entity
      self.uuid = uuid
      self.kind = kind
    }
  }

  /// A row of the hub's that waits beside the library's tables.
  package struct Waiting: Codable, Hashable, Sendable {
    /// The row's entity.
    package var entity: String
    /// The row's uuid.
    package var uuid: String
    /// The unique index in the way; absent if the row waits for its parent.
    package var index: String?
    /// The uuid of the local row that has the key.
    package var heldBy: String?

    enum CodingKeys: String, CodingKey {
      case entity, index
      case uuid = "entity_uuid"
      case heldBy = "held_by"
    }

    /// Takes every part.
    package init(entity: String, uuid: String, index: String?, heldBy: String?) {
      self.entity = entity
      self.uuid = uuid
      self.index = index
      self.heldBy = heldBy
    }
  }

  /// How many rows there are of each kind of difference.
  package struct Counts: Codable, Hashable, Sendable {
    /// The hub has it, this library does not.
    package var missingHere: Int
    /// This library has it, the hub does not.
    package var missingAtHub: Int
    /// Both have it, and they say different things.
    package var differs: Int

    enum CodingKeys: String, CodingKey {
      case differs
      case missingHere = "missing_here"
      case missingAtHub = "missing_at_hub"
    }

    /// Takes every count.
    package init(missingHere: Int, missingAtHub: Int, differs: Int) {
      self.missingHere = missingHere
      self.missingAtHub = missingAtHub
      self.differs = differs
    }

    /// All of them.
    package var total: Int { missingHere + missingAtHub + differs }
  }

  /// `verify`, `adopt` or `resync`.
  package var errand: String
  /// Whether it only said what would happen.
  package var isDryRun: Bool
  /// The position at which both sides were compared.
  package var at: Int64
  /// Rows of this library that took part.
  package var compared: Int
  /// Whether both sides hold the same, as far as they were compared.
  package var isEqual: Bool
  /// How many rows are not the same.
  package var counts: Counts
  /// The first of them.
  package var differences: [Difference]
  /// The first rows that wait for a key or a parent; absent if there are none, or the daemon is older.
  package var waiting: [Waiting]?
  /// Rows left out, because they have changes that the hub has not answered.
  package var unsettled: Int
  /// Rows made what the hub holds.
  package var repaired: Int
  /// Rows queued for the hub, or that would be.
  package var queued: Int

  enum CodingKeys: String, CodingKey {
    case errand, at, compared, counts, differences, waiting, unsettled, repaired, queued
    case isDryRun = "dry_run"
    case isEqual = "is_equal"
  }

  /// Takes every part.
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

  /// The exit code of a program that reports this: 1 where the two sides are not the same and were not made so.
  package var exitCode: Int32 { errand == "verify" && !isEqual && repaired < counts.total ? 1 : 0 }
}
