/// How one kind of row is synced. Only the catalogue knows table names (docs/architecture.md, SyncCore).
package struct EntityShape: Hashable, Sendable {
  /// The table, which is also the entity's name on the wire.
  package var name: String
  /// Whether an entity's rows have a uuid or are pairs of two other rows.
  package var kind: Kind
  /// Columns that mean nothing on another device and never travel.
  package var localColumns: [String]
  /// The rows that a row belongs to.
  package var parents: [Parent]
  /// The values that no two rows may share, and what two rows that share one are.
  package var naturalKeys: [NaturalKey]
  /// Groups of columns that win or lose a merge together.
  package var columnGroups: [[String]]
  /// The full-text index over the table, if it has one.
  package var fullText: FullTextIndex?
  /// Other names that some senders use for a column (docs/protocol.md §1, fact 2): payload name → column.
  package var payloadNames: [String: String]
  /// Columns that may differ between two copies of the same thing, such as a time of creation.
  package var incidentalColumns: [String] = []
  /// The column by which people recognise a row. A row without one is named by its parent.
  package var titleColumn: String? = nil
  /// The columns that every version of the application has had, and whose values were therefore always
  /// synced. A device may have got any other column later than other devices.
  package var firstColumns: Set<String> = []
  /// Columns that merge to the greater of two numbers, such as the next number to assign.
  package var greatestColumns: [String] = []
  /// How the rows below one parent are numbered, if the parent keeps the next number.
  package var numbering: Numbering? = nil

  /// Whether an entity's rows have a uuid or are pairs of two other rows.
  package enum Kind: Hashable, Sendable {
    /// A row with uuid, version, client_id, last_modified and a soft `deleted`.
    case row
    /// A pair of parents, linked or not. The table has neither a uuid nor a version.
    case link
  }

  /// A reference to a row of another entity.
  package struct Parent: Hashable, Sendable {
    /// The integer column in the table. Its values are device-local.
    package var column: String
    /// The name under which the parent's uuid is sent.
    package var wireName: String
    /// The parent's entity.
    package var entity: String
  }

  /// Columns whose values no two rows share. A key that contains NULL collides with nothing.
  package struct NaturalKey: Hashable, Sendable {
    /// The columns, by their names on the wire.
    package var columns: [String]
    /// Whether upper and lower case (ASCII, as SQLite's NOCASE) are the same.
    package var ignoresCase: Bool
    /// What two rows under one key are.
    package var collision: Collision
    /// Whether a sender that does not name its keys is assumed to have this one (docs/protocol.md §4, Keys).
    package var isAssumed = true
    /// The text column that becomes `<value>~<uuid of the row>` if the row can keep neither its old key nor
    /// its new one. The text is made from the row, so every device computes the same text.
    package var suffixedColumn: String? = nil

    /// The number column, if rows that share a number are still two rows.
    package var numberColumn: String? {
      if case .nextFree(let column) = collision { column } else { nil }
    }
  }

  /// What two rows with the same natural key are (docs/protocol.md §3).
  package enum Collision: Hashable, Sendable {
    /// One thing under two names: the first uuid in the log is canonical.
    case sameThing
    /// One thing under two names if both have the same parent in the column `parent`. Otherwise the key is
    /// unique only on the device that made it, and the later row gets `<value>~<uuid of the row>` in
    /// `suffixedColumn`.
    case sameThingUnder(parent: String)
    /// Two things under one number: if the content differs, the later row gets the number after the column's
    /// greatest value.
    case nextFree(column: String)
  }

  /// How a parent row keeps the next number for the rows below it.
  package struct Numbering: Hashable, Sendable {
    /// The column that holds a row's own number.
    package var column: String
    /// The column that refers to another row below the same parent by its number.
    package var reference: String
    /// The name under which the parent's uuid is sent.
    package var parent: String
    /// The parent's column that holds the next number to assign. It is greater than every number below the
    /// parent.
    package var next: String
    /// The parent's column that holds the number of the newest row.
    package var latest: String
  }

  /// An FTS5 index with external content. It contains exactly the rows with `deleted = 0`.
  package struct FullTextIndex: Hashable, Sendable {
    /// The virtual table.
    package var table: String
    /// The indexed columns, in the index's order.
    package var columns: [String]
  }

  /// Whether a document says that its row is softly deleted, or that its link does not exist.
  package func isDeleted(_ document: Document) -> Bool {
    switch kind {
    case .row: document[BookkeepingColumn.deleted] == .integer(1)
    case .link: document[BookkeepingColumn.linked] == .integer(0)
    }
  }

  /// The parent whose uuid is sent under this name; `nil` if there is none.
  package func parent(wireName: String) -> Parent? { parents.first { $0.wireName == wireName } }
}

/// The columns that every row has and that hold no user data.
package enum BookkeepingColumn {
  /// Identifies the row on every device.
  package static let uuid = "uuid"
  /// Set by the hub: a new state's version is the row's version + 1.
  package static let version = "version"
  /// Local: a device sets it to the hub's timestamp when it applies a document. It is not compared between
  /// devices.
  package static let lastModified = "last_modified"
  /// The application's client id of the last change that altered the row. It follows the winner and is never
  /// contested.
  package static let clientID = "client_id"
  /// The version before the last change, if the application keeps it. It says nothing about the row's
  /// content.
  package static let previousVersion = "prev_version"
  /// The row that this one was merged into, if the application keeps it.
  package static let mergeParent = "merge_parent_uuid"
  /// Marks a soft deletion. It merges like any ordinary column.
  package static let deleted = "deleted"
  /// In a link's document: whether the link exists.
  package static let linked = "linked"

  /// Columns that hold no user data and are never merged.
  package static let neverMerged = [uuid, version, lastModified, clientID]
  /// Columns that hold nothing that a person typed.
  package static let nothingTyped = neverMerged + [previousVersion]
}
