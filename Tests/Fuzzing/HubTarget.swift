import HubStore
import LibraryStore
import SampleApplication
import SyncCore
import SyncWire

/// A device's requests to a real hub library, one per line: `send` and the body, or a path's word and its
/// query. The hub never fails, its answers can be parsed, and an honest device beside the hostile one
/// continues: it applies all that the hub has, and the hub accepts what it sends.
struct HubTarget: FuzzTarget {
  let name = "hub"

  func honestInput(_ random: inout SeededGenerator) -> [UInt8] {
    guard let scene = try? SampleScene.shared.get() else { return [] }
    var lines: [[UInt8]] = []
    for _ in 0...random.number(0...2) {
      let body = scene.messages.request(&random, device: random.chance(80) ? "hostile" : "other").encoded()
      lines.append(Array("send ".utf8) + body)
      if random.chance(25) {
        let query = QueryTarget().honestInput(&random).map { $0 == 0x0A ? UInt8(ascii: "&") : $0 }
        lines.append(Array(random.pick(["get ", "rows ", "snapshot ", "digest "]).utf8) + query)
      }
    }
    return Array(lines.joined(separator: [0x0A]))
  }

  func run(_ input: [UInt8]) throws {
    let scene = try SampleScene.shared.get()
    try scene.withCopies { path, hubPath in
      // Few, so that a request takes several steps.
      let hub = try HubLibrary.open(at: hubPath, durability: .process, stepChanges: 3)
      for line in input.split(separator: 0x0A).prefix(20) { try ask(hub, line) }
      try resume(hub, path)
      let problems = try scene.before.problems(after: path)
      guard problems.isEmpty else { throw Finding(problems.joined(separator: "\n")) }
    }
  }

  private func ask(_ hub: HubLibrary, _ line: ArraySlice<UInt8>) throws {
    let word = line.prefix { $0 != UInt8(ascii: " ") }
    let rest = Array(line.dropFirst(word.count + 1))
    let path = "/" + String(decoding: word, as: UTF8.self)
    let request =
      path == SendRequest.path
      ? HubRequest(method: .post, path: path, body: rest)
      : HubRequest(
        method: .get, path: path,
        query: QueryLines.items(rest.map { $0 == UInt8(ascii: "&") ? 0x0A : $0 }))
    let response = hub.answer(request, now: SampleScene.now)
    switch response.status {
    case 200 where path == SendRequest.path: _ = try SendReply(body: response.body)
    case 200 where path == GetRequest.path: _ = try GetReply(body: response.body)
    case 200 where path == RowsRequest.path: _ = try RowsReply(body: response.body)
    case 200 where path == SnapshotRequest.path: _ = try SnapshotReply(body: response.body)
    case 200: break
    case 400..<500:
      guard Problem(status: response.status, body: response.body).known != nil else {
        throw Finding("a refusal without a code: \(String(decoding: response.body, as: UTF8.self))")
      }
    default:
      throw Finding("the hub answers \(response.status): \(String(decoding: response.body, as: UTF8.self))")
    }
  }

  /// Pulls everything as an honest device, and pushes one of its own changes.
  private func resume(_ hub: HubLibrary, _ path: String) throws {
    let library = try SampleScene.open(path)
    try pullAll(hub, library)
    let word = "honest-word"
    let entry = Entry(
      changeID: 900, row: RowName("Keywords", "99999999-0000-4000-8000-000000000000"), operation: .create,
      timestamp: SampleScene.now.description, clientID: "application", version: 1,
      payload: ["keyword": .text(word), "deleted": .integer(0)])
    let request = SendRequest(
      clientID: "honest", lastProcessed: .start,
      device: .init(
        id: DeviceID(rawValue: "honest"), incarnation: Incarnation(rawValue: "i"),
        sentAt: SampleScene.now.description),
      changes: [PushedChange(entry: entry, base: .start, whole: false)])
    let response = hub.answer(
      HubRequest(method: .post, path: SendRequest.path, body: request.encoded()), now: SampleScene.now)
    guard response.status == 200, let answer = try SendReply(body: response.body).results?.first,
      answer.outcome == .applied || answer.outcome == .merged
    else { throw Finding("an honest change is not taken any more: \(response.status)") }
    try pullAll(hub, library)
  }

  private func pullAll(_ hub: HubLibrary, _ library: Library) throws {
    var rounds = 0
    while true {
      let cursor = try library.deviceState().pulled
      let request = GetRequest(
        clientID: "honest", since: cursor,
        extras: .init(
          device: DeviceID(rawValue: "honest"), incarnation: Incarnation(rawValue: "nobody"), pushed: .none,
          logID: hub.logID, chain: nil, limit: 7, waitSeconds: 0))
      let response = hub.answer(
        HubRequest(method: .get, path: GetRequest.path, query: request.query), now: SampleScene.now)
      guard response.status == 200 else { throw Finding("an honest pull is refused: \(response.status)") }
      let reply = try GetReply(body: response.body)
      if let fault = reply.fault(askedFrom: cursor) { throw Finding("the hub's page has a fault: \(fault)") }
      let unread = reply.entries.contains { if case .malformed = $0 { true } else { false } }
      guard !unread, let extras = reply.extras else { throw Finding("the hub gives on what cannot be read") }
      do throws(StoreError) {
        _ = try library.apply(
          PulledPage(entries: reply.entries, rules: .layer2(next: extras.next, chain: extras.chain)))
      } catch {
        throw Finding("an honest library cannot go on: \(error)")
      }
      rounds += 1
      guard extras.hasMore else { return }
      guard rounds < 1000 else { throw Finding("the log has no end") }
    }
  }
}
