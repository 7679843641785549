import Testing

@testable import SyncCore

@Suite struct SnapshotTests {
  private static func step(_ reason: SnapshotReason, after: String?, isComplete: Bool) -> Event {
    .snapshotTaken(
      SnapshotStep(
        applied: PageResult(),
        progress: SnapshotProgress(
          reason: reason, start: CycleScript.checkpoint(40), after: after.map { RowName("Media", $0) },
          rows: 7,
          requeued: 2),
        isComplete: isComplete))
  }

  @Test func `a cursor that is too old causes a snapshot, then a push and a pull from its position`() {
    var script = CycleScript()
    script.begin()
    #expect(
      script.feed(.snapshotRequired(.cursorTooOld)) == [
        .cancelRequest, .report(.snapshotBegun(.cursorTooOld)), .fetchSnapshot(after: nil, start: nil),
      ])
    #expect(script.feed(.snapshotFetched) == [.applySnapshot(.cursorTooOld)])
    #expect(
      script.feed(Self.step(.cursorTooOld, after: "m1", isComplete: false))
        == [.fetchSnapshot(after: RowName("Media", "m1"), start: CycleScript.checkpoint(40))])
    #expect(script.feed(.snapshotFetched) == [.applySnapshot(.cursorTooOld)])
    let limits = BatchLimits(changes: 100, bytes: 10_000)
    #expect(
      script.feed(Self.step(.cursorTooOld, after: "m2", isComplete: true)) == [
        .report(.snapshotTaken(.cursorTooOld, rows: 7, requeued: 2)), .load(limits),
      ])
    #expect(
      script.feed(.loaded(isEmpty: true, nothingToSend: true, count: 0, last: .none))
        == [.pull(since: Position(40), waits: false)])
  }

  @Test func `an interrupted snapshot continues from its place`() {
    var script = CycleScript()
    _ = script.feed(.started)
    let progress = SnapshotProgress(
      reason: .hubRestored, start: CycleScript.checkpoint(9), after: RowName("Keywords", "k"), rows: 3,
      requeued: 0)
    _ = script.feed(.opened(CycleScript.deviceState(pulled: 20, snapshot: progress)))
    #expect(
      script.feed(.negotiated(CycleScript.hub))
        == [.fetchSnapshot(after: RowName("Keywords", "k"), start: CycleScript.checkpoint(9))])
    #expect(script.cycle.state == .snapshotting(.hubRestored))
  }

  @Test func `a snapshot piece that is being applied during a pause is not applied again`() {
    var script = CycleScript()
    script.begin()
    _ = script.feed(.snapshotRequired(.cursorTooOld))
    _ = script.feed(.snapshotFetched)
    _ = script.feed(.paused(Pause(until: nil)))
    #expect(script.feed(Self.step(.cursorTooOld, after: "m5", isComplete: false)).isEmpty)
    #expect(
      script.feed(.resumed).last
        == .fetchSnapshot(after: RowName("Media", "m5"), start: CycleScript.checkpoint(40)))
  }

  @Test func `a hub that is restored during a snapshot starts it again`() {
    var script = CycleScript()
    script.begin()
    _ = script.feed(.snapshotRequired(.cursorTooOld))
    #expect(script.feed(.snapshotRequired(.hubRestored)).last == .fetchSnapshot(after: nil, start: nil))
    #expect(script.cycle.state == .snapshotting(.hubRestored))
  }

  @Test func `a hub that asks for snapshots forever gets delays instead`() {
    var script = CycleScript()
    script.begin()
    for _ in 0..<Cycle.snapshotsMax { _ = script.feed(.snapshotRequired(.cursorTooOld)) }
    _ = script.feed(.snapshotRequired(.cursorTooOld))
    guard case .waiting(let failure) = script.cycle.state else {
      Issue.record("\(script.cycle.state)")
      return
    }
    #expect(failure.kind == .badReply)
  }

  @Test func `a hub without snapshots blocks a device that needs one`() {
    var script = CycleScript()
    _ = script.feed(.started)
    _ = script.feed(.opened(CycleScript.deviceState()))
    let offers = HubFeatures(snapshot: false, rows: false, digest: false, checkpoint: false)
    _ = script.feed(
      .negotiated(.layer2(log: LogID(rawValue: "log"), maxChanges: 10, maxBytes: 1000, offers: offers)))
    _ = script.feed(.loaded(isEmpty: true, nothingToSend: true, count: 0, last: .none))
    _ = script.feed(.snapshotRequired(.hubRestored))
    guard case .blocked = script.cycle.state else {
      Issue.record("\(script.cycle.state)")
      return
    }
  }
}

