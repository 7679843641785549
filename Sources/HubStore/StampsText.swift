import SyncCore
import SyncWire

/// Column stamps as the text in which a row keeps them: `[ms, device, unit, ms, device, …]`.
extension ColumnStamps {
  /// The stamps as JSON text.
  var text: String {
    var writer = JSONWriter(capacity: 64)
    writer.beginArray()
    writer.integer(original.edited.milliseconds)
    writer.string(original.device.rawValue)
    for (unit, stamp) in later.sorted(by: { $0.key < $1.key }) {
      writer.string(unit)
      writer.integer(stamp.edited.milliseconds)
      writer.string(stamp.device.rawValue)
    }
    writer.endArray()
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// Reads stamps from their text.
  init(text: String) throws(HubStoreError) {
    guard let parts = (try? JSONReader.read(text))?.array, parts.count >= 2, parts.count % 3 == 2,
      let original = Self.stamp(parts[0], parts[1])
    else { throw HubStoreError.damaged(detail: "a row's stamps cannot be read") }
    self.init(original: original)
    for index in stride(from: 2, to: parts.count, by: 3) {
      guard let unit = parts[index].string, let stamp = Self.stamp(parts[index + 1], parts[index + 2]) else {
        throw HubStoreError.damaged(detail: "a row's stamps cannot be read")
      }
      later[unit] = stamp
    }
  }

  private static func stamp(_ edited: JSONValue, _ device: JSONValue) -> ColumnStamp? {
    guard let edited = edited.integer, let device = device.string else { return nil }
    return ColumnStamp(edited: Instant(milliseconds: edited), device: DeviceID(rawValue: device))
  }
}
