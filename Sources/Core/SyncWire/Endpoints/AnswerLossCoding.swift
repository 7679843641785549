import SyncCore

/// What others' changes took from the asking device (`owed`), next to an answer or a snapshot row
/// (docs/protocol.md §4, Lost).
package enum AnswerLossCoding {
  /// Writes the member `owed` into an open object, if there are losses.
  package static func encode(_ losses: [AnswerLoss], into writer: inout JSONWriter) {
    guard !losses.isEmpty else { return }
    writer.name("owed")
    writer.beginArray()
    for loss in losses {
      writer.beginObject()
      writer.name("at")
      writer.integer(loss.at.rawValue)
      writer.name("client_id")
      writer.string(loss.clientID)
      writer.name("lost")
      writer.document(loss.lost)
      writer.endObject()
    }
    writer.endArray()
  }

  /// Parses the member of an object. It omits a loss that cannot be parsed, because the answer or row itself
  /// matters more.
  static func decode(_ object: JSONObject) -> [AnswerLoss] { (object["owed"]?.array ?? []).compactMap(loss) }

  private static func loss(_ json: JSONValue) -> AnswerLoss? {
    guard let object = json.object, let position = object.position("at") ?? nil, position > 0,
      let client = object.name("client_id"),
      let lost = object["lost"]?.object.flatMap({ try? Document($0) })
    else { return nil }
    return AnswerLoss(at: Position(position), clientID: client, lost: lost)
  }
}
