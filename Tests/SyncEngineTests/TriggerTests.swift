import SyncCore
import Synchronization
import Testing

@testable import SyncEngine

/// Who triggers a cycle and waits hears how a cycle of theirs ended.
@Suite struct TriggerTests {
  /// What somebody was told.
  private final class Ear: Sendable {
    private let heard = Mutex<[(outcome: CycleOutcome, setAside: Int)]>([])
    var outcomes: [CycleOutcome] { heard.withLock { $0.map(\.outcome) } }
    var setAside: [Int] { heard.withLock { $0.map(\.setAside) } }
    func hear(_ outcome: CycleOutcome, _ setAside: Int) { heard.withLock { $0.append((outcome, setAside)) } }
  }

  private func trigger(_ scene: Scene) -> Ear {
    let ear = Ear()
    scene.on { $0.trigger { ear.hear($0, $1) } }
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

  @Test func `a trigger in the midst of a pull is answered by the next cycle, which reads the library anew`()
  {
    let scene = Scene()
    scene.comeInStep()
    scene.on { $0.trigger() }
    scene.work()
    // Written just now: the cycle under way has read the log already.
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

  @Test func `a failure of the cycle before is not theirs: another one begins at once`() {
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

  @Test func `a failure of their own cycle is told`() {
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

  @Test func `what was set aside counts for the cycle in which it was`() {
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
    #expect(first.setAside == [0], "the two were of the cycle before")
    scene.sleep()
    scene.work()
    scene.answer(200, ScriptedHub.page(1, next: 4))
    scene.answer(200, ScriptedHub.page(next: 4))
    #expect(second.setAside == [1])
  }

  @Test func `a trigger while paused is answered at once and begins nothing`() {
    let scene = Scene()
    scene.comeInStep()
    scene.on { $0.pause(until: nil) }
    scene.work()
    let count = scene.hub.requests.count
    let ear = trigger(scene)
    #expect(ear.outcomes == [.paused])
    #expect(scene.hub.requests.count == count && !scene.library.hasWork)
  }

  @Test func `two requests in one go are answered in order, and the engine lives on`() {
    let scene = Scene(listens: true)
    scene.comeInStep()
    let ear = Ear()
    let engine = scene.engine
    // The second request has come with the first, and is taken up in its answer.
    scene.on {
      $0.trigger { outcome, setAside in
        ear.hear(outcome, setAside)
        engine.assumeIsolated { $0.trigger { ear.hear($0, $1) } }
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

  /// The hub's answer to changes that it took.
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
