import SyncCore

/// Compares the library with the hub.
extension Library {
  /// Returns the checksums of all rows, by entity.
  package func sums() throws(StoreError) -> [String: BucketSums] { try read { try self.digests($0).sums() } }

  /// Returns the checksum of every row in some buckets, by uuid.
  package func digests(
    in buckets: Set<BucketName>
  ) throws(StoreError) -> [BucketName: [String: RowDigest]] {
    try read { try self.digests($0).digests(in: buckets) }
  }

  private func digests(_ database: Database) -> LibraryDigests {
    LibraryDigests(database: database, catalogue: catalogue, layouts: layouts)
  }

  /// Compares rows that seem to differ value by value, and applies `repair` to those that do differ.
  package func examine(_ rows: [HubRow], repair: RepairAction) throws(StoreError) -> ExaminationResult {
    try write(.noGap) { try $0.examine(rows, repair: repair) }
  }
}
