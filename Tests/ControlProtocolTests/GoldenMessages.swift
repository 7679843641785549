import ControlProtocol

/// One message of every kind. The files in `Golden/` hold them as lines, and so does every program that
/// speaks version 1 of the protocol: if a line changes there, the protocol has changed.
enum GoldenMessages {
  static let requests: [ControlRequest] = [
    .hello(ControlHello(range: ProtocolRange(min: 1, max: 1), build: "0.1.0")), .status, .version,
    .metrics, .check, .watch,
    .wait(timeoutSeconds: nil), .wait(timeoutSeconds: 0.25), .wait(timeoutSeconds: 30),
    .trigger(wait: false), .trigger(wait: true), .pause(forSeconds: nil), .pause(forSeconds: 7200), .resume,
    .reload,
    .logLevel(nil), .logLevel(.debug),
    .conflicts(.list(after: 0, limit: 100, only: [])),
    .conflicts(.list(after: 0, limit: 100, only: ["author", "title"])), .conflicts(.show(id: 3, full: true)),
    .conflicts(.restore(id: 3)),
    .conflicts(.dismiss(id: 3)), .conflicts(.dismissAll(only: [])), .conflicts(.dismissAll(only: ["author"])),
    .quarantine(.list(after: 7, limit: 20)), .quarantine(.show(id: 4, full: false)),
    .quarantine(.retry(id: nil)), .quarantine(.retry(id: 4)), .quarantine(.drop(id: 4)),
    .quarantine(.dropAll(entity: nil)), .quarantine(.dropAll(entity: "MediaFiles")),
    .task(.verify(repair: false)), .task(.verify(repair: true)), .task(.adopt(dryRun: true)),
    .task(.resync(join: false)), .task(.resync(join: true)),
    .changes(.show), .changes(.accept(through: nil)), .changes(.accept(through: 920)),
    .changes(.refuse(through: nil)), .changes(.refuse(through: 920)),
    .history(.list(after: 0, limit: 100)), .history(.show(id: 5, full: true)), .history(.restore(id: 5)),
  ]

  static let replies: [ControlReply] =
    [
      .hello(ControlHello(range: ProtocolRange(min: 1, max: 1), build: "0.1.0")),
      .ok(ControlPayload()), .status(waiting), .status(inSync, already: true),
      .status(pulling, already: false), .status(held),
      .version("0.1.0"), .metrics("mediasync_up 1\n# EOF\n"), .check(report),
      .logLevel(LogLevelView(level: .debug, configured: .info), already: false),
      .reloaded(ReloadReport(changed: ["sync.interval", "log.level"], afterRestart: ["control.socket"])),
    ] + outcomes.map { .outcome($0, inSync) } + answers.map { .answer($0) } + errors

  static let events: [ControlEvent] = {
    func event(_ name: ControlEvent.Name, _ set: (inout ControlEvent) -> Void = { _ in }) -> ControlEvent {
      var event = ControlEvent(name, at: "2026-11-25T07:12:25.000Z")
      set(&event)
      return event
    }
    return [
      event(.status) { $0.status = inSync }, event(.progress) { $0.progress = pulling.progress },
      event(.inStep) { ($0.pushed, $0.pulled, $0.attempts) = (3, 10, 0) },
      event(.recovered) { ($0.pushed, $0.pulled, $0.attempts) = (0, 7, 4) },
      event(.waiting) { event in
        (event.reason, event.kind) = ("the hub cannot be reached (connection refused)", "unreachable")
        event.retryIn = 1.5
      },
      event(.blocked) { ($0.reason, $0.kind) = ("the hub refused our credentials", "credentials") },
      event(.quarantined) { $0.count = 2 }, event(.conflicts) { $0.count = 1 },
      event(.passedOver) { $0.count = 5 }, event(.rewound),
      event(.snapshotBegun) { $0.reason = "cursor_too_old" },
      event(.snapshotTaken) { ($0.reason, $0.rows, $0.requeued) = ("cursor_too_old", 12_000, 4) },
      event(.pruned) { $0.count = 900 },
      event(.indexLeftAlone) { $0.reason = "media_fts: it keeps a text of its own" },
      event(.paused) { $0.until = "2026-11-25T09:00:00.000Z" },
      event(.paused), event(.resumed), event(.lost) { $0.count = 40 },
      event(.recovered) { ($0.attempts, $0.outageSeconds) = (96, 86_400.25) },
      event(.quarantined) { ($0.count, $0.named) = (3, [aside, EventRow(entity: nil, uuid: nil)]) },
      event(.conflicts) { ($0.count, $0.named) = (1, [lost]) },
      event(.logReset), event(.logGap), event(.compared) { $0.requeued = 2 },
      event(.changesHeld) { $0.count = 120 }, event(.changesAccepted) { ($0.count, $0.requeued) = (120, 0) },
      event(.changesRefused) { ($0.count, $0.requeued) = (120, 480) },
    ]
  }()

