/// The checksums of an entity's rows in 256 buckets, so that two sides find differences by comparing little
/// (docs/protocol.md §4, Digest).
package struct BucketSums: Hashable, Sendable {
  /// The number of rows in all buckets.
  package private(set) var rows: Int64
  /// The sum of every bucket that has rows.
  package private(set) var buckets: [UInt8: RowDigest]

  /// Starts without rows.
  package init() {
    rows = 0
    buckets = [:]
  }

  /// Takes sums computed elsewhere.
  package init(rows: Int64, buckets: [UInt8: RowDigest]) {
    self.rows = rows
    self.buckets = buckets
  }

  /// The bucket that a row belongs to.
  package static func bucket(of uuid: String, sha256: ([UInt8]) -> [UInt8]) -> UInt8 {
    sha256(Array(uuid.utf8)).first ?? 0
  }

  /// Adds a row to its bucket.
  package mutating func add(_ digest: RowDigest, to bucket: UInt8) {
    rows += 1
    buckets[bucket, default: .zero] ^= digest
  }

  /// The buckets whose sums differ, ascending.
  package func differing(from other: BucketSums) -> [UInt8] {
    Set(buckets.keys).union(other.buckets.keys).filter { buckets[$0] != other.buckets[$0] }.sorted()
  }
}
