import SyncCore
import SyncWire

/// The text form of a row's column stamps: `[2, ms, device, life, name, unit, ms, device, life, name, …]`. An
/// empty name is the canonical one, `*` is some alias. Older versions wrote neither the leading 2 nor lives
/// and names.
extension ColumnStamps {
  private static let format: Int64 = 2

  /// The stamps as JSON text.
  var text: String {
    var writer = JSONWriter(capacity: 96)
    func write(_ stamp: ColumnStamp, into writer: inout JSONWriter) {
      writer.integer(stamp.edited.milliseconds)
      writer.string(stamp.device.rawValue)
      writer.string(stamp.life?.rawValue ?? "")
      writer.string(Self.text(of: stamp.name))
    }
    writer.beginArray()
    writer.integer(Self.format)
    write(original, into: &writer)
    for (unit, stamp) in later.sorted(by: { $0.key < $1.key }) {
      writer.string(unit)
      write(stamp, into: &writer)
    }
    writer.endArray()
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// Parses stamps from their JSON text.
  init(text: String) throws(HubStoreError) {
    let damaged = HubStoreError.damaged(detail: "a row's stamps cannot be read")
    guard var parts = (try? JSONReader.read(text))?.array?[...] else { throw damaged }
    let hasLives = parts.first?.integer == Self.format
    if hasLives { parts = parts.dropFirst() }
    guard let original = Self.stamp(&parts, hasLife: hasLives) else { throw damaged }
    self.init(original: original)
    while !parts.isEmpty {
      guard let unit = parts.removeFirst().string, let stamp = Self.stamp(&parts, hasLife: hasLives) else {
        throw damaged
      }
      later[unit] = stamp
    }
  }

  private static func stamp(_ parts: inout ArraySlice<JSONValue>, hasLife: Bool) -> ColumnStamp? {
    let count = hasLife ? 4 : 2
    guard parts.count >= count, let edited = parts.removeFirst().integer,
      let device = parts.removeFirst().string
    else { return nil }
    let life = hasLife ? parts.removeFirst().string : nil
    let name = hasLife ? parts.removeFirst().string ?? "" : ""
    return ColumnStamp(
      edited: Instant(milliseconds: edited), device: DeviceID(rawValue: device),
      life: life.flatMap { $0.isEmpty ? nil : Incarnation(rawValue: $0) }, name: Self.name(text: name))
  }

  private static func text(of name: ColumnStamp.Name) -> String {
    switch name {
    case .canonical: ""
    case .someAlias: "*"
    case .alias(let uuid): uuid
    }
  }

  private static func name(text: String) -> ColumnStamp.Name {
    switch text {
    case "": .canonical
    case "*": .someAlias
    default: .alias(text)
    }
  }
}