  private static let lost = EventRow(entity: "Media", uuid: "cac11a73-22d6-4faf-8d7e-fe5d17c7a332")

  private static let aside: EventRow = {
    var row = EventRow(entity: "Podcasts", uuid: "some-uuid")
    (row.code, row.direction, row.number) = ("unknown_entity", "pull", 12)
    return row
  }()

  private static let inSync: Status = {
    var status = Status(state: .inSync, database: "/home/alice/Media/library.sqlite", version: "0.1.0")
    status.since = "2026-11-25T07:00:00.000Z"
    status.lastSuccess = "2026-11-25T07:12:00.000Z"
    (status.pulledCursor, status.hubHead) = (920, 920)
    status.hubURL = "https://hub.example.org/sync"
    status.hubProtocol = "layer-2"
    status.deviceID = "laptop-7f3a"
    status.incarnation = "d0f1"
    return status
  }()

  private static let waiting: Status = {
    var status = Status(state: .waiting, database: "/home/alice/Media/library.sqlite", version: "0.1.0")
    status.reason = "the hub cannot be reached (connection refused)"
    status.nextAttempt = "2026-11-25T07:13:00.500Z"
    status.attempt = 4
    (status.pendingLocal, status.quarantined, status.parked, status.conflicts) = (3, 1, 2, 5)
    return status
  }()

  private static let held: Status = {
    var status = inSync
    status.state = .waiting
    status.reason = "changes from elsewhere that delete or empty 120 rows are held: mediasyncctl changes show"
    status.held = Status.Held(since: "2026-11-25T07:10:00.000Z", rows: 120, readTo: 1044)
    return status
  }()

  private static let pulling: Status = {
    var status = inSync
    status.state = .syncing
    (status.pulledCursor, status.hubHead) = (12_000, 50_000)
    var progress = Progress(phase: .pull, done: 12_000)
    (progress.total, progress.rate, progress.secondsLeft) = (50_000, 18_300.5, 2.1)
    status.progress = progress
    return status
  }()

  private static let report: CheckReport = {
    var report = CheckReport()
    report.database = "/home/alice/Media/library.sqlite"
    report.hubURL = "https://hub.example.org/sync"
    report.checks = [
      .ok("library", "as it should be"), .note("hub", .hubOld, "no /capabilities"),
      .wrong("disk", .diskLow, "3 MiB free", todo: "Free some space."),
    ]
    return report
  }()

  private static let outcomes: [ControlOutcome] = [
    .inStep, .temporaryFailure, .refused, .misconfigured, .setAside, .paused, .timedOut,
  ]

