/// A row's checksum, or the sum of several: 16 bytes (docs/protocol.md §4, Digest). Sums use exclusive or, so
/// order does not matter.
package struct RowDigest: Hashable, Sendable {
  private var high: UInt64
  private var low: UInt64

  /// The sum of no rows.
  package static let zero = RowDigest(high: 0, low: 0)

  private init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Computes the checksum of a row.
  ///
  /// - Parameters:
  ///   - document: the whole row as it travels, without columns that are local to a device.
  ///   - row: its name.
  ///   - sha256: SHA-256, which the core does not provide itself.
  package init(of document: Document, _ row: RowName, sha256: ([UInt8]) -> [UInt8]) {
    self.init(first16: sha256(Self.canonicalBytes(of: document, row)))
  }

  /// Takes the first 16 bytes of a hash.
  private init(first16 hash: [UInt8]) {
    var words: [UInt64] = [0, 0]
    for (index, byte) in hash.prefix(16).enumerated() {
      words[index / 8] = words[index / 8] << 8 | UInt64(byte)
    }
    self.init(high: words[0], low: words[1])
  }

  /// Reads 32 lower-case hexadecimal digits.
  package init?(text: String) {
    guard let bytes = HexText.bytes(text), bytes.count == 16 else { return nil }
    self.init(first16: bytes)
  }

  /// 32 hexadecimal digits.
  package var text: String {
    HexText.of(
      [high, low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) } })
  }

  /// Adds a row to the sum, or removes it again.
  package static func ^= (sum: inout RowDigest, row: RowDigest) {
    sum.high ^= row.high
    sum.low ^= row.low
  }

  /// Encodes what the checksum covers: every column except `last_modified`, which is local, and NULLs, which
  /// equal absence. A number equals its text, because a column's affinity makes them equal in the table.
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
