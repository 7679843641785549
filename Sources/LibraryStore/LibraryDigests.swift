import GRDB
import Hashing
import SyncCore

/// The checksums of the library's rows, as the hub makes them of its own (docs/protocol.md §4, digest). Read in one
/// pass over each table; nothing but sums is held.
struct LibraryDigests {
  let database: Database
  let catalogue: EntityCatalogue
  let layouts: [String: TableLayout]

  /// The sums of every entity.
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

  /// The checksums of the rows in some buckets.
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
    let columns = shape.kind == .row ? layout.travellingColumns : []
    let parents = shape.parents.indices.map { "p\($0).uuid" }
    let joins = shape.parents.enumerated().map { number, parent in
      "LEFT JOIN \(quoted(parent.entity)) p\(number) ON p\(number).id = t.\(quoted(parent.column))"
    }
    let statement = try database.prepared(
      """
      SELECT \((columns.map { "t.\(quoted($0))" } + parents).joined(separator: ", "))
      FROM \(quoted(shape.name)) t \(joins.joined(separator: " "))
      """)
    defer { statement.reset() }
    let names = columns + shape.parents.map(\.wireName)
    let name = columns.firstIndex(of: BookkeepingColumn.uuid)
    while try statement.step() {
      var document = Document(names.enumerated().map { ($1, statement.value($0)) })
      if let name {
        try body(statement.text(name), document)
      } else if shape.parents.count == 2 {
        document[BookkeepingColumn.linked] = .integer(1)
        try body(EntityCatalogue.linkName(statement.text(0), statement.text(1)), document)
      }
    }
  }
}
