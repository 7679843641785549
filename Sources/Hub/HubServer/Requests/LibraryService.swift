import HubStore
import Journal
import Logging
import SyncCore
import SyncWire

/// Processes the requests for one library: writes in one lane, reads in another, long reads in a third, with
/// a bell for long polls. The library's file is open only while it is in use, and for a while after.
final class LibraryService: Sendable {
  let notifier = LongPollNotifier()
  private let data: HubData
  private let name: String
  private let writes: SerialWorker
  private let reads: SerialWorker
  private let long: SerialWorker
  private let senders = KeyedSemaphore()
  private let onUse: @Sendable () -> Void
  private let logger: Logger

  init(
    _ name: String, of data: HubData, on threads: WorkerThreads, logger: Logger,
    onUse: @escaping @Sendable () -> Void
  ) {
    self.data = data
    self.name = name
    self.logger = logger
    self.onUse = onUse
    writes = SerialWorker(threads)
    reads = SerialWorker(threads)
    long = SerialWorker(threads)
  }

  /// The reply to `/capabilities`.
  func capabilities(now: Instant) async throws(Problem) -> [UInt8] {
    try await working(in: reads) { (library) throws(HubStoreError) in
      try library.capabilities(now: now).encoded()
    }
  }

  /// The reply to `/send`, once the changes are on disk. Batches of different senders take turns, step by
  /// step. Batches of one sender run one after the other.
  func send(_ request: SendRequest, now: Instant) async throws(Problem) -> [UInt8] {
    let sender = request.device.map { "d" + $0.id.rawValue } ?? "c" + request.clientID
    let (reply, isNews) = try await senders.during(sender) { () throws(Problem) in
      let sending = try await working(in: writes) { (library) throws(HubStoreError) in
        let sending = IncrementalSend(request, to: library, now: now)
        try sending.step()
        return sending
      }
      while true {
        if let reply = sending.reply { return (reply, sending.isNews) }
        try await working(in: writes) { (_) throws(HubStoreError) in try sending.step() }
      }
    }
    if isNews { await notifier.notify(from: request.device?.id) }
    if request.device == nil { logRejected(reply.results ?? [], from: request.clientID) }
    return reply.encoded()
  }

  /// Logs the rejected changes of a layer-1 client, in one line per batch: such a client ignores the results.
  private func logRejected(_ answers: [Answer], from client: String) {
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
    let page = try await working(in: reads) { (library) throws(HubStoreError) in
      try library.page(request, now: now)
    }
    // The page is already complete. If the hub cannot write the check-in now, the next one does.
    if let checkIn = page.checkIn {
      try? await writes.run { [data, name] () throws(HubStoreError) in
        try data.library(name).record(checkIn)
      }
    }
    return page
  }

  /// The reply to `/rows`.
  func rows(_ request: RowsRequest, now: Instant) async throws(Problem) -> [UInt8] {
    try await working(in: reads) { (library) throws(HubStoreError) in try library.rows(request, now: now) }
  }

  /// The reply to `/digest`.
  func digest(_ request: DigestRequest) async throws(Problem) -> [UInt8] {
    try await working(in: long) { (library) throws(HubStoreError) in
      guard let bucket = request.bucket else { return try library.digest(request).encoded() }
      return try library.digest(request, of: bucket).encoded()
    }
  }

  /// Starts a snapshot.
  func snapshot(_ request: SnapshotRequest, now: Instant) async throws(Problem) -> SnapshotStream {
    try await working(in: writes) { (library) throws(HubStoreError) in
      try library.snapshot(request, now: now)
    }
  }

  /// Reads the next lines of a snapshot; `nil` after the last.
  func lines(of stream: inout SnapshotStream) async throws(Problem) -> [UInt8]? {
    let before = stream
    let (lines, after) = try await working(in: long) { (library) throws(HubStoreError) in
      var stream = before
      return (try stream.next(from: library), stream)
    }
    stream = after
    return lines
  }

  /// Whether a request failed while the library was opened or later.
  private enum Failure: Error {
    case opening(HubStoreError)
    case working(HubStoreError)
  }

  /// Opens the library if it is not open, and runs `work` with it. The hub's own log has the details of a
  /// failure that the client does not see.
  private func working<Result: Sendable>(
    in worker: SerialWorker, _ work: @escaping @Sendable (HubLibrary) throws(HubStoreError) -> Result
  ) async throws(Problem) -> Result {
    defer { onUse() }
    do throws(Failure) {
      return try await worker.run { [data, name] () throws(Failure) in
        let library: HubLibrary
        do throws(HubStoreError) { library = try data.library(name) } catch { throw .opening(error) }
        do throws(HubStoreError) { return try work(library) } catch { throw .working(error) }
      }
    } catch {
      throw problem(error)
    }
  }

  private func problem(_ failure: Failure) -> Problem {
    switch failure {
    case .opening(let error):
      logger.record(.hubLibraryUnusable, "library \(name): \(error.text)", fields: ["library": "\(name)"])
      return Problem(error)
    case .working(let error):
      let problem = Problem(error)
      if problem.status >= 500 {
        logger.record(.hubRequestFailed, error.text, fields: ["library": "\(name)"])
      }
      return problem
    }
  }
}

/// A snapshot that is being read piece by piece.
actor SnapshotReading {
  private var stream: SnapshotStream
  private let service: LibraryService

  init(_ stream: SnapshotStream, at service: LibraryService) {
    self.stream = stream
    self.service = service
  }

  /// Reads the next lines; `nil` after the last. Call it again only after it has returned.
  func next() async throws(Problem) -> [UInt8]? {
    var next = stream
    let lines = try await service.lines(of: &next)
    stream = next
    return lines
  }
}

/// The desks of all libraries that have been used.
actor LibraryServices {
  /// The hub closes a library that nobody has used for this long.
  private static let idle = Duration.seconds(60)

  private var services: [String: LibraryService] = [:]
  private let data: HubData
  private let threads = WorkerThreads("libraries")
  private let logger: Logger
  private var isClosed = false
  private var sweep: Task<Void, Never>?

  init(_ data: HubData, logger: Logger) {
    self.data = data
    self.logger = logger
  }

  /// The desk of a library. The library's file is opened, or created, by the first request.
  func service(_ name: String) async -> LibraryService {
    if let service = services[name] { return service }
    let service = LibraryService(name, of: data, on: threads, logger: logger) { [weak self] in
      Task { await self?.closeUnusedLater() }
    }
    services[name] = service
    if isClosed { await service.notifier.close() }
    return service
  }

  /// A lane for work that belongs to no request.
  nonisolated func worker() -> SerialWorker { SerialWorker(threads) }

  /// Checks for libraries to close while any is open. If none is open, no timer runs.
  private func closeUnusedLater() {
    guard sweep == nil, !isClosed else { return }
    sweep = Task {
      var open = 0
      repeat {
        try? await Task.sleep(for: Self.idle)
        open = await threads.run { [data] in data.closeLibraries(unusedSince: .now - Self.idle) }
      } while open > 0 && !Task.isCancelled
      sweep = nil
    }
  }

  /// The number of long polls that are parked now.
  var parkedPolls: Int {
    get async {
      var count = 0
      for service in services.values { count += await service.notifier.waiting }
      return count
    }
  }

  /// Answers every parked poll and parks no more: the server is shutting down.
  func close() async {
    isClosed = true
    sweep?.cancel()
    for service in services.values { await service.notifier.close() }
  }
}
