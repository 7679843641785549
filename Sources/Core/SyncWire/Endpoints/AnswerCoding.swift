import SyncCore

/// The hub's answer to one change, as JSON (a Result in docs/protocol.md §3).
enum AnswerCoding {
  static func encode(_ answer: Answer, into writer: inout JSONWriter) {
    writer.beginObject()
    writer.name("change_id")
    writer.integer(answer.changeID.rawValue)
    writer.name("outcome")
    writer.string(answer.outcome.rawValue)
    writer.name("landed")
    writer.integer(answer.landed.rawValue)
    writer.name("exact")
    writer.bool(answer.exact)
    writer.name("at")
    writer.integer(answer.at.rawValue)
    writer.name("version")
    writer.integer(answer.version)
    writer.name("server_timestamp")
    writer.string(answer.serverTimestamp)
    if let document = answer.document {
      writer.name("document")
      writer.document(document)
    }
    if let canonical = answer.canonicalUUID {
      writer.name("canonical_uuid")
      writer.string(canonical)
    }
    if let lost = answer.lost {
      writer.name("lost")
      writer.beginArray()
      for column in lost { writer.string(column) }
      writer.endArray()
    }
    if let lostTo = answer.lostTo {
      writer.name("lost_to")
      writer.string(lostTo)
    }
    if let heldBy = answer.heldBy {
      writer.name("held_by")
      writer.string(heldBy)
    }
    if let taken = answer.taken {
      writer.name("taken")
      writer.document(taken)
    }
    if answer.asSent {
      writer.name("as_sent")
      writer.bool(true)
    }
    AnswerLossCoding.encode(answer.owed, into: &writer)
    if let code = answer.code {
      writer.name("code")
      writer.string(code)
    }
    if let reason = answer.reason {
      writer.name("reason")
      writer.string(reason)
    }
    writer.endObject()
  }

  static func decode(_ json: JSONValue) throws(WireError) -> Answer {
    guard let object = json.object, let changeID = object.position("change_id") ?? nil,
      let outcome = object["outcome"]?.string.flatMap(Outcome.init(rawValue:))
    else { throw WireError("/send: a result has no change_id, or no known outcome") }
    var document: Document?
    if let inner = object["document"]?.object {
      do { document = try Document(inner) } catch {
        throw WireError("/send: the document of change \(changeID) cannot be read: \(error.reason)")
      }
    }
    let landed = try object.position("landed", default: 0, of: "/send")
    let version = object["version"]?.integer ?? 0
    guard WireLimits.version.contains(version) else {
      throw WireError("/send: the version of change \(changeID) is out of bounds")
    }
    let canonical = object["canonical_uuid"]?.string
    guard canonical?.isName() ?? true else {
      throw WireError("/send: the canonical_uuid of change \(changeID) is not a valid name")
    }
    var answer = Answer(
      changeID: ChangeID(changeID), outcome: outcome, landed: landed,
      exact: object["exact"]?.bool ?? false,
      at: try object.position("at", default: landed.rawValue, of: "/send"),
      version: version, serverTimestamp: object.name("server_timestamp") ?? "",
      document: document, canonicalUUID: canonical,
      lost: object["lost"]?.array?.prefix(Document.columnsMax).compactMap(\.string),
      lostTo: object.name("lost_to"), heldBy: object.name("held_by"),
      taken: object["taken"]?.object.flatMap { try? Document($0) },
      owed: AnswerLossCoding.decode(object),
      code: object["code"]?.string?.onOneLine(scalarsMax: 64), reason: object["reason"]?.string?.onOneLine())
    answer.asSent = object["as_sent"]?.bool ?? false
    return answer
  }
}
