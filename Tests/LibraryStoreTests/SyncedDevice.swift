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
  typealias Refused = ProblemCode

  /// Pushes all pending changes.
  func push(_ hub: HubLibrary, losesReply: Bool = false) throws -> Refused? {
    while true {
      _ = try library.fillIn()
      let deviceState = try library.deviceState()
      let batch = try library.nextBatch(BatchLimits(changes: 500, bytes: 4 << 20))
      guard !batch.isEmpty else { return nil }
      let request = SendRequest(
        clientID: deviceState.device.rawValue, lastProcessed: deviceState.pulled,
        device: .init(id: deviceState.device, incarnation: deviceState.incarnation, sentAt: now.description),
        changes: batch.changes, chain: deviceState.checkpoint?.chain,
        chainAt: deviceState.checkpoint?.position)
      let response = hub.answer(
        HubRequest(method: .post, path: SendRequest.path, body: request.encoded()), now: now)
      guard response.status == 200 else { return refusal(response) }
      if losesReply { return nil }
      let reply = try SendReply(body: response.body)
      _ = try library.completePush(
        batch, answers: reply.results ?? [],
        checkpoint: reply.chain.map { LogCheckpoint(position: reply.latest, chain: $0) })
    }
  }

  /// Pulls everything.
  func pull(_ hub: HubLibrary, limit: Int = 500) throws -> Refused? {
    while true {
      let deviceState = try library.deviceState()
      let since = max(deviceState.pulled, deviceState.hold?.read ?? .start)
      let request = GetRequest(
        clientID: deviceState.device.rawValue, since: since,
        extras: .init(
          device: deviceState.device, incarnation: deviceState.incarnation, pushed: deviceState.pushed,
          logID: deviceState.log, chain: deviceState.checkpoint?.chain, limit: limit, waitSeconds: 0,
          chainAt: deviceState.checkpoint?.position,
          held: since > deviceState.pulled ? deviceState.pulled : nil))
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
  func applySnapshot(
    _ hub: HubLibrary, _ reason: SnapshotReason, limit: Int = 100, pieces: Int = .max
  ) throws -> Bool {
    for _ in 0..<pieces {
      let deviceState = try library.deviceState()
      let progress = deviceState.snapshot
      let request = SnapshotRequest(
        device: deviceState.device, incarnation: deviceState.incarnation, logID: deviceState.log,
        chain: progress?.start.chain, chainAt: progress?.start.position, after: progress?.after, limit: limit)
      let response = hub.answer(request.request, now: now)
      let piece = try SnapshotPiece(
        SnapshotReply(body: response.body), after: progress?.after, of: deviceState.log)
      if try library.apply(piece, reason: reason).isComplete { return true }
    }
    return false
  }

  /// Fetches rows of the hub's that may be children of a returned row.
  func fetchChildren(_ hub: HubLibrary, _ names: [RowName]) throws -> ExaminationResult {
    let deviceState = try library.deviceState()
    let request = RowsRequest(device: deviceState.device, logID: deviceState.log, rows: names)
    let reply = try RowsReply(body: hub.answer(request.request, now: now).body)
    let rows = reply.rows.compactMap { found -> HubRow? in
      guard case .entry(let entry) = found.entry else { return nil }
      return HubRow(row: entry.row, state: .held(entry))
    }
    return try library.examine(rows, repair: .fetchChildren)
  }

  /// Moves to a hub's log, as a person asked for.
  func join(_ hub: HubLibrary, limit: Int = 100) throws {
    try library.join(log: hub.logID)
    try applySnapshot(hub, .joined, limit: limit)
  }

  /// Pushes and pulls until nothing is left; takes a snapshot if the hub asks for one.
  func sync(_ hub: HubLibrary) throws {
    for _ in 0..<10 {
      switch try push(hub) ?? pull(hub) {
      case .cursorTooOld?: try applySnapshot(hub, .cursorTooOld)
      case .logRewound?: try applySnapshot(hub, .hubRestored)
      case .some(let code): throw UnexpectedRefusal(code: code)
      case nil: if try library.deviceState().pendingLocal == 0 { return }
      }
    }
  }

  struct UnexpectedRefusal: Error { let code: ProblemCode? }

  private func refusal(_ response: HubResponse) -> Refused? {
    Problem(status: response.status, body: response.body).known ?? .failed
  }
}
