import SyncCore

/// One line of a snapshot (docs/protocol.md §4, Snapshot).
package enum SnapshotLine: Hashable, Sendable {
  /// The first line.
  case header(Header)
  /// A row in its current state; `changeID` is its position.
  case row(Entry)
  /// A forgotten row, of which the hub keeps only the name, with the losses there that the asking device has
  /// not learned of yet.
  case forgotten(RowName, owed: [AnswerLoss] = [])
  /// The last line. A snapshot without one was cut.
  case end(End)
  /// A line that cannot be parsed. The lines after it can be.
  case malformed(MalformedEntry)

  /// The first line's fields.
  package struct Header: Hashable, Sendable {
    /// The head of the log when this reply began. After the snapshot, the client pulls the log from here.
    package var changeID: Position
    /// The chain value at `changeID`.
    package var chain: ChainValue
    /// The log of the snapshot.
    package var logID: LogID
    /// The hub's clock.
    package var serverTime: String

    /// Takes every field as the wire has it.
    package init(changeID: Position, chain: ChainValue, logID: LogID, serverTime: String) {
      self.changeID = changeID
      self.chain = chain
      self.logID = logID
      self.serverTime = serverTime
    }
  }

  /// The last line's fields.
  package struct End: Hashable, Sendable {
    /// The number of rows in this reply, including forgotten ones.
    package var rows: Int64
    /// Whether the snapshot ends here. If not, it continues after the last row.
    package var complete: Bool

    /// Takes both.
    package init(rows: Int64, complete: Bool) {
      self.rows = rows
      self.complete = complete
    }
  }

  /// The format's name on the wire.
  package static let formatName = "mediasync/1"

  /// The row that the line names, if any.
  package var row: RowName? {
    switch self {
    case .row(let entry): entry.row
    case .forgotten(let row, _): row
    case .malformed(let malformed): malformed.row
    case .header, .end: nil
    }
  }

  /// Parses one line, without its line feed. A line that cannot be parsed becomes `.malformed`; this
  /// initializer throws no error.
  package init(line: [UInt8]) {
    let json: JSONValue
    do { json = try JSONReader.read(line) } catch {
      self = .malformed(
        MalformedEntry(
          changeID: nil, row: nil, code: ProblemCode.malformedEntry.rawValue,
          reason: "the line is not JSON: \(error.reason), byte \(error.offset)",
          raw: String(decoding: line.prefix(JSONText.bytesMax), as: UTF8.self)))
      return
    }
    if let object = json.object {
      if object["snapshot"] != nil, let header = Header(object) {
        self = .header(header)
        return
      }
      if object["end"]?.bool == true, let rows = object.position("rows") ?? nil,
        let complete = object["complete"]?.bool
      {
        self = .end(End(rows: rows, complete: complete))
        return
      }
      if object["forgotten"]?.bool == true, let entity = object.name("entity"),
        let uuid = object.name("entity_uuid")
      {
        self = .forgotten(RowName(entity, uuid), owed: AnswerLossCoding.decode(object))
        return
      }
    }
    switch EntryCoding.decode(json) {
    case .entry(let entry): self = .row(entry)
    case .malformed(let malformed): self = .malformed(malformed)
    }
  }

  /// The line with its line feed. A malformed line cannot be written and gives no bytes.
  package func encoded() -> [UInt8] {
    var writer = JSONWriter(capacity: 256)
    switch self {
    case .header(let header): header.encode(into: &writer)
    case .row(let entry):
      writer.beginObject()
      EntryCoding.encodeMembers(entry, into: &writer)
      writer.endObject()
    case .forgotten(let row, let owed):
      writer.beginObject()
      writer.name("entity")
      writer.string(row.entity)
      writer.name("entity_uuid")
      writer.string(row.uuid)
      writer.name("forgotten")
      writer.bool(true)
      AnswerLossCoding.encode(owed, into: &writer)
      writer.endObject()
    case .end(let end):
      writer.beginObject()
      writer.name("end")
      writer.bool(true)
      writer.name("rows")
      writer.integer(end.rows)
      writer.name("complete")
      writer.bool(end.complete)
      writer.endObject()
    case .malformed: return []
    }
    return writer.bytes + [0x0A]
  }
}

extension SnapshotLine.Header {
  fileprivate init?(_ object: JSONObject) {
    guard object["snapshot"]?.string == SnapshotLine.formatName,
      let changeID = object.position("change_id") ?? nil,
      let chain = try? object.identifier("chain", of: "/snapshot"),
      let log = try? object.identifier("log_id", of: "/snapshot")
    else { return nil }
    self.init(
      changeID: Position(changeID), chain: ChainValue(rawValue: chain), logID: LogID(rawValue: log),
      serverTime: object.name("server_time") ?? "")
  }

  fileprivate func encode(into writer: inout JSONWriter) {
    writer.beginObject()
    writer.name("snapshot")
    writer.string(SnapshotLine.formatName)
    writer.name("change_id")
    writer.integer(changeID.rawValue)
    writer.name("chain")
    writer.string(chain.rawValue)
    writer.name("log_id")
    writer.string(logID.rawValue)
    writer.name("server_time")
    writer.string(serverTime)
    writer.endObject()
  }
}

/// A snapshot, or a piece of one, as it was received.
package struct SnapshotReply: Hashable, Sendable {
  /// The first line's fields.
  package var header: SnapshotLine.Header
  /// The rows: `.row`, `.forgotten` and `.malformed` lines, in order.
  package var rows: [SnapshotLine]
  /// The last line's fields; `nil` if the reply was cut, and the client then asks again from the last row.
  package var end: SnapshotLine.End?

  /// Takes every part.
  package init(header: SnapshotLine.Header, rows: [SnapshotLine], end: SnapshotLine.End?) {
    self.header = header
    self.rows = rows
    self.end = end
  }

  /// Parses a body. It ignores what follows the last line feed, because that line was cut.
  package init(body: [UInt8]) throws(WireError) {
    // Split line by line: a list of all lines could need many times the memory of a body of line feeds.
    var rest = body[...]
    guard let first = Self.nextLine(&rest), case .header(let header) = SnapshotLine(line: Array(first)) else {
      throw WireError("/snapshot: the first line is not a header")
    }
    self.header = header
    rows = []
    while let line = Self.nextLine(&rest) {
      guard !line.isEmpty else { continue }
      guard end == nil else { throw WireError("/snapshot: a line follows the end line") }
      guard rows.count < SnapshotRequest.limitMax else {
        throw WireError("/snapshot: more than \(SnapshotRequest.limitMax) rows in one piece")
      }
      switch SnapshotLine(line: Array(line)) {
      case .header: throw WireError("/snapshot: a second header")
      case .end(let last): end = last
      case let row: rows.append(row)
      }
    }
    if let end, end.rows != Int64(rows.count) {
      throw WireError("/snapshot: the end line says \(end.rows) rows, but \(rows.count) came")
    }
  }

  private static func nextLine(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard let end = rest.firstIndex(of: 0x0A) else { return nil }
    defer { rest = rest[(end + 1)...] }
    return rest[..<end]
  }

  /// The last row that was received completely. If the snapshot is not complete, continue from it.
  package var last: RowName? { rows.last { $0.row != nil }?.row }
}