@Suite struct MaintenanceTaskTests {
  @Test func `a maintenance task waits until all is in step, and then its queued changes are pushed`() {
    var script = CycleScript()
    script.begin()
    _ = script.feed(CycleScript.page(0, next: 0))
    #expect(
      script.feed(.taskRequested(.adopt(isDryRun: false))) == [
        .load(BatchLimits(changes: 100, bytes: 10_000))
      ])
    _ = script.feed(.loaded(isEmpty: true, nothingToSend: true, count: 0, last: .none))
    #expect(script.feed(CycleScript.page(0, next: 0)).last == .runErrand(.adopt(isDryRun: false)))
    #expect(
      script.feed(.taskEnded(hasQueued: true)) == [.load(BatchLimits(changes: 100, bytes: 10_000))])
  }

  @Test func `a change during a maintenance task is pushed after it`() {
    var script = CycleScript()
    script.begin()
    _ = script.feed(.taskRequested(.verify(repairs: false)))
    _ = script.feed(CycleScript.page(0, next: 0))
    #expect(script.cycle.state == .onTask(.verify(repairs: false)))
    _ = script.feed(.libraryChanged)
    _ = script.feed(.taskEnded(hasQueued: false))
    #expect(script.cycle.plan[.debounce] != nil)
  }

  @Test func `a maintenance task that the hub does not support is refused, and the cycle rests`() {
    var script = CycleScript()
    _ = script.feed(.started)
    _ = script.feed(.opened(CycleScript.deviceState()))
    _ = script.feed(.negotiated(.layer1))
    _ = script.feed(.loaded(isEmpty: true, nothingToSend: true, count: 0, last: .none))
    _ = script.feed(.taskRequested(.resync))
    let page = PageSummary(count: 0, last: nil, latest: .start, next: nil, chain: nil, hasMore: false)
    #expect(script.feed(.pulled(page)).contains(.refuseErrand(.resync)))
    #expect(script.cycle.state == .resting)
  }

  /// The library's snapshot progress right after it joined another log.
  private static let joined = SnapshotProgress(
    reason: .joined, start: LogCheckpoint(position: .start, chain: ChainValue(rawValue: "")), after: nil,
    rows: 0,
    requeued: 0)

  @Test func `joining asks the hub for its capabilities, and takes a snapshot before it pushes anything`() {
    var script = CycleScript()
    script.begin()
    _ = script.feed(CycleScript.page(0, next: 0))
    #expect(!script.cycle.mayJoinAnotherLog)
    #expect(script.feed(.taskRequested(.join)) == [.negotiate])
    #expect(script.cycle.mayJoinAnotherLog)
    _ = script.feed(.opened(CycleScript.deviceState(snapshot: Self.joined)))
    #expect(
      script.feed(.negotiated(CycleScript.hub))
        == [.report(.snapshotBegun(.joined)), .fetchSnapshot(after: nil, start: nil)])
    #expect(script.feed(.snapshotFetched) == [.applySnapshot(.joined)])
    var end = Self.joined
    end.start = CycleScript.checkpoint(40)
    end.requeued = 3
    let step = SnapshotStep(applied: PageResult(), progress: end, isComplete: true)
    let effects = script.feed(.snapshotTaken(step))
    #expect(effects.contains(.resynced(.join, step)))
    #expect(effects.last == .load(BatchLimits(changes: 100, bytes: 10_000)))
    #expect(!script.cycle.mayJoinAnotherLog, "once asked, it joins once")
  }

  @Test func `a joined library pushes nothing until it has taken the snapshot`() {
    var script = CycleScript()
    script.begin()
    _ = script.feed(CycleScript.page(0, next: 0))
    _ = script.feed(.taskRequested(.join))
    _ = script.feed(.opened(CycleScript.deviceState(snapshot: Self.joined)))
    _ = script.feed(.negotiated(CycleScript.hub))
    _ = script.feed(.failed(Failure(.unreachable, "gone")))
    _ = script.feed(.triggered)
    #expect(script.feed(.negotiated(CycleScript.hub)).last == .fetchSnapshot(after: nil, start: nil))
    #expect(script.cycle.state == .snapshotting(.joined))
  }

  @Test func `joining the current log is a resync`() {
    var script = CycleScript()
    script.begin()
    _ = script.feed(CycleScript.page(0, next: 0))
    _ = script.feed(.taskRequested(.join))
    _ = script.feed(.negotiated(CycleScript.hub))
    _ = script.feed(.loaded(isEmpty: true, nothingToSend: true, count: 0, last: .none))
    #expect(script.feed(CycleScript.page(0, next: 0)).contains(.report(.snapshotBegun(.asked))))
    #expect(script.cycle.state == .snapshotting(.asked))
  }

  @Test func `a paused daemon runs no maintenance task`() {
    var script = CycleScript()
    script.begin()
    _ = script.feed(.paused(Pause(until: nil)))
    #expect(script.feed(.taskRequested(.verify(repairs: true))) == [.finished(.paused)])
  }
}
