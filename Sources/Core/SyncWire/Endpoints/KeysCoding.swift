import SyncCore

/// The unique keys of a library as JSON (docs/protocol.md §4, Keys): for each entity, a list of keys with
/// their columns.
enum KeysCoding {
  static func encode(_ keys: LibraryKeys, into writer: inout JSONWriter) {
    guard case .declared(let declared) = keys else { return }
    writer.name("keys")
    writer.beginObject()
    for (entity, keys) in declared.sorted(by: { $0.key < $1.key }) {
      writer.name(entity)
      writer.beginArray()
      for key in keys {
        writer.beginObject()
        writer.name("columns")
        writer.beginArray()
        for column in key.columns { writer.string(column) }
        writer.endArray()
        if key.ignoresCase {
          writer.name("nocase")
          writer.bool(true)
        }
        writer.endObject()
      }
      writer.endArray()
    }
    writer.endObject()
  }

  /// Parses the keys of a request. Without keys, the hub assumes those of the first schema.
  static func decode(_ request: JSONObject) throws(WireError) -> LibraryKeys {
    guard let member = request["keys"] else { return .assumed }
    guard let object = member.object, object.members.count <= WireLimits.keyedEntitiesMax else {
      throw WireError("/send: keys is no object or has more than \(WireLimits.keyedEntitiesMax) entities")
    }
    var declared: [String: [UniqueKey]] = [:]
    for entity in object.members {
      guard let list = entity.value.array, list.count <= WireLimits.keysMax else {
        throw WireError("/send: an entity's keys are not a list, or more than \(WireLimits.keysMax)")
      }
      declared[entity.name] = list.compactMap { json in
        guard let key = json.object, let columns = key["columns"]?.array, columns.count <= WireLimits.keysMax
        else { return nil }
        return UniqueKey(columns: columns.compactMap(\.string), ignoresCase: key["nocase"]?.bool ?? false)
      }
    }
    return .declared(declared)
  }
}
