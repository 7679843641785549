import SyncCore

/// Entries as JSON (docs/protocol.md §2). The reader accepts a payload as string, object or null; the writer
/// writes a string.
package enum EntryCoding {
  /// Parses one entry. An entry that cannot be parsed becomes `.malformed`; this function throws no error.
  package static func decode(_ json: JSONValue) -> ReceivedEntry {
    guard let object = json.object else {
      return .malformed(malformed(JSONObject(), .malformedEntry, "it is not an object"))
    }
    guard let found = object.position("change_id"), let changeID = found, changeID > 0 else {
      return .malformed(malformed(object, .malformedEntry, "change_id is missing or not a positive number"))
    }
    guard let entity = object.name("entity"), let uuid = object.name("entity_uuid") else {
      return .malformed(malformed(object, .malformedEntry, "entity or entity_uuid is missing or invalid"))
    }
    guard let word = object["operation"]?.string, let operation = Operation(rawValue: word) else {
      let reason =
        "the operation \(object["operation"]?.string?.onOneLine(scalarsMax: 40) ?? "(none)") does not exist"
      return .malformed(malformed(object, .unknownOperation, reason))
    }
    guard let timestamp = object.name("timestamp"), let clientID = object.name("client_id"),
      let version = object["version"]?.integer, WireLimits.version.contains(version)
    else {
      return .malformed(
        malformed(object, .malformedEntry, "timestamp, client_id or version is missing or out of bounds"))
    }
    do {
      let payload = try payload(of: object)
      return .entry(
        Entry(
          changeID: changeID, row: RowName(entity, uuid), operation: operation, timestamp: timestamp,
          serverTimestamp: object.name("server_timestamp"), clientID: clientID, version: version,
          payload: payload, lost: object["lost"]?.object.flatMap { try? Document($0) },
          owed: AnswerLossCoding.decode(object)))
    } catch {
      return .malformed(malformed(object, .malformedPayload, "the payload cannot be read: \(error.reason)"))
    }
  }

  private static func payload(of object: JSONObject) throws(DocumentError) -> Document {
    switch object["payload"] {
    case .string(let text): return try Document(jsonText: text)
    case .object(let inner): return try Document(inner)
    case .null, nil:
      // Some senders put the uuids of a link next to the payload (docs/protocol.md §2).
      var beside = Document()
      for name in ["media_uuid", "keyword_uuid"] {
        if let uuid = object.name(name) { beside[name] = .text(uuid) }
      }
      return beside
    case .invalid(let reason): throw DocumentError(reason: reason)
    default: throw DocumentError(reason: "it is neither a string, an object nor null")
    }
  }

  private static func malformed(_ object: JSONObject, _ code: ProblemCode, _ reason: String) -> MalformedEntry
  {
    var row: RowName?
    if let entity = object.name("entity"), let uuid = object.name("entity_uuid") {
      row = RowName(entity, uuid)
    }
    let changeID = object.position("change_id") ?? nil
    return MalformedEntry(
      changeID: changeID.flatMap { $0 > 0 ? $0 : nil }, row: row, code: code.rawValue, reason: reason,
      raw: JSONText.bounded(.object(object)))
  }

  /// Writes an entry's members into an open object; the caller may add members.
  package static func encodeMembers(_ entry: Entry, into writer: inout JSONWriter) {
    writer.name("change_id")
    writer.integer(entry.changeID)
    writer.name("entity")
    writer.string(entry.row.entity)
    writer.name("entity_uuid")
    writer.string(entry.row.uuid)
    writer.name("operation")
    writer.string(entry.operation.rawValue)
    writer.name("timestamp")
    writer.string(entry.timestamp)
    if let serverTimestamp = entry.serverTimestamp {
      writer.name("server_timestamp")
      writer.string(serverTimestamp)
    }
    writer.name("client_id")
    writer.string(entry.clientID)
    writer.name("version")
    writer.integer(entry.version)
    writer.name("payload")
    writer.embedded(entry.payload)
    if let lost = entry.lost {
      writer.name("lost")
      writer.document(lost)
    }
    AnswerLossCoding.encode(entry.owed, into: &writer)
  }
}

/// A JSON value as text, for records that a person reads.
package enum JSONText {
  /// The most bytes that are kept of an entry that cannot be parsed.
  static let bytesMax = 65_536

  /// The value as JSON text, cut to 64 KiB.
  package static func bounded(_ value: JSONValue) -> String {
    var writer = JSONWriter()
    write(value, atMost: bytesMax, into: &writer)
    return String(decoding: writer.bytes.prefix(bytesMax), as: UTF8.self)
  }

  /// The whole value as JSON text.
  static func whole(_ value: JSONValue) -> String {
    var writer = JSONWriter()
    write(value, atMost: .max, into: &writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// Stops once enough is written, because the rest would be cut off anyway.
  private static func write(_ value: JSONValue, atMost bytesMax: Int, into writer: inout JSONWriter) {
    guard writer.bytes.count < bytesMax else { return }
    switch value {
    case .null: writer.null()
    case .bool(let flag): writer.bool(flag)
    case .integer(let number): writer.integer(number)
    case .real(let number): writer.real(number)
    case .string(let text) where text.utf8.count > bytesMax:
      writer.string(String(decoding: text.utf8.prefix(bytesMax), as: UTF8.self))
    case .string(let text): writer.string(text)
    case .invalid(let reason): writer.string("(unreadable: \(reason))")
    case .array(let values):
      writer.beginArray()
      for value in values where writer.bytes.count < bytesMax {
        write(value, atMost: bytesMax, into: &writer)
      }
      writer.endArray()
    case .object(let object):
      writer.beginObject()
      for member in object.members where writer.bytes.count < bytesMax {
        writer.name(member.name)
        write(member.value, atMost: bytesMax, into: &writer)
      }
      writer.endObject()
    }
  }
}
