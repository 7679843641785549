import SyncCore
import Synchronization
import Testing

@testable import SyncEngine

/// A caller that triggers a cycle and waits learns how that cycle ended.
@Suite struct TriggerTests {
  /// Keeps what a caller received.
  private final class OutcomeRecorder: Sendable {
    private let heard = Mutex<[(outcome: CycleOutcome, quarantined: Int)]>([])
    var outcomes: [CycleOutcome] { heard.withLock { $0.map(\.outcome) } }
    var quarantined: [Int] { heard.withLock { $0.map(\.quarantined) } }
    func record(_ outcome: CycleOutcome, _ quarantined: Int) {
      heard.withLock { $0.append((outcome, quarantined)) }
    }
  }

  private func trigger(_ scene: Scene) -> OutcomeRecorder {
    let ear = OutcomeRecorder()
    scene.on { $0.trigger { ear.record($0, $1) } }
    return ear
  }

  @Test func `a trigger at rest ends with the cycle that it begins`() {
    let scene = Scene()
    scene.comeInStep()
    let ear = trigger(scene)
    scene.work()
    #expect(ear.outcomes.isEmpty)
    scene.answer(200, ScriptedHub.page(next: 0))
    #expect(ear.outcomes == [.inStep])
  }

  @Test func `a trigger during a pull is answered by the next cycle, which reads the library again`() {
    let scene = Scene()
    scene.comeInStep()
    scene.on { $0.trigger() }
    scene.work()
    // Written just now: the current cycle has already read the log.
    scene.library.batches = [batch(1...1)]
    let ear = trigger(scene)
    scene.answer(200, ScriptedHub.page(next: 0))
    #expect(ear.outcomes.isEmpty, "that cycle has not seen it")
    scene.sleep()
    scene.work()
    #expect(scene.hub.waiting.map(\.path) == ["/send"])
    scene.answer(200, Self.taken(1...1))
    scene.answer(200, ScriptedHub.page(next: 0))
    #expect(ear.outcomes == [.inStep])
  }

  @Test func `a trigger does not report the previous cycle's failure, but begins another cycle at once`() {
    let scene = Scene()
    scene.comeInStep()
    scene.on { $0.trigger() }
    scene.work()
    let ear = trigger(scene)
    scene.answer(503, "")
    #expect(ear.outcomes.isEmpty)
    scene.answer(200, ScriptedHub.capabilities())
    scene.answer(200, ScriptedHub.page(next: 0))
    #expect(ear.outcomes == [.inStep])
  }

  @Test func `a trigger reports the failure of its own cycle`() {
    let scene = Scene()
    scene.comeInStep()
    let ear = trigger(scene)
    scene.work()
    scene.answer(503, "")
    #expect(ear.outcomes.count == 1)
    guard case .failed? = ear.outcomes.first else {
      Issue.record("\(ear.outcomes)")
      return
    }
  }

  @Test func `quarantined rows count for their own cycle`() {
    let scene = Scene()
    scene.comeInStep()
    scene.on { $0.trigger() }
    scene.work()
    scene.library.quarantinedByPage = 2
    let first = trigger(scene)
    scene.answer(200, ScriptedHub.page(3, next: 3))
    scene.answer(200, ScriptedHub.page(next: 3))
    #expect(first.outcomes.isEmpty)
    scene.sleep()
    scene.work()
    let second = trigger(scene)
    scene.answer(200, ScriptedHub.page(next: 3))
    #expect(first.quarantined == [0], "the two were of the cycle before")
    scene.sleep()
    scene.work()
    scene.answer(200, ScriptedHub.page(1, next: 4))
    scene.answer(200, ScriptedHub.page(next: 4))
    #expect(second.quarantined == [1])
  }

  @Test func `a trigger during a pause is answered at once and begins nothing`() {
    let scene = Scene()
    scene.comeInStep()
    scene.on { $0.pause(until: nil) }
    scene.work()
    let count = scene.hub.requests.count
    let ear = trigger(scene)
    #expect(ear.outcomes == [.paused])
    #expect(scene.hub.requests.count == count && !scene.library.hasWork)
  }

  @Test func `two requests in one write are answered in order, and the engine keeps running`() {
    let scene = Scene(listens: true)
    scene.comeInStep()
    let ear = OutcomeRecorder()
    let engine = scene.engine
    // The second request arrived with the first, and is handled while the first is answered.
    scene.on {
      $0.trigger { outcome, quarantined in
        ear.record(outcome, quarantined)
        engine.assumeIsolated { $0.trigger { ear.record($0, $1) } }
      }
    }
    scene.work()
    scene.answer(200, ScriptedHub.page(next: 0))
    scene.work()
    scene.answer(200, ScriptedHub.page(next: 0))
    #expect(ear.outcomes == [.inStep, .inStep])
    scene.answer(200, ScriptedHub.page(1, next: 1))
    scene.answer(200, ScriptedHub.page(next: 1))
    #expect(scene.library.kept.pulled == Position(1))
    #expect(scene.status.state == .inSync)
  }

  /// The hub's answer to changes that it accepted.
  static func taken(_ ids: ClosedRange<Int64>) -> String {
    let results = ids.map {
      #"{"change_id":\#($0),"outcome":"applied","landed":\#($0),"exact":true,"at":\#($0),"version":1,"#
        + #""server_timestamp":"2026-01-01T00:00:00.000Z"}"#
    }
    return
      #"{"status":"success","results":[\#(results.joined(separator: ","))],"latest_change_id":\#(ids.upperBound),"#
      + #""server_time":"2026-01-01T00:00:00Z","chain":"c"}"#
  }
}
