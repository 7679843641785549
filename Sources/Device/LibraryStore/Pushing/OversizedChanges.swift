import SyncCore
import SyncWire

/// Changes that are larger than the hub accepts. They are quarantined without being sent. Their rows are sent
/// automatically once they fit, because somebody made them smaller or the hub accepts more.
enum OversizedChanges {
  static let code = "too_large"
  /// The bytes around a change in a request: the device, its keys, numbers.
  private static let envelope = 16 << 10
  /// How much larger a text may get on the wire: escape sequences in a payload are escaped again around it.
  private static let growthMax = 7
  /// How many rows are retried at a time.
  static let rowsMax = 1000

  /// Returns why a change cannot be sent to a hub that accepts requests of `most` bytes; `nil` if it can.
  static func reason(_ change: PushedChange, most: Int) -> String? {
    let text = change.entry.payload.textBytes
    guard text > (most - envelope) / growthMax else { return nil }
    let size =
      SendRequest(
        clientID: change.entry.clientID, lastProcessed: .start,
        device: .init(id: DeviceID(rawValue: ""), incarnation: Incarnation(rawValue: ""), sentAt: ""),
        changes: [change]
      ).encoded().count
    guard size + envelope > most else { return nil }
    return "the row takes \(size) bytes on the way to the hub, which takes \(most) at most"
  }
}

extension MalformedEntry {
  /// A change that is quarantined because of its size. It is kept whole, because the row may be overwritten
  /// here before it fits.
  init(tooLarge change: PushedChange, reason: String) {
    var writer = JSONWriter(capacity: change.entry.payload.textBytes + 1024)
    writer.beginObject()
    EntryCoding.encodeMembers(change.entry, into: &writer)
    writer.endObject()
    self.init(
      changeID: change.entry.changeID, row: change.entry.row, code: OversizedChanges.code, reason: reason,
      raw: String(decoding: writer.bytes, as: UTF8.self))
  }
}

extension Document {
  /// The bytes of its texts. Texts are what makes a document large.
  var textBytes: Int {
    columns.reduce(0) { $0 + ($1.value.text?.utf8.count ?? 0) }
  }
}

extension Library {
  /// Queues the quarantined rows that were too large and now fit. A row that nobody has written since is
  /// retried only if the hub's limit has changed since the last try.
  func returnWhatFits(most: Int) throws(StoreError) {
    guard mayHoldTooLarge else { return }
    let isNewBound = triedForSize != most
    let held = try read { database in try Quarantine.tooLarge(database) }
    mayHoldTooLarge = !held.isEmpty
    triedForSize = most
    guard !held.isEmpty else { return }
    try write { transaction in
      var hasReturned = false
      for (id, named) in held {
        let row = transaction.aliases.canonical(named)
        guard try isNewBound || transaction.isPending(row), try transaction.fits(row, most: most) else {
          continue
        }
        guard try transaction.requeueAsItIs(row) else { continue }
        _ = try transaction.quarantine.remove(id)
        hasReturned = true
      }
      if hasReturned { try transaction.requeueOrphans() }
    }
  }
}

extension LibraryTransaction {
  /// Whether the present row can be sent to a hub that accepts `most` bytes.
  fileprivate func fits(_ row: RowName, most: Int) throws -> Bool {
    guard let document = try presentDocument(row) else { return false }
    let entry = Entry(
      changeID: 1, row: row, operation: .create, timestamp: "", clientID: "", version: 1, payload: document)
    return OversizedChanges.reason(PushedChange(entry: entry, base: .start, whole: true), most: most) == nil
  }

  /// Queues rows that were refused because their parent was in quarantine (`unknown_parent`).
  fileprivate func requeueOrphans() throws {
    for (id, named) in try Quarantine.pushed(code: "unknown_parent", database) {
      guard try requeueAsItIs(aliases.canonical(named)) else { continue }
      _ = try quarantine.remove(id)
    }
  }
}

extension Quarantine {
  /// Returns the records of rows that are too large, the oldest first.
  static func tooLarge(_ database: Database) throws -> [(id: Int64, row: RowName)] {
    try pushed(code: OversizedChanges.code, database)
  }

  /// Returns the records of pushed rows with a code, the oldest first.
  static func pushed(code: String, _ database: Database) throws -> [(id: Int64, row: RowName)] {
    let statement = try database.prepared(
      """
      SELECT id, entity, uuid FROM mediasync_quarantine
      WHERE direction = 'push' AND code = ? AND entity NOT NULL AND uuid NOT NULL ORDER BY id LIMIT ?
      """)
    statement.bind(1, code)
    statement.bind(2, Int64(OversizedChanges.rowsMax))
    var found: [(id: Int64, row: RowName)] = []
    while try statement.step() {
      found.append((statement.integer(0), RowName(statement.text(1), statement.text(2))))
    }
    return found
  }
}
