import SyncCore

/// `GET /digest`: checksums of what the hub holds at a position (docs/protocol.md §4, Digest).
package struct DigestRequest: Hashable, Sendable {
  /// The path below the base URL.
  package static let path = "/digest"

  /// The asking device.
  package var device: DeviceID?
  /// The log that the device is in step with.
  package var logID: LogID?
  /// The position to digest; `nil` for the head.
  package var at: Position?
  /// The bucket whose rows are requested; `nil` for the sums of all buckets.
  package var bucket: Bucket?

  /// A bucket of an entity.
  package struct Bucket: Hashable, Sendable {
    /// The entity.
    package var entity: String
    /// The first byte of SHA-256 over the uuids in it.
    package var number: UInt8

    /// Takes entity and number.
    package init(entity: String, number: UInt8) {
      self.entity = entity
      self.number = number
    }
  }

  /// Takes every parameter.
  package init(device: DeviceID?, logID: LogID?, at: Position?, bucket: Bucket? = nil) {
    self.device = device
    self.logID = logID
    self.at = at
    self.bucket = bucket
  }

  /// The query items, not yet percent-encoded.
  package var query: [HubRequest.QueryItem] {
    var items: [HubRequest.QueryItem] = []
    if let device { items.append(.init("device_id", device.rawValue)) }
    if let logID { items.append(.init("log_id", logID.rawValue)) }
    if let at { items.append(.init("at", String(at.rawValue))) }
    if let bucket {
      items.append(.init("entity", bucket.entity))
      items.append(.init("bucket", HexText.of(bucket.number)))
    }
    return items
  }

  /// Parses a request from its query.
  package init(query items: [HubRequest.QueryItem]) throws(WireError) {
    let query = try RequestQuery(items, of: Self.path)
    device = query.device
    logID = query.logID
    at = try query.number("at").map { Position($0) }
    switch (query["entity"], query["bucket"]) {
    case (let entity?, let text?):
      guard let number = HexText.byte(text) else {
        throw WireError("/digest: bucket is not a hexadecimal byte")
      }
      bucket = Bucket(entity: entity, number: number)
    case (nil, nil): break
    default: throw WireError("/digest: entity and bucket must come together")
    }
  }

  /// The request to send.
  package var request: HubRequest { HubRequest(method: .get, path: Self.path, query: query) }
}

