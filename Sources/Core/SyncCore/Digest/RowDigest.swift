/// A row's checksum, and the sum of many: 16 bytes (docs/protocol.md §4, digest). Sums are by exclusive or, so that
/// no order shows in them.
package struct RowDigest: Hashable, Sendable {
  private var high: UInt64
  private var low: UInt64

  /// The sum of no rows.
  package static let zero = RowDigest(high: 0, low: 0)

  private init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The checksum of a row.
  ///
  /// - Parameters:
  ///   - document: the whole row as it travels; what is local to a device is not in it.
  ///   - row: its name.
  ///   - sha256: SHA-256, which the core does not bring itself.
  package init(of document: Document, _ row: RowName, sha256: ([UInt8]) -> [UInt8]) {
    self.init(first16: sha256(Self.canonicalBytes(of: document, row)))
  }

  /// The first 16 bytes of a hash.
  private init(first16 hash: [UInt8]) {
    var words: [UInt64] = [0, 0]
    for (index, byte) in hash.prefix(16).enumerated() {
      words[index / 8] = words[index / 8] << 8 | UInt64(byte)
    }
    self.init(high: words[0], low: words[1])
  }

  /// Reads 32 hexadecimal digits in lower case.
  package init?(text: String) {
    guard let bytes = HexText.bytes(text), bytes.count == 16 else { return nil }
    self.init(first16: bytes)
  }

  /// 32 hexadecimal digits.
  package var text: String {
    HexText.of(
      [high, low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) } })
  }

  /// Adds a row to the sum, or takes it out again.
  package static func ^= (sum: inout RowDigest, row: RowDigest) {
    sum.high ^= row.high
    sum.low ^= row.low
  }

  /// What of a row is compared: every column but `last_modified`, which is local, and but what is NULL, which says
  /// the same as absence. A number and its text are one: a column's affinity makes them so in the table.
  package static func canonicalBytes(of document: Document, _ row: RowName) -> [UInt8] {
    var bytes = CanonicalBytes()
    bytes.add(row.entity)
    bytes.add(row.uuid)
    for column in document.columns where column.name != BookkeepingColumn.lastModified {
      guard let text = column.value.sameText else { continue }
      bytes.add(column.name)
      bytes.add(text)
    }
    return bytes.bytes
  }
}
