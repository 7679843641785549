import SyncCore

/// An entry of `sync_log`.
struct LogEntry {
  var changeID: Int64
  var row: RowName
  var operation: String
  var timestamp: String
  var clientID: String
  var version: Int64
  /// Empty if it is NULL.
  var payload: String
  /// The first column that holds a forbidden type, such as a BLOB. The entry is then unreliable.
  var defect: String?
  /// The type of the payload if it is not text.
  var payloadDefect: PayloadDefect?

  /// What the payload is instead of text.
  enum PayloadDefect: String {
    case null = "NULL"
    case blob = "a BLOB"
  }

  /// Takes the current row of a statement that reads the columns from `change_id` to `payload`, in the log's
  /// order.
  init(_ statement: PreparedStatement) {
    // Check the types before any value is read: SQLite may call a value text after it was read as text.
    payloadDefect = statement.isNull(7) ? .null : statement.isBlob(7) ? .blob : nil
    defect = Self.defect(statement)
    changeID = statement.integer(0)
    row = RowName(statement.text(1), statement.text(2))
    operation = statement.text(3)
    timestamp = statement.text(4)
    clientID = statement.text(5)
    version = statement.integer(6)
    payload = statement.text(7)
  }

  private static let texts = ["entity", "entity_uuid", "operation", "timestamp", "client_id"]

  private static func defect(_ statement: PreparedStatement) -> String? {
    for (place, name) in texts.enumerated() {
      if statement.isNull(place + 1) { return "\(name) is NULL" }
      if statement.isBlob(place + 1) { return "\(name) is a BLOB" }
    }
    return statement.value(6).integer == nil ? "version is no whole number" : nil
  }

  /// The row that the entry names; `nil` if it names none.
  var namedRow: RowName? { row.entity.isEmpty || row.uuid.isEmpty ? nil : row }
}
