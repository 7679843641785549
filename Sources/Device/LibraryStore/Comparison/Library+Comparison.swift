import SyncCore

/// Comparing the library with the hub.
extension Library {
  /// The checksums of every row, by entity.
  package func sums() throws(StoreError) -> [String: BucketSums] { try read { try self.digests($0).sums() } }

  /// The checksum of every row in some buckets, by uuid.
  package func digests(
    in buckets: Set<BucketName>
  ) throws(StoreError) -> [BucketName: [String: RowDigest]] {
    try read { try self.digests($0).digests(in: buckets) }
  }

  private func digests(_ database: Database) -> LibraryDigests {
    LibraryDigests(database: database, catalogue: catalogue, layouts: layouts)
  }

  /// Looks closely at rows that seemed to differ, and does something about those that do.
  package func examine(_ rows: [HubRow], repair: RepairAction) throws(StoreError) -> ExaminationResult {
    try write(.noGap) { try $0.examine(rows, repair: repair) }
  }
}
