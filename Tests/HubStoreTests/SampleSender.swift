import SyncCore
import SyncWire

@testable import HubStore

/// A moment to start from.
let noon = Instant(milliseconds: 1_763_985_600_000)

/// A device as the hub sees it: what it sends, and what it asks for.
struct SampleSender {
  var device: String
  var incarnation = "first"
  var lastProcessed = Position.start
  var sentAt: Instant?
  var keys = LibraryKeys.assumed
  /// The sender's acknowledged position; `nil` for one that sends rows as they were logged.
  var pushed: ChangeID?

  func change(
    _ id: Int64, _ operation: SyncCore.Operation, _ entity: String, _ uuid: String, _ payload: Document = [:],
    base: Int64 = 0, whole: Bool = false, version: Int64 = 1, at timestamp: Instant = noon
  ) -> PushedChange {
    PushedChange(
      entry: Entry(
        changeID: id, row: RowName(entity, uuid), operation: operation, timestamp: timestamp.description,
        clientID: "app-" + device, version: version, payload: payload),
      base: Position(base), whole: whole)
  }

  func request(_ changes: [PushedChange], now: Instant = noon) -> SendRequest {
    SendRequest(
      clientID: "app-" + device, lastProcessed: lastProcessed,
      device: .init(
        id: DeviceID(rawValue: device), incarnation: Incarnation(rawValue: incarnation),
        sentAt: (sentAt ?? now).description),
      changes: changes, keys: keys, pushed: pushed)
  }

  /// A change with the row's current values.
  func current(
    _ id: Int64, _ operation: SyncCore.Operation, _ entity: String, _ uuid: String, _ payload: Document,
    base: Int64 = 0, vacated: [String] = [], distinctFrom: [String] = [], earlier: [PushedChange] = [],
    at timestamp: Instant = noon
  ) -> PushedChange {
    var change = change(id, operation, entity, uuid, payload, base: base, at: timestamp)
    change.isCurrent = true
    change.vacated = vacated
    change.distinctFrom = distinctFrom
    change.earlier = earlier.map {
      EarlierEntry(
        changeID: ChangeID($0.entry.changeID), timestamp: $0.entry.timestamp, version: $0.entry.version)
    }
    return change
  }

  @discardableResult
  func send(_ changes: PushedChange..., to hub: HubLibrary, now: Instant = noon) throws -> [Answer] {
    try hub.send(request(changes, now: now), now: now).results ?? []
  }

  func page(
    of hub: HubLibrary, since: Int64 = 0, pushed: Int64 = 0, limit: Int = 100, chain: ChainValue? = nil
  ) throws -> GetReply {
    let asked = GetRequest(
      clientID: "app-" + device, since: Position(since),
      extras: .init(
        device: DeviceID(rawValue: device), incarnation: Incarnation(rawValue: incarnation),
        pushed: ChangeID(pushed), logID: hub.logID, chain: chain, limit: limit, waitSeconds: 0))
    return try GetReply(body: try hub.page(asked, now: noon).body)
  }
}

extension GetReply {
  /// The readable entries.
  var readable: [Entry] {
    entries.compactMap { if case .entry(let entry) = $0 { entry } else { nil } }
  }
}

/// Rows as the application writes them.
enum SampleRow {
  static func media(_ url: String, hash: String, title: String = "A title") -> Document {
    [
      "url": .text(url), "title": .text(title), "type": .text("article"), "content": .text("text " + hash),
      "content_hash": .text(hash), "is_trash": .integer(0), "trash_date": .null, "deleted": .integer(0),
    ]
  }

  static func keyword(_ word: String) -> Document { ["keyword": .text(word), "deleted": .integer(0)] }

  static func version(_ media: String, _ number: Int64, _ content: String, created: String = "then")
    -> Document
  {
    [
      "media_uuid": .text(media), "version_number": .integer(number), "content": .text(content),
      "created_at": .text(created), "deleted": .integer(0),
    ]
  }

  static func transcript(_ media: String, _ model: Value, _ text: String) -> Document {
    [
      "media_uuid": .text(media), "whisper_model": model, "transcription": .text(text),
      "deleted": .integer(0),
    ]
  }

  static func link(_ media: String, _ keyword: String) -> Document {
    ["media_uuid": .text(media), "keyword_uuid": .text(keyword)]
  }
}
