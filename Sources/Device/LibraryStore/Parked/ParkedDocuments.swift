import SyncCore
import SyncWire

/// A document that does not fit yet. Only the newest per row is kept (docs/protocol.md §3, rule 7).
struct ParkedDocument {
  /// Why it is parked.
  enum Reason: String, CaseIterable {
    /// Another local row still shows one of its natural keys.
    case keyTaken = "key_taken"
    /// A row that it refers to is not here.
    case parentMissing = "parent_missing"
    /// It would take too much from the library, and waits for a person's decision.
    case held
  }

  var row: RowName
  var position: Position
  var document: Document
  var serverTimestamp: String
  var reason: Reason
  /// Whether the row was in its table, in an older state, when one of its documents was parked.
  var wasHere = false

  /// The change that the document comes from.
  var source: ChangeSource {
    ChangeSource(
      position: position, client: document[BookkeepingColumn.clientID]?.text,
      version: document[BookkeepingColumn.version]?.integer)
  }
}

extension TableWriter.Placement {
  /// The reason to park a document that was not written.
  var reasonToWait: ParkedDocument.Reason {
    switch self {
    case .parentMissing: .parentMissing
    case .held: .held
    case .keyTaken, .written, .unchanged, .refused: .keyTaken
    }
  }
}

/// The parked documents (table `mediasync_parked`).
struct ParkedDocuments {
  /// The migration that distinguishes rows that were here from those that never were.
  static let whetherTheyWereHere =
    "ALTER TABLE mediasync_parked ADD COLUMN was_here INTEGER NOT NULL DEFAULT 0;"

  private let database: Database
  private(set) var isEmpty: Bool

  init(_ database: Database) throws {
    self.database = database
    isEmpty = try !database.hasRow("SELECT 1 FROM mediasync_parked LIMIT 1")
  }

  func position(of row: RowName) throws -> Position? {
    guard !isEmpty else { return nil }
    return try database.firstValue(
      "SELECT position FROM mediasync_parked WHERE entity = ? AND uuid = ?", .text(row.entity),
      .text(row.uuid)
    )?.integer.map { Position($0) }
  }

  func document(of row: RowName) throws -> Document? {
    guard !isEmpty else { return nil }
    let text = try database.firstValue(
      "SELECT document FROM mediasync_parked WHERE entity = ? AND uuid = ?", .text(row.entity),
      .text(row.uuid)
    )?.text
    return try text.map { try Document(jsonText: $0) }
  }

  mutating func park(_ parked: ParkedDocument) throws {
    isEmpty = false
    let statement = try database.prepared(
      """
      INSERT INTO mediasync_parked VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET position = excluded.position, document = excluded.document,
        server_timestamp = excluded.server_timestamp, reason = excluded.reason,
        was_here = max(was_here, excluded.was_here)
      """)
    statement.bind(1, parked.row.entity)
    statement.bind(2, parked.row.uuid)
    statement.bind(3, parked.position.rawValue)
    statement.bind(4, parked.document.jsonText)
    statement.bind(5, parked.serverTimestamp)
    statement.bind(6, parked.reason.rawValue)
    statement.bind(7, parked.wasHere ? 1 : 0)
    try statement.run()
  }

  func release(_ row: RowName) throws {
    guard !isEmpty else { return }
    try database.run(
      "DELETE FROM mediasync_parked WHERE entity = ? AND uuid = ?", .text(row.entity), .text(row.uuid))
  }

  func all() throws -> [ParkedDocument] {
    guard !isEmpty else { return [] }
    let statement = try database.prepared(
      """
      SELECT entity, uuid, position, document, server_timestamp, reason, was_here FROM mediasync_parked
      ORDER BY position, entity, uuid
      """)
    var parked: [ParkedDocument] = []
    while try statement.step() {
      guard let document = try? Document(jsonText: statement.text(3)) else { continue }
      parked.append(
        ParkedDocument(
          row: RowName(statement.text(0), statement.text(1)), position: Position(statement.integer(2)),
          document: document, serverTimestamp: statement.text(4),
          reason: ParkedDocument.Reason(rawValue: statement.text(5)) ?? .keyTaken,
          wasHere: statement.integer(6) != 0))
    }
    return parked
  }
}
