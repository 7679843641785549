import SyncCore
import SyncWire

@testable import HubStore

/// SplitMix64: the seed is an argument, and gives the same history again.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
  mutating func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &self) < probability }
}

/// A simulated device: an application that edits keyed rows, and the rules that keep a daemon correct.
struct ModelDevice {
  struct Pending: Equatable {
    var id: Int64
    var uuid: String
    var operation: SyncCore.Operation
    var payload: Document
    var edited: Instant
  }
  struct Parked {
    var at: Position
    var document: Document
  }

  let name: String
  var incarnation = "first"
  var rows: [String: Document] = [:]
  var pending: [Pending] = []
  var nextID: Int64 = 1
  var cursor = Position.start
  var chain: ChainValue?
  var acknowledged = ChangeID.none
  var noted: [String: Position] = [:]
  var aliases: [String: String] = [:]
  var parked: [String: Parked] = [:]
  var unsettled: Set<String> = []

  init(name: String) { self.name = name }

  static func entity(of uuid: String) -> String { uuid.hasPrefix("child-") ? "Child" : "Thing" }

  func canonical(_ uuid: String) -> String {
    var uuid = uuid
    while let next = aliases[uuid] { uuid = next }
    return uuid
  }

  func hasPending(_ uuid: String) -> Bool { pending.contains { canonical($0.uuid) == uuid } }

  func holder(_ key: Value?, but uuid: String? = nil) -> String? {
    guard let key, key != .null else { return nil }
    return rows.keys.sorted().first { $0 != uuid && rows[$0]?["key"] == key }
  }
}

// The application.
extension ModelDevice {
  private mutating func log(
    _ uuid: String, _ operation: SyncCore.Operation, _ payload: Document, _ edited: Instant
  ) {
    pending.append(.init(id: nextID, uuid: uuid, operation: operation, payload: payload, edited: edited))
    nextID += 1
  }

  private mutating func change(_ uuid: String, _ columns: Document) -> Document {
    let row = (rows[uuid] ?? [:]).overlaid(with: columns).overlaid(with: ["client_id": .text(name)])
    rows[uuid] = row
    return row
  }

  mutating func edit(_ rng: inout SeededGenerator, at edited: Instant, value: String) {
    let roll = Double.random(in: 0..<1, using: &rng)
    let keyed = rows.keys.filter { rows[$0]?["key"] != nil }.sorted()
    guard roll >= 0.3, let uuid = keyed.randomElement(using: &rng) else {
      let key = Value.text(["K", "L", "M", "N"].randomElement(using: &rng) ?? "K")
      if let uuid = holder(key) {
        if rows[uuid]?["deleted"] == .integer(1) {
          log(uuid, .update, change(uuid, ["deleted": .integer(0)]), edited)
        }
      } else {
        let uuid = "\(value)-\(name)"
        let row = change(
          uuid, ["key": key, "a": .text(value), "b": .text(value), "deleted": .integer(0)])
        log(uuid, .create, row, edited)
      }
      return
    }
    if roll < 0.6 {
      let column = Bool.random(using: &rng) ? "a" : "b"
      let row = change(uuid, [column: .text(value)])
      log(uuid, .update, rng.chance(0.7) ? row : [column: .text(value)], edited)
    } else if roll < 0.7 {
      _ = change(uuid, ["deleted": .integer(1)])
      log(uuid, .delete, ["deleted": .integer(1)], edited)
    } else if roll < 0.85 {
      let key = Value.text(["K", "L", "M", "N", "O", "P"].randomElement(using: &rng) ?? "K")
      guard holder(key) == nil else { return }
      let row = change(uuid, ["key": key])
      log(uuid, .update, Bool.random(using: &rng) ? row : ["key": key], edited)
    } else {
      let child = "child-\(value)-\(name)"
      log(
        child, .create,
        change(child, ["parent": .text(uuid), "a": .text(value), "deleted": .integer(0)]), edited)
    }
  }
}

// The daemon.
extension ModelDevice {
  private mutating func place(_ uuid: String, _ document: Document) -> Bool {
    guard holder(document["key"], but: uuid) == nil else { return false }
    rows[uuid] = document
    return true
  }

  private mutating func fold(_ uuid: String, into canonical: String) {
    aliases[uuid] = canonical
    if let row = rows.removeValue(forKey: uuid), rows[canonical] == nil { rows[canonical] = row }
    for child in rows.keys where rows[child]?["parent"] == .text(uuid) {
      rows[child]?["parent"] = .text(canonical)
    }
    noted[uuid] = nil
    parked[uuid] = nil
  }

  private func request(_ batch: [Pending], now: Instant) -> SendRequest {
    let changes = batch.map { change in
      let uuid = canonical(change.uuid)
      var payload = change.payload
      if let parent = payload["parent"]?.text { payload["parent"] = .text(canonical(parent)) }
      let base = uuid != change.uuid ? Position.start : noted[uuid] ?? cursor
      return PushedChange(
        entry: Entry(
          changeID: change.id, row: RowName(Self.entity(of: uuid), uuid), operation: change.operation,
          timestamp: change.edited.description, clientID: name, version: 1, payload: payload),
        base: base, whole: unsettled.contains(uuid))
    }
    return SendRequest(
      clientID: name, lastProcessed: cursor,
      device: .init(
        id: DeviceID(rawValue: name), incarnation: Incarnation(rawValue: incarnation), sentAt: now.description
      ),
      changes: changes, chain: chain)
  }

