import SyncCore
import SyncWire

/// The natural keys that a forgotten row holds, stored in place of its stamps as `[index, text, …]`.
enum TombstoneCoding {
  /// The keys as JSON text.
  static func text(of keys: [KeyText]) -> String {
    var writer = JSONWriter(capacity: 128)
    writer.beginArray()
    for key in keys {
      writer.integer(Int64(key.index))
      writer.string(key.text)
    }
    writer.endArray()
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// Parses keys from their JSON text.
  static func keys(of entity: String, in text: String) throws(HubStoreError) -> [KeyText] {
    guard let parts = (try? JSONReader.read(text))?.array, parts.count.isMultiple(of: 2) else {
      throw HubStoreError.damaged(detail: "a forgotten row's keys cannot be read")
    }
    return stride(from: 0, to: parts.count, by: 2).compactMap { place in
      guard let index = parts[place].integer, let text = parts[place + 1].string else { return nil }
      return KeyText(entity: entity, index: Int(clamping: index), text: text)
    }
  }
}