/// The checksums of every entity at a position.
package struct DigestSummary: Hashable, Sendable {
  /// The checksums of one entity.
  package struct Entity: Hashable, Sendable {
    /// The entity.
    package var name: String
    /// The number of its rows, and the sums of its buckets.
    package var sums: BucketSums

    /// Takes name and sums.
    package init(name: String, sums: BucketSums) {
      self.name = name
      self.sums = sums
    }
  }

  /// The most entities that a reply may have.
  private static let entitiesMax = 64

  /// The position.
  package var at: Position
  /// The log.
  package var logID: LogID
  /// The entities, parents first.
  package var entities: [Entity]

  /// Takes every field as the wire has it.
  package init(at: Position, logID: LogID, entities: [Entity]) {
    self.at = at
    self.logID = logID
    self.entities = entities
  }

  /// The reply as JSON text.
  package func encoded() -> [UInt8] {
    var writer = JSONWriter(capacity: 16_384)
    writer.beginObject()
    writer.name("at")
    writer.integer(at.rawValue)
    writer.name("log_id")
    writer.string(logID.rawValue)
    writer.name("entities")
    writer.beginArray()
    for entity in entities {
      writer.beginObject()
      writer.name("entity")
      writer.string(entity.name)
      writer.name("rows")
      writer.integer(entity.sums.rows)
      writer.name("buckets")
      writer.beginObject()
      for (number, sum) in entity.sums.buckets.sorted(by: { $0.key < $1.key }) {
        writer.name(HexText.of(number))
        writer.string(sum.text)
      }
      writer.endObject()
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    return writer.bytes
  }

  /// Parses the reply.
  package init(body: [UInt8]) throws(WireError) {
    let object = try WireError.object(in: body, of: DigestRequest.path)
    guard let at = object.position("at") ?? nil, let log = try object.identifier("log_id", of: "/digest"),
      let list = object["entities"]?.array
    else { throw WireError("/digest: at, log_id or entities is missing") }
    guard list.count <= Self.entitiesMax else {
      throw WireError("/digest: more than \(Self.entitiesMax) entities")
    }
    self.at = Position(at)
    logID = LogID(rawValue: log)
    entities = []
    for json in list {
      guard let name = json.object?.name("entity"), let rows = json.object?.position("rows") ?? nil,
        let buckets = json.object?["buckets"]?.object
      else { throw WireError("/digest: an entity has no name, rows or buckets") }
      var sums: [UInt8: RowDigest] = [:]
      for member in buckets.members {
        guard let number = HexText.byte(member.name),
          let sum = member.value.string.flatMap({ RowDigest(text: $0) })
        else { throw WireError("/digest: a bucket of \(name.prefix(60)) cannot be read") }
        sums[number] = sum
      }
      entities.append(Entity(name: name, sums: BucketSums(rows: rows, buckets: sums)))
    }
  }
}

/// The rows of one bucket at a position.
package struct DigestBucket: Hashable, Sendable {
  /// The checksum of one row.
  package struct Row: Hashable, Sendable {
    /// The row's uuid; for a link, its pair of uuids.
    package var uuid: String
    /// The row's position.
    package var changeID: Position
    /// Its checksum.
    package var digest: RowDigest

    /// Takes every part.
    package init(uuid: String, changeID: Position, digest: RowDigest) {
      self.uuid = uuid
      self.changeID = changeID
      self.digest = digest
    }
  }

  /// The position.
  package var at: Position
  /// The bucket.
  package var bucket: DigestRequest.Bucket
  /// Its rows, by uuid in byte order.
  package var rows: [Row]

  /// Takes every field as the wire has it.
  package init(at: Position, bucket: DigestRequest.Bucket, rows: [Row]) {
    self.at = at
    self.bucket = bucket
    self.rows = rows
  }

  /// The reply as JSON text.
  package func encoded() -> [UInt8] {
    var writer = JSONWriter(capacity: 128 * (rows.count + 1))
    writer.beginObject()
    writer.name("at")
    writer.integer(at.rawValue)
    writer.name("entity")
    writer.string(bucket.entity)
    writer.name("bucket")
    writer.string(HexText.of(bucket.number))
    writer.name("rows")
    writer.beginArray()
    for row in rows {
      writer.beginObject()
      writer.name("entity_uuid")
      writer.string(row.uuid)
      writer.name("change_id")
      writer.integer(row.changeID.rawValue)
      writer.name("digest")
      writer.string(row.digest.text)
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    return writer.bytes
  }

  /// Parses the reply.
  package init(body: [UInt8]) throws(WireError) {
    let object = try WireError.object(in: body, of: DigestRequest.path)
    guard let at = object.position("at") ?? nil, let entity = object.name("entity"),
      let number = object["bucket"]?.string.flatMap({ HexText.byte($0) }), let list = object["rows"]?.array
    else { throw WireError("/digest: at, entity, bucket or rows is missing") }
    self.at = Position(at)
    bucket = DigestRequest.Bucket(entity: entity, number: number)
    rows = []
    for json in list {
      guard let uuid = json.object?.name("entity_uuid"),
        let position = json.object?.position("change_id") ?? nil,
        let digest = json.object?["digest"]?.string.flatMap({ RowDigest(text: $0) })
      else { throw WireError("/digest: a row of \(entity.prefix(60)) cannot be read") }
      rows.append(Row(uuid: uuid, changeID: Position(position), digest: digest))
    }
  }
}
