import SyncCore

/// What others' changes took from the device that asks, beside an answer or a row of a snapshot (docs/protocol.md §4).
package enum OwedCoding {
  /// Writes the member `owed` into an object that is open, where there is anything to tell.
  package static func encode(_ losses: [OwedLoss], into writer: inout JSONWriter) {
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

  /// Reads the member of an object. A loss that cannot be read is left out: what it is beside matters more.
  static func decode(_ object: JSONObject) -> [OwedLoss] { (object["owed"]?.array ?? []).compactMap(loss) }

  private static func loss(_ json: JSONValue) -> OwedLoss? {
    guard let object = json.object, let position = object.position("at") ?? nil, position > 0,
      let client = object.name("client_id"),
      let lost = object["lost"]?.object.flatMap({ try? Document($0) })
    else { return nil }
    return OwedLoss(at: Position(position), clientID: client, lost: lost)
  }
}
