import GRDB
import SyncCore
import SyncWire

/// An entry of the log as it goes out, written straight from the stored text.
enum EntryText {
  /// What is selected of an entry, from `log` and `"rows"`, in this order.
  static let columns = """
    log.position, "rows".entity, "rows".uuid, log.operation, log.timestamp, log.server_timestamp,
    log.client_id, log.version, log.document
    """
  /// How many columns these are: the next one selected has this index.
  static let columnCount = 9
  /// Which of them is the document.
  static let documentColumn = 8

  /// Writes an entry's members into an object that is open.
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
