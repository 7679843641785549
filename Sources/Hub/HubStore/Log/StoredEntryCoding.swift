import GRDB
import SyncCore
import SyncWire

/// Writes a log entry for the wire, directly from the stored text.
enum StoredEntryCoding {
  /// The columns to select for an entry, from `log` and `"rows"`, in this order.
  static let columns = """
    log.position, "rows".entity, "rows".uuid, log.operation, log.timestamp, log.server_timestamp,
    log.client_id, log.version, log.document
    """
  /// The number of these columns, which is the index of the next selected column.
  static let columnCount = 9
  /// The index of the document column.
  static let documentColumn = 8

  /// Writes an entry's members into an open JSON object.
  static func writeMembers(_ entry: Row, into writer: inout JSONWriter) {
    writer.name("change_id")
    writer.integer(entry[0])
    writer.name("entity")
    writer.string(entry[1])
    writer.name("entity_uuid")
    writer.string(entry[2])
    writer.name("operation")
    writer.string(entry[3])
    writer.name("timestamp")
    writer.string(entry[4])
    writer.name("server_timestamp")
    writer.string(entry[5])
    writer.name("client_id")
    writer.string(entry[6])
    writer.name("version")
    writer.integer(entry[7])
    writer.name("payload")
    writer.embedded(jsonText: entry[8] as String)
  }
}