  private static let errors: [ControlReply] = [
    .error(.badRequest, "not a request: verb is missing"),
    .error(.unknownVerb, "the daemon (mediasyncd 0.1.0) does not know the verb dance"),
    .error(.versionMismatch, "upgrade mediasyncctl"),
    .error(.forbidden, "pause is refused to uid 1000, who may only read"),
    .error(.tooLong, "a request is at most 65536 bytes"), .error(.busy, "too many clients (200)"),
    .error(.failed, "reply too long"), .error(.temporary, "the library is locked"),
    .error(.notFound, "there is no record 3"), .error(.refused, "the row is gone"),
    .error(.notOffered, "this server does not offer it"),
    .error(.credentials, "the hub refused our credentials"), .error(.blocked, "the library is unusable"),
    .error(.configuration, "the old configuration stays: mediasyncd.toml:7: sync.debunce: unknown key"),
  ]

  private static let answers: [RecordAnswer] = {
    let uuid = "cac11a73-22d6-4faf-8d7e-fe5d17c7a332"
    let since = "2026-11-25T04:31:44.000Z"
    var lost = ConflictItem(id: 1, entity: "Media", uuid: uuid, columns: ["title"], since: since)
    (lost.title, lost.winner, lost.decided, lost.position) = ("Bread / Brot", "laptop-7f3a", since, 920)
    let aside = QuarantineItem(
      id: 2, direction: "push", code: "malformed_payload", whatHappened: "It cannot be read.",
      whatToDo: "Retry.", reason: "the document ends too early", since: since)
    return [
      .conflicts(ConflictList(conflicts: [lost], total: 3, next: 1)),
      .conflict(
        ConflictView(
          item: lost, isHere: true,
          values: [
            .init(column: "title", lost: .text("Bread"), won: .text("Brot"), now: .null, length: 400),
            .init(column: "rating", lost: .integer(3), won: .real(4.5), now: nil, length: 400),
          ])),
      .restored(
        RestoredView(
          id: 1, entity: "Media", uuid: uuid, columns: ["title"], wasThere: false, isDeleted: false)),
      .dismissed(1), .dismissedAll(103),
      .quarantine(QuarantineList(quarantine: [aside], total: 1, next: nil)),
      .entry(QuarantineView(item: aside, entry: #"{"title":"#, length: 400)),
      .retry(RetryView(retried: [1], left: [.init(id: 2, reason: "this entity is not known")])), .dropped(2),
      .droppedAll(7),
      .task(
        MaintenanceTaskView(
          errand: "verify", isDryRun: false, at: 920, compared: 300, isEqual: false,
          counts: .init(missingHere: 1, missingAtHub: 0, differs: 0),
          differences: [.init(entity: "Media", uuid: uuid, kind: "missing_here")], unsettled: 2, repaired: 0,
          queued: 0)),
      .changes(HeldView(isHeld: false)), .changes(heldView(uuid, since)),
      .holdEnded(HoldEndedView(isAccepted: false, through: 1044, rows: 120, queued: 480)),
      .history(HistoryList(history: [historyItem(uuid, since)], total: 1, next: nil)),
      .historyRecord(
        HistoryView(
          record: historyItem(uuid, since), isHere: true,
          values: [.init(column: "title", text: "Bread", now: .text("OWNED"), length: 400)])),
    ]
  }()

  private static func heldView(_ uuid: String, _ since: String) -> HeldView {
    var view = HeldView(isHeld: true)
    (view.since, view.from, view.through) = (since, 920, 1044)
    view.counts = [.init(entity: "Media", deleted: 118, emptied: 1, folded: 1)]
    view.clients = [.init(client: "desktop-11", rows: 100), .init(client: nil, rows: 20)]
    view.rows = [.init(entity: "Media", uuid: uuid, title: "Bread", taking: "deleted")]
    return view
  }

  private static func historyItem(_ uuid: String, _ since: String) -> HistoryItem {
    var item = HistoryItem(id: 5, entity: "Media", uuid: uuid, columns: ["title"], replaced: since)
    (item.title, item.client, item.position) = ("Bread", "desktop-11", 930)
    return item
  }
}
