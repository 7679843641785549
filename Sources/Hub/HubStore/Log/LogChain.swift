import Hashing
import SyncCore

/// The hash chain over the log, one value per position (docs/protocol.md §3, a restored hub), in hexadecimal.
enum LogChain {
  /// The value before the first entry.
  static let start = String(repeating: "0", count: 64)

  /// The parts of an entry that go into the chain: everything that is sent of it.
  struct Entry {
    var position: Position
    var row: RowName
    var operation: Operation
    var timestamp: String
    var serverTimestamp: String
    var clientID: String
    var version: Int64
    var document: String
  }

  /// The value at an entry, computed from the value before it.
  static func next(after previous: String, _ entry: Entry) -> String {
    var bytes = CanonicalBytes()
    bytes.add(previous)
    bytes.add(entry.position.rawValue)
    bytes.add(entry.row.entity)
    bytes.add(entry.row.uuid)
    bytes.add(entry.operation.rawValue)
    bytes.add(entry.timestamp)
    bytes.add(entry.serverTimestamp)
    bytes.add(entry.clientID)
    bytes.add(entry.version)
    bytes.add(entry.document)
    return HexText.of(Digest.sha256(bytes.bytes))
  }
}
