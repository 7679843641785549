import Hashing
import SyncCore

/// Computes the checksums of the library's rows as the hub computes its own (docs/protocol.md §4, digest).
/// Reads each table in one pass and keeps only sums. A hub value that the table cannot show counts as if the
/// table showed it.
struct LibraryDigests {
  let database: Database
  let catalogue: EntityCatalogue
  let layouts: [String: TableLayout]

  /// Returns the sums of every entity.
  func sums() throws -> [String: BucketSums] {
    var sums: [String: BucketSums] = [:]
    for shape in catalogue.shapes {
      var ofEntity = BucketSums()
      try eachRow(of: shape) { uuid, document in
        ofEntity.add(
          RowDigest(of: document, RowName(shape.name, uuid), sha256: Digest.sha256), to: Self.bucket(uuid))
      }
      sums[shape.name] = ofEntity
    }
    return sums
  }

  /// Returns the checksums of the rows in some buckets.
  func digests(in buckets: Set<BucketName>) throws -> [BucketName: [String: RowDigest]] {
    var found: [BucketName: [String: RowDigest]] = [:]
    for shape in catalogue.shapes where buckets.contains(where: { $0.entity == shape.name }) {
      try eachRow(of: shape) { uuid, document in
        let bucket = BucketName(entity: shape.name, number: Self.bucket(uuid))
        guard buckets.contains(bucket) else { return }
        let digest = RowDigest(of: document, RowName(shape.name, uuid), sha256: Digest.sha256)
        found[bucket, default: [:]][uuid] = digest
      }
    }
    return found
  }

  private static func bucket(_ uuid: String) -> UInt8 {
    BucketSums.bucket(of: uuid, sha256: Digest.sha256)
  }

  private func eachRow(of shape: EntityShape, _ body: (String, Document) throws -> Void) throws {
    guard let layout = layouts[shape.name] else { return }
    let unstored = try UnstoredValues(database)
    let statement = try database.prepared(LocalRow.select(layout))
    defer { statement.reset() }
    let names = LocalRow.names(layout)
    while try statement.step() {
      let local = LocalRow(statement, names: names)
      switch shape.kind {
      case .row:
        // A row without a uuid does not sync.
        guard let uuid = local.document[BookkeepingColumn.uuid]?.text else { continue }
        let kept = try unstored.values(for: RowName(shape.name, uuid), showing: local, layout)
        try body(uuid, local.document.overlaid(with: kept))
      case .link:
        guard shape.parents.count == 2 else { continue }
        var document = local.document
        document[BookkeepingColumn.linked] = .integer(1)
        let ends = shape.parents.map { document[$0.wireName]?.text ?? "" }
        try body(EntityCatalogue.linkName(ends[0], ends[1]), document)
      }
    }
  }
}
