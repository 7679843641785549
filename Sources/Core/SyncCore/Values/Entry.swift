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
  /// A link was taken away.
  case unlink
}

/// One change as it travels in either direction (protocol.md §2, Entry).
///
/// For a link the payload holds the two uuids and `linked` (0 or 1), which says whether the link stands.
package struct Entry: Hashable, Sendable {
  /// From a device: its `sync_log.change_id`. From a hub: the entry's position.
  package var changeID: Int64
  /// The row that changed.
  package var row: RowName
  /// What was done.
  package var operation: Operation
  /// When, by the clock of the device that made it, as written there.
  package var timestamp: String
  /// When the hub took it, by the hub's clock; authoritative where present.
  package var serverTimestamp: String?
  /// The application's client id, as the application wrote it.
  package var clientID: String
  /// The row's version after the change.
  package var version: Int64
  /// The row after the change: whole, or only some of its columns.
  package var payload: Document
  /// From a hub: the values of the device that asked which this change took from the row. It keeps them as a
  /// conflict record of its own (docs/protocol.md §4).
  package var lost: Document?
  /// From a hub, in a snapshot: what earlier changes took from the device that asked, and nothing has told it.
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

/// An entry that arrived and could not be read as one. It is quarantined; the entries behind it go on.
package struct MalformedEntry: Hashable, Sendable {
  /// Its position or change id, where that much could be read.
  package var changeID: Int64?
  /// The row that it spoke of, where that much could be read.
  package var row: RowName?
  /// A stable code: `malformed_entry`, `malformed_payload`, `unknown_operation`.
  package var code: String
  /// What is wrong with it, for a person.
  package var reason: String
  /// The entry as it came, as JSON text, cut to a bounded length.
  package var raw: String

  /// Takes what could be read of it.
  package init(changeID: Int64?, row: RowName?, code: String, reason: String, raw: String) {
    self.changeID = changeID
    self.row = row
    self.code = code
    self.reason = reason.onOneLine()
    self.raw = raw
  }
}

/// A position of a page: an entry, or what stood in the place of one.
package enum ReceivedEntry: Hashable, Sendable {
  /// An entry that could be read.
  case entry(Entry)
  /// One that could not.
  case malformed(MalformedEntry)

  /// The position or change id, where it could be read.
  package var changeID: Int64? {
    switch self {
    case .entry(let entry): entry.changeID
    case .malformed(let malformed): malformed.changeID
    }
  }
}
