/// How one kind of row is synced. The catalogue is the only place that knows a table's name (design.md §3).
package struct EntityShape: Hashable, Sendable {
  /// The table, which is also the entity's name on the wire.
  package var name: String
  /// Whether rows have a uuid, or are a pair of two rows.
  package var kind: Kind
  /// Columns that mean nothing on another device and never travel.
  package var localColumns: [String]
  /// The rows that a row hangs on.
  package var parents: [Parent]
  /// What no two rows may share, and what it means when two do.
  package var naturalKeys: [NaturalKey]
  /// Columns that belong together and win or lose together.
  package var columnGroups: [[String]]
  /// The full-text index over the table, where it has one.
  package var fullText: FullTextIndex?
  /// Payload names that some senders use for a column (protocol.md §1, fact 2): name in the payload → column.
  package var payloadNames: [String: String]
  /// Columns in which two makings of one thing differ without being two things, such as a time of creation.
  package var incidentalColumns: [String] = []
  /// The column by which people know a row; without one it is known by its parent.
  package var titleColumn: String? = nil
  /// The columns that every version of the application has had. What a library shows in them was always synced; other
  /// columns may have come later than on other devices.
  package var firstColumns: Set<String> = []
  /// Columns that merge to the greater of two numbers, such as the next number to give out.
  package var greatestColumns: [String] = []
  /// How the rows below one parent are numbered, if the parent keeps the next number.
  package var numbering: Numbering? = nil

  /// Whether rows have a uuid, or are a pair of two rows.
  package enum Kind: Hashable, Sendable {
    /// A row with uuid, version, client_id, last_modified and a soft `deleted`.
    case row
    /// A pair of parents, linked or not; neither uuid nor version in the table.
    case link
  }

  /// A reference to a row of another entity.
  package struct Parent: Hashable, Sendable {
    /// The integer column in the table; device-local.
    package var column: String
    /// The name under which the parent's uuid travels.
    package var wireName: String
    /// The parent's entity.
    package var entity: String
  }

  /// Columns whose values no two rows share. A key with a NULL in it collides with nothing.
  package struct NaturalKey: Hashable, Sendable {
    /// The columns, by their names on the wire.
    package var columns: [String]
    /// Whether upper and lower case (ASCII, as SQLite's NOCASE) are the same.
    package var ignoresCase: Bool
    /// What two rows under one key are.
    package var collision: Collision
    /// Whether a sender that does not name its keys is judged as if it had this one (docs/protocol.md §4, Keys).
    package var isAssumed = true
    /// The text column that becomes `<value>~<uuid of the row>` if the row can keep neither its old key nor its new
    /// one. The text is made from the row, so that every device arrives at the same one.
    package var suffixedColumn: String? = nil

    /// The column that holds a number, if rows that share one are two all the same.
    package var numberColumn: String? {
      if case .nextFree(let column) = collision { column } else { nil }
    }
  }

  /// What two rows under one natural key are (protocol.md §3).
  package enum Collision: Hashable, Sendable {
    /// One thing under two names: the first uuid in the log is canonical.
    case sameThing
    /// One thing under two names if both hang on the same parent, which travels under this name. Else the key is only
    /// unique on the device that made it: the later row gets `<value>~<uuid of the row>` in `suffixedColumn`.
    case sameThingUnder(parent: String)
    /// Two things under one number: other content moves behind the greatest value of the column.
    case nextFree(column: String)
  }

  /// A parent row that keeps the next number for the rows below it.
  package struct Numbering: Hashable, Sendable {
    /// The number in the row.
    package var column: String
    /// The column in the row that names another row below the same parent by its number.
    package var reference: String
    /// The name under which the parent's uuid travels.
    package var parent: String
    /// The parent's column that holds the next number to give out: above every number below it.
    package var next: String
    /// The parent's column that holds the number of the newest row.
    package var latest: String
  }

  /// An FTS5 index with external content. It holds exactly the rows with `deleted = 0`.
  package struct FullTextIndex: Hashable, Sendable {
    /// The virtual table.
    package var table: String
    /// The indexed columns, in the index's order.
    package var columns: [String]
  }

  /// Whether a row is deleted softly, or a link does not stand.
  package func isDeleted(_ document: Document) -> Bool {
    switch kind {
    case .row: document[BookkeepingColumn.deleted] == .integer(1)
    case .link: document[BookkeepingColumn.linked] == .integer(0)
    }
  }

  /// The parent that travels under this name, if there is one.
  package func parent(wireName: String) -> Parent? { parents.first { $0.wireName == wireName } }
}

/// The columns that every row has and that are not the person's data.
package enum BookkeepingColumn {
  /// Names the row on every device.
  package static let uuid = "uuid"
  /// Counted by the hub: a new state's version is the row's version + 1.
  package static let version = "version"
  /// Local: where a document is taken in it becomes the hub's timestamp; not compared between devices.
  package static let lastModified = "last_modified"
  /// The application's client id of the last change that altered the row; follows the winner, never contested.
  package static let clientID = "client_id"
  /// The version before the last change, where the application keeps it: says nothing about a row's content.
  package static let previousVersion = "prev_version"
  /// The row that this one was merged into, where the application keeps it.
  package static let mergeParent = "merge_parent_uuid"
  /// Soft deletion: an ordinary column for merging.
  package static let deleted = "deleted"
  /// In a link's document: whether the link stands.
  package static let linked = "linked"

  /// Columns that are not the person's data and are never merged.
  package static let neverMerged = [uuid, version, lastModified, clientID]
  /// Columns that say nothing of what a person typed.
  package static let nothingTyped = neverMerged + [previousVersion]
}
