import HubStore
import Journal
import Logging
import SyncCore
import SyncWire

/// Where the requests for one library are worked on: writes in one lane, reads in another, what takes long in a third,
/// and a bell for those that wait.
final class LibraryDesk: Sendable {
  let bell = Bell()
  private let library: HubLibrary
  private let name: String
  private let writes: BlockingLane
  private let reads: BlockingLane
  private let long: BlockingLane
  private let logger: Logger

  init(_ library: HubLibrary, name: String, logger: Logger) {
    self.library = library
    self.name = name
    self.logger = logger
    writes = BlockingLane("writes." + name)
    reads = BlockingLane("reads." + name)
    long = BlockingLane("long." + name)
  }

  /// The reply to `/capabilities`.
  func capabilities(now: Instant) async throws(Problem) -> [UInt8] {
    try await logging { [library] () async throws(HubStoreError) in
      try await self.reads.run { () throws(HubStoreError) in try library.capabilities(now: now).encoded() }
    }
  }

  /// The reply to `/send`, once it is on the disk.
  func send(_ request: SendRequest, now: Instant) async throws(Problem) -> [UInt8] {
    let reply = try await logging { [library] () async throws(HubStoreError) in
      try await self.writes.run { () throws(HubStoreError) in try library.send(request, now: now) }
    }
    await bell.ring(from: request.device?.id, head: reply.latest)
    if request.device == nil { tell(ofRejected: reply.results ?? [], from: request.clientID) }
    return reply.encoded()
  }

  /// A layer-1 client does not look at the results: what was rejected of its changes is said here, once a batch.
  private func tell(ofRejected answers: [Answer], from client: String) {
    let rejected = answers.filter { $0.outcome == .rejected }
    guard let first = rejected.first else { return }
    let reason = "\(first.code ?? "rejected"): \(first.reason ?? "no reason")".onOneLine()
    logger.record(
      .hubChangesRejected,
      "rejected \(rejected.count) of \(answers.count) changes of the layer-1 client \(client.onOneLine(scalarsMax: 100)), "
        + "the first one is change \(first.changeID) (\(reason))",
      fields: ["library": "\(name)"])
  }

  /// A page of the log.
  func page(_ request: GetRequest, now: Instant) async throws(Problem) -> LogPage {
    try await logging { [library] () async throws(HubStoreError) in
      let page = try await self.reads.run { () throws(HubStoreError) in try library.page(request, now: now) }
      // The page is the answer; who asked is written down with the next one where it cannot be now.
      if let attendance = page.attendance {
        try? await self.writes.run { () throws(HubStoreError) in try library.record(attendance) }
      }
      return page
    }
  }

  /// The reply to `/rows`.
  func rows(_ request: RowsRequest, now: Instant) async throws(Problem) -> [UInt8] {
    try await logging { [library] () async throws(HubStoreError) in
      try await self.reads.run { () throws(HubStoreError) in try library.rows(request, now: now) }
    }
  }

  /// The reply to `/digest`.
  func digest(_ request: DigestRequest) async throws(Problem) -> [UInt8] {
    try await logging { [library] () async throws(HubStoreError) in
      try await self.long.run { () throws(HubStoreError) in
        guard let bucket = request.bucket else { return try library.digest(request).encoded() }
        return try library.digest(request, of: bucket).encoded()
      }
    }
  }

  /// Begins a snapshot.
  func snapshot(_ request: SnapshotRequest, now: Instant) async throws(Problem) -> SnapshotStream {
    try await logging { [library] () async throws(HubStoreError) in
      try await self.writes.run { () throws(HubStoreError) in try library.snapshot(request, now: now) }
    }
  }

  /// The next lines of a snapshot.
  func lines(of stream: inout SnapshotStream) async throws(Problem) -> [UInt8]? {
    let before = stream
    let (lines, after) = try await logging { () async throws(HubStoreError) in
      try await self.long.run { () throws(HubStoreError) in
        var stream = before
        return (try stream.next(), stream)
      }
    }
    stream = after
    return lines
  }

  /// What a client is not told of a failure stands in the hub's own log.
  private func logging<Result>(
    _ work: () async throws(HubStoreError) -> Result
  ) async throws(Problem) -> Result {
    do {
      return try await work()
    } catch {
      let problem = Problem(error)
      if problem.status >= 500 {
        logger.record(.hubRequestFailed, error.text, fields: ["library": "\(name)"])
      }
      throw problem
    }
  }
}

/// The desks of all libraries that have been asked for.
actor LibraryDesks {
  private var desks: [String: LibraryDesk] = [:]
  private let data: HubData
  private let lane: BlockingLane
  private let logger: Logger
  private var isClosed = false

  init(_ data: HubData, lane: BlockingLane, logger: Logger) {
    self.data = data
    self.lane = lane
    self.logger = logger
  }

  /// The desk of a library; its file is opened, or created, with the first.
  func desk(_ name: String) async throws(Problem) -> LibraryDesk {
    if let desk = desks[name] { return desk }
    let library: HubLibrary
    do {
      library = try await lane.run { [data] () throws(HubStoreError) in try data.library(name) }
    } catch {
      logger.record(.hubLibraryUnusable, "library \(name): \(error.text)", fields: ["library": "\(name)"])
      throw Problem(error)
    }
    // While the file was opened another request may have set up the desk.
    if let desk = desks[name] { return desk }
    let desk = LibraryDesk(library, name: name, logger: logger)
    desks[name] = desk
    if isClosed { await desk.bell.close() }
    return desk
  }

  /// Long polls that are parked now.
  var parkedPolls: Int {
    get async {
      var count = 0
      for desk in desks.values { count += await desk.bell.waiting }
      return count
    }
  }

  /// Answers every parked poll, for good: the server is about to stop.
  func close() async {
    isClosed = true
    for desk in desks.values { await desk.bell.close() }
  }
}
