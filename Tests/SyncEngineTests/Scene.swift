import SyncCore

@testable import SyncEngine

/// An engine among scripted ports.
final class Scene {
  let library = ScriptedLibrary()
  let hub = ScriptedHub()
  let time = ScriptedTime()
  let listener = Listener()
  let engine: Engine

  init(log: String? = nil, listens: Bool = false, pulled: Int64 = 0) {
    library.kept = ScriptedLibrary.deviceState(pulled: pulled, log: log)
    engine = Engine(
      executor: TestLoop(), library: library, hub: hub, time: time, work: ImmediateWork(), observer: listener,
      settings: EngineSettings(
        rules: Cycle.Rules(
          batch: BatchLimits(changes: 100, bytes: 1 << 20), debounce: .milliseconds(250),
          interval: .seconds(60),
          listens: listens),
        backoff: Backoff(initial: .seconds(1), limit: .seconds(300)), longPoll: .seconds(55)))
  }

  var state: Cycle.State { engine.assumeIsolated { $0.cycle.state } }
  var status: EngineStatus { engine.assumeIsolated { $0.status() } }

  /// Runs something on the loop.
  func on(_ action: @Sendable (isolated Engine) -> Void) { engine.assumeIsolated { action($0) } }

  /// Runs all requested work of the library.
  func work() { while library.hasWork { library.work() } }

  /// Advances the time to the alarm, and rings it.
  func sleep() {
    guard let alarm = time.alarm else { return }
    time.advance(max(alarm - time.boot, .zero))
    on { $0.timerFired() }
  }

  /// Answers the waiting request; the library then does the resulting work.
  func answer(_ status: Int, _ body: String = "") {
    hub.answer(status, body)
    work()
  }

  /// Comes into step with a hub whose log ends at `head`.
  func comeInStep(head: Int64 = 0) {
    on { $0.start() }
    work()
    answer(200, ScriptedHub.capabilities())
    answer(200, ScriptedHub.page(next: head))
  }

  /// The paths of the requests after the first `count`.
  func paths(since count: Int = 0) -> [String] { hub.requests.dropFirst(count).map(\.path) }
}

/// A change on its way to the hub.
func change(_ id: Int64) -> PushedChange {
  PushedChange(
    entry: Entry(
      changeID: id, row: RowName("Media", "m\(id)"), operation: .create,
      timestamp: "2026-01-01T00:00:00.000Z",
      serverTimestamp: nil, clientID: "app", version: 1, payload: ["uuid": .text("m\(id)")]),
    base: .start, whole: false)
}

/// Changes on their way to the hub.
func batch(_ ids: ClosedRange<Int64>) -> PushBatch {
  PushBatch(
    changes: ids.map(change), unsendable: [], passedOver: 0, last: ChangeID(ids.upperBound), cursor: .start,
    hasMore: false)
}