  /// Pushes a few changes. `meanwhile` runs between the request and its answer, `between` at every point at
  /// which the hub serves others during the batch.
  mutating func push(
    to hub: HubLibrary, _ rng: inout SeededGenerator, now: Instant, atMost most: Int = 3,
    losesReply: Bool = false, between: ((inout SeededGenerator) throws -> Void)? = nil,
    meanwhile: ((inout ModelDevice, inout SeededGenerator) -> Void)? = nil
  ) throws {
    let batch = Array(pending.prefix(Int.random(in: 1...most, using: &rng)))
    guard !batch.isEmpty else {
      meanwhile?(&self, &rng)
      return
    }
    let reply: SendReply
    do {
      let sent = try SendRequest(body: request(batch, now: now).encoded())
      let sending = IncrementalSend(sent, to: hub, now: now)
      while sending.reply == nil {
        try sending.step()
        if sending.reply == nil { try between?(&rng) }
      }
      reply = try SendReply(body: sending.reply?.encoded() ?? [])
    } catch HubStoreError.deviceRewound {
      incarnation = "i\(rng.next())"
      return
    }
    if losesReply { return }
    meanwhile?(&self, &rng)
    for (change, answer) in zip(batch, reply.results ?? []) { apply(answer, to: change) }
    unpark()
    dropPassedNotes()
  }

  private mutating func apply(_ answer: Answer, to change: Pending) {
    pending.removeAll { $0 == change }
    acknowledged = ChangeID(change.id)
    var uuid = canonical(change.uuid)
    if let name = answer.canonicalUUID, name != uuid {
      fold(uuid, into: name)
      uuid = name
    }
    if hasPending(uuid) {
      if !answer.exact { unsettled.insert(uuid) }
      if answer.exact, parked[uuid] == nil {
        noted[uuid] = answer.landed
      } else if noted[uuid] == nil {
        noted[uuid] = cursor
      }
      return
    }
    if answer.document.map({ place(uuid, Self.compared($0)) }) ?? true {
      unsettled.remove(uuid)
      parked[uuid] = nil
      noted[uuid] = answer.at
    } else if let document = answer.document {
      unsettled.insert(uuid)
      parked[uuid] = Parked(at: answer.at, document: Self.compared(document))
      if noted[uuid] == nil { noted[uuid] = cursor }
    }
  }

  mutating func pull(from hub: HubLibrary, limit: Int, now: Instant) throws {
    let asked = GetRequest(
      clientID: name, since: cursor,
      extras: .init(
        device: DeviceID(rawValue: name), incarnation: Incarnation(rawValue: incarnation),
        pushed: acknowledged,
        logID: hub.logID, chain: chain, limit: limit, waitSeconds: 0))
    let page = try GetReply(body: try hub.page(asked, now: now).body)
    for case .entry(let entry) in page.entries {
      let uuid = canonical(entry.row.uuid)
      let at = Position(entry.changeID)
      let document = Self.compared(entry.payload)
      if let waiting = parked[uuid] {
        if at > waiting.at { parked[uuid] = Parked(at: at, document: document) }
      } else if (noted[uuid] ?? .start) >= at {
        // The row is already newer than this entry.
      } else if hasPending(uuid) {
        if noted[uuid] == nil { noted[uuid] = at.predecessor }
      } else if place(uuid, document) {
        noted[uuid] = nil
      } else {
        parked[uuid] = Parked(at: at, document: document)
        if noted[uuid] == nil { noted[uuid] = at.predecessor }
      }
      cursor = at
    }
    if let extras = page.extras {
      cursor = extras.next
      chain = extras.chain
    }
    unpark()
    dropPassedNotes()
  }

  private func fits(_ uuid: String, _ others: [String: Parked]) -> Bool {
    guard let own = others[uuid] else { return false }
    if let outside = holder(own.document["key"], but: uuid), others[outside] == nil { return false }
    return !others.contains { other, parked in
      other != uuid && parked.document["key"] == own.document["key"] && own.document["key"] != nil
        && parked.at > own.at
    }
  }

  private mutating func unpark() {
    for uuid in parked.keys.sorted() where hasPending(uuid) { parked[uuid] = nil }
    var fitting = parked
    while true {
      let blocked = fitting.keys.filter { !fits($0, fitting) }
      if blocked.isEmpty { break }
      for uuid in blocked { fitting[uuid] = nil }
    }
    for uuid in fitting.keys where rows[uuid] != nil { rows[uuid]?["key"] = .null }
    for (uuid, waiting) in fitting.sorted(by: { $0.key < $1.key }) {
      precondition(place(uuid, waiting.document), "the hub's documents do not fit together")
      noted[uuid] = waiting.at
      unsettled.remove(uuid)
      parked[uuid] = nil
    }
  }

  private mutating func dropPassedNotes() {
    noted = noted.filter { $0.value > cursor || hasPending($0.key) || parked[$0.key] != nil }
  }

  /// The parts of a document that must be equal on every device.
  static func compared(_ document: Document) -> Document {
    document.without(["uuid", "version", "last_modified"])
  }
}
