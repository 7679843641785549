/// What a change did to its row.
package enum Operation: String, Hashable, Sendable, CaseIterable {
  /// The row is new.
  case create
  /// The row has other values.
  case update
  /// The row was deleted softly (`deleted = 1`).
  case delete
  /// Two rows were linked.
  case link
  /// A link was removed.
  case unlink
}

/// One change, in the form in which it travels in either direction (docs/protocol.md §2, Entry).
///
/// A link's payload holds the two uuids and `linked`: 1 if the link exists, 0 if not.
package struct Entry: Hashable, Sendable {
  /// From a device: its `sync_log.change_id`. From a hub: the entry's position.
  package var changeID: Int64
  /// The row that changed.
  package var row: RowName
  /// What the change did.
  package var operation: Operation
  /// When, by the clock of the device that made it, as written there.
  package var timestamp: String
  /// When the hub accepted it, by the hub's clock; authoritative if present.
  package var serverTimestamp: String?
  /// The application's client id, as the application wrote it.
  package var clientID: String
  /// The row's version after the change.
  package var version: Int64
  /// The row after the change: whole, or only some of its columns.
  package var payload: Document
  /// From a hub: the asking device's values that this change took from the row. The device keeps them as its
  /// own conflict record (docs/protocol.md §4, Lost).
  package var lost: Document?
  /// From a hub, in a snapshot: what earlier changes took from the asking device without its being told.
  package var owed: [AnswerLoss]

  /// Takes every field as the wire has it.
  package init(
    changeID: Int64, row: RowName, operation: Operation, timestamp: String, serverTimestamp: String? = nil,
    clientID: String, version: Int64, payload: Document, lost: Document? = nil,
    owed: [AnswerLoss] = []
  ) {
    self.changeID = changeID
    self.row = row
    self.operation = operation
    self.timestamp = timestamp
    self.serverTimestamp = serverTimestamp
    self.clientID = clientID
    self.version = version
    self.payload = payload
    self.lost = lost
    self.owed = owed
  }
}

/// An entry that arrived but was unreadable. It is quarantined; the entries after it continue.
package struct MalformedEntry: Hashable, Sendable {
  /// Its position or change id; `nil` if that was unreadable.
  package var changeID: Int64?
  /// The row that it names; `nil` if that was unreadable.
  package var row: RowName?
  /// A stable code: `malformed_entry`, `malformed_payload`, `unknown_operation`.
  package var code: String
  /// What is wrong with it, for a person.
  package var reason: String
  /// The entry as it came: JSON text, cut to a bounded length.
  package var raw: String

  /// Takes what was readable.
  package init(changeID: Int64?, row: RowName?, code: String, reason: String, raw: String) {
    self.changeID = changeID
    self.row = row
    self.code = code
    self.reason = reason.onOneLine()
    self.raw = raw
  }
}

/// One place of a page: an entry, or an unreadable one.
package enum ReceivedEntry: Hashable, Sendable {
  /// An entry that was readable.
  case entry(Entry)
  /// An unreadable one.
  case malformed(MalformedEntry)

  /// The position or change id; `nil` if that was unreadable.
  package var changeID: Int64? {
    switch self {
    case .entry(let entry): entry.changeID
    case .malformed(let malformed): malformed.changeID
    }
  }
}
