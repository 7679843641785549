import HubStore
import SampleApplication
import SyncCore
import SyncWire

@testable import LibraryStore

/// A library, its application, and the exchanges with a real hub's store, as encoded bytes.
final class SyncedDevice {
  let file: ScratchLibrary
  private(set) var library: Library
  let application: SampleLibrary
  private let number: Int
  var now = Instant(milliseconds: 1_800_000_000_000)

  /// Edits here have times from `start` on, in milliseconds since 1970.
  init(_ number: Int, fixture: String = "empty", start: Int64 = 1_799_999_000_000) throws {
    self.number = number
    file = try ScratchLibrary(fixture)
    library = try file.open(machine: "machine-\(number)", device: "device-\(number)")
    application = try SampleLibrary(
      file.path, client: "client-\(number)", seed: UInt64(number),
      clock: .stepping(from: start + Int64(number) * 7, by: 900))
  }

  /// The process ends and starts again.
  func restart() throws {
    library = try file.open(machine: "machine-\(number)", device: "device-\(number)")
  }

  /// The hub's reason to refuse; `nil` if it accepted the request.
  typealias Refusal = ProblemCode

  /// Pushes all pending changes.
  func push(_ hub: HubLibrary, losesReply: Bool = false) throws -> Refusal? {
    while true {
      _ = try library.fillIn()
      let standing = try library.standing()
      let batch = try library.nextBatch(BatchLimits(changes: 500, bytes: 4 << 20))
      guard !batch.isEmpty else { return nil }
      let request = SendRequest(
        clientID: standing.device.rawValue, lastProcessed: standing.pulled,
        device: .init(id: standing.device, incarnation: standing.incarnation, sentAt: now.description),
        changes: batch.changes, chain: standing.witness?.chain, chainAt: standing.witness?.position)
      let response = hub.answer(
        HubRequest(method: .post, path: SendRequest.path, body: request.encoded()), now: now)
      guard response.status == 200 else { return refusal(response) }
      if losesReply { return nil }
      let reply = try SendReply(body: response.body)
      _ = try library.settle(
        batch, answers: reply.results ?? [],
        witness: reply.chain.map { Witness(position: reply.latest, chain: $0) })
    }
  }

  /// Pulls everything.
  func pull(_ hub: HubLibrary, limit: Int = 500) throws -> Refusal? {
    while true {
      let standing = try library.standing()
      let since = max(standing.pulled, standing.hold?.read ?? .start)
      let request = GetRequest(
        clientID: standing.device.rawValue, since: since,
        extras: .init(
          device: standing.device, incarnation: standing.incarnation, pushed: standing.pushed,
          logID: standing.log, chain: standing.witness?.chain, limit: limit, waitSeconds: 0,
          chainAt: standing.witness?.position, held: since > standing.pulled ? standing.pulled : nil))
      let response = hub.answer(
        HubRequest(method: .get, path: GetRequest.path, query: request.query), now: now)
      guard response.status == 200 else { return refusal(response) }
      let reply = try GetReply(body: response.body)
      guard let extras = reply.extras, extras.next > since else { return nil }
      _ = try library.apply(
        PulledPage(entries: reply.entries, rules: .layer2(next: extras.next, chain: extras.chain)))
    }
  }

  /// Takes a snapshot, or continues the current one, up to a number of pieces. Returns true if it is
  /// complete.
  @discardableResult
  func takeSnapshot(
    _ hub: HubLibrary, _ reason: SnapshotReason, limit: Int = 100, pieces: Int = .max
  ) throws -> Bool {
    for _ in 0..<pieces {
      let standing = try library.standing()
      let progress = standing.snapshot
      let request = SnapshotRequest(
        device: standing.device, incarnation: standing.incarnation, logID: standing.log,
        chain: progress?.start.chain, chainAt: progress?.start.position, after: progress?.after, limit: limit)
      let response = hub.answer(request.request, now: now)
      let piece = try SnapshotPiece(
        SnapshotReply(body: response.body), after: progress?.after, of: standing.log)
      if try library.take(piece, reason: reason).isComplete { return true }
    }
    return false
  }

  /// Fetches rows of the hub's that may be children of a returned row.
  func fetchChildren(_ hub: HubLibrary, _ names: [RowName]) throws -> Examination {
    let standing = try library.standing()
    let request = RowsRequest(device: standing.device, logID: standing.log, rows: names)
    let reply = try RowsReply(body: hub.answer(request.request, now: now).body)
    let rows = reply.rows.compactMap { found -> HubRow? in
      guard case .entry(let entry) = found.entry else { return nil }
      return HubRow(row: entry.row, state: .held(entry))
    }
    return try library.examine(rows, remedy: .fetchChildren)
  }

  /// Moves to a hub's log, as a person asked for.
  func join(_ hub: HubLibrary, limit: Int = 100) throws {
    try library.join(log: hub.logID)
    try takeSnapshot(hub, .joined, limit: limit)
  }

  /// Pushes and pulls until nothing is left; takes a snapshot if the hub asks for one.
  func sync(_ hub: HubLibrary) throws {
    for _ in 0..<10 {
      switch try push(hub) ?? pull(hub) {
      case .cursorTooOld?: try takeSnapshot(hub, .cursorTooOld)
      case .logRewound?: try takeSnapshot(hub, .hubRestored)
      case .some(let code): throw UnexpectedRefusal(code: code)
      case nil: if try library.standing().pendingLocal == 0 { return }
      }
    }
  }

  struct UnexpectedRefusal: Error { let code: ProblemCode? }

  private func refusal(_ response: HubResponse) -> Refusal? {
    Problem(status: response.status, body: response.body).known ?? .failed
  }
}
