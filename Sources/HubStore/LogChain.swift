import Hashing
import SyncCore

/// The hash over a log up to each of its positions (protocol.md §3, a restored hub), in hexadecimal digits.
enum LogChain {
  /// The value before every entry.
  static let start = String(repeating: "0", count: 64)

  /// What of an entry goes into the chain: all that is sent of it.
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

  /// The value at an entry, from the value before it.
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
