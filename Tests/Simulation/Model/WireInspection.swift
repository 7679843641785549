import SyncCore

/// Searches every body for a device's local ids: they mean nothing on another device (protocol.md §1, fact
/// 2).
final class WireInspection {
  private(set) var violations: [Violation] = []
  private static let names = ["id", "media_id", "keyword_id"].map { Array($0.utf8) }

  func inspect(request: HubRequest, from sender: String) {
    inspect(request.body, "\(sender) sent \(request.path)")
  }

  func inspect(response: HubResponse, to request: HubRequest) {
    inspect(response.body, "the hub answered \(request.path)")
  }

  private func inspect(_ body: [UInt8], _ what: String) {
    guard violations.isEmpty, let name = Self.localName(in: body) else { return }
    violations.append(
      Violation(
        "no local id crosses the wire", "\(what) with a member \(String(decoding: name, as: UTF8.self))"))
  }

  /// The first member with a local name, in a document or in one that is quoted within another.
  private static func localName(in body: [UInt8]) -> [UInt8]? {
    body.withUnsafeBufferPointer { bytes in
      let quote = UInt8(ascii: "\"")
      var at = 0
      while at + 2 < bytes.count {
        guard bytes[at] == quote else {
          at += 1
          continue
        }
        at += 1
        for name in names where at + name.count + 1 < bytes.count {
          guard bytes[at..<(at + name.count)].elementsEqual(name) else { continue }
          let end = bytes[at + name.count]
          if end == quote || end == UInt8(ascii: "\\") { return name }
        }
      }
      return nil
    }
  }
}
