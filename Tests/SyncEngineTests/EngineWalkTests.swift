import SampleApplication
import SyncCore
import Synchronization
import Testing

@testable import SyncEngine

/// All possible events of an engine, in random walks from a seed: whatever came, the engine continues by
/// itself.
@Suite struct EngineWalkTests {
  @Test(arguments: [true, false])
  func `in every order of events the engine waits for something, or an alarm is set`(listens: Bool) {
    var met: Set<String> = []
    for seed in 0..<400 {
      var walk = EngineWalk(seed: UInt64(seed), listens: listens)
      for step in 0..<120 {
        let before = walk.scene.state.kind
        let did = walk.step()
        met.insert("\(before) \(did)")
        guard !walk.goesOn else { continue }
        Issue.record("seed \(seed), step \(step): stuck in \(walk.scene.state) behind \(did)")
        return
      }
      walk.end()
      #expect(walk.unanswered == 0, "seed \(seed): somebody waits for an answer for ever")
    }
    let states = Set(met.map { $0.prefix { $0 != " " } })
    #expect(states.count >= (listens ? 16 : 15), "\(states.sorted())")
  }
}

/// A scene with random events.
private struct EngineWalk {
  let scene: Scene
  private var random: SeededGenerator
  private let asked = RequestCounter()
  private var nextChange: Int64 = 1

  /// Counts the callers that wait for an answer.
  private final class RequestCounter: Sendable {
    private let open = Mutex(0)
    func begin() { open.withLock { $0 += 1 } }
    func end() { open.withLock { $0 -= 1 } }
    var count: Int { open.withLock { $0 } }
  }

  init(seed: UInt64, listens: Bool) {
    random = SeededGenerator(seed: seed)
    scene = Scene(listens: listens)
    scene.on { $0.start() }
  }

  var unanswered: Int { asked.count }

  /// Whether anything will happen by itself; nothing has to during a pause.
  var goesOn: Bool {
    if case .paused(let pause) = scene.state, pause.until == nil { return true }
    return scene.library.hasWork || !scene.hub.waiting.isEmpty || scene.time.alarm != nil
  }

  /// Causes one event; returns its name.
  mutating func step() -> String {
    scene.time.chance = Double.random(in: 0..<1, using: &random)
    switch Int.random(in: 0..<20, using: &random) {
    case 0..<7:
      guard scene.library.hasWork else { return answer() }
      if chance(8) { scene.library.failures = [failure()] }
      scene.library.work()
      return "work"
    case 7..<13: return answer()
    case 13, 14:
      scene.sleep()
      return "alarm"
    case 15: return person()
    case 16: return edit()
    default: return surroundings()
    }
  }

  /// Ends the faults, and answers everybody who waits.
  mutating func end() {
    scene.library.failures = []
    for round in 0..<400 where asked.count > 0 || round < 3 {
      scene.work()
      if scene.hub.waiting.isEmpty {
        scene.on { $0.resume() }
        scene.sleep()
      } else {
        answerRight()
      }
    }
  }

  private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

  private mutating func failure() -> StoreError {
    let all: [StoreError] = [
      .busy(path: "/l", waited: .seconds(10)), .diskFull(path: "/l"), .readOnly(path: "/l"),
      .missing(path: "/l"),
      .damaged(path: "/l", detail: "d"), .replaced(path: "/l"), .logChanged(path: "/l", .reset),
    ]
    return all.randomElement(using: &random) ?? .diskFull(path: "/l")
  }

  private mutating func edit() -> String {
    let last = nextChange + Int64.random(in: 0..<4, using: &random)
    scene.library.batches.append(batch(nextChange...last))
    if chance(15) { scene.library.batches[scene.library.batches.count - 1].hasGap = true }
    scene.library.kept.pendingLocal += Int(last - nextChange) + 1
    nextChange = last + 1
    scene.library.seen = .success(.changed(scene.library.kept))
    scene.on { $0.libraryMayHaveChanged() }
    return "edit"
  }

  private mutating func person() -> String {
    let asked = asked
    switch Int.random(in: 0..<7, using: &random) {
    case 0, 1:
      asked.begin()
      scene.on { $0.trigger { _, _ in asked.end() } }
      return "trigger"
    case 2:
      scene.on { $0.pause(until: nil) }
      return "pause"
    case 3:
      let until = scene.time.wall + .seconds(30)
      scene.on { $0.pause(until: until) }
      return "pause for a while"
    case 4:
      let tasks: [MaintenanceTask] = [.verify(repairs: true), .adopt(isDryRun: false), .resync, .join]
      let task = tasks.randomElement(using: &random) ?? .resync
      asked.begin()
      scene.on { $0.run(task) { _ in asked.end() } }
      return "errand"
    default:
      scene.on { $0.resume() }
      return "resume"
    }
  }

  private mutating func surroundings() -> String {
    switch Int.random(in: 0..<7, using: &random) {
    case 0:
      scene.on { $0.machineWoke() }
      return "woke"
    case 1:
      let span: Duration = chance(50) ? .seconds(-50) : .seconds(500)
      scene.on { $0.clockWasSet(by: span) }
      return "clock"
    case 2:
      scene.on { $0.routeAppeared() }
      return "route"
    case 3:
      scene.on { $0.networkPathChanged() }
      return "way"
    case 4:
      scene.on { $0.libraryWasReplaced() }
      return "replaced"
    default:
      scene.library.seen = chance(50) ? .success(.unchanged) : .failure(.damaged(path: "/l", detail: "d"))
      scene.on { $0.libraryMayHaveChanged() }
      return "stirred"
    }
  }

  /// Half of the answers are right.
  private mutating func answer() -> String {
    guard !scene.hub.waiting.isEmpty else { return "nothing" }
    guard chance(45) else {
      answerRight()
      return "answer"
    }
    let problems = [
      (401, "unauthorized"), (403, "token_revoked"), (409, "log_mismatch"), (409, "cursor_too_old"),
      (409, "log_rewound"), (409, "device_rewound"), (413, "too_large"), (413, ""), (503, "busy"), (422, ""),
      (404, ""),
    ]
    switch Int.random(in: 0..<4, using: &random) {
    case 0:
      scene.hub.answer(
        [401, 403, 410, 413, 404, 200, 502].randomElement(using: &random) ?? 502, "<html></html>")
      return "page of somebody else"
    case 1:
      let errors: [TransportError] = [
        .timedOut(after: .seconds(45)), .untrusted(detail: "expired"), .unreachable(detail: "refused"),
        .unusable(detail: "no such file"), .withoutTLS(detail: "wrong version number"),
      ]
      scene.hub.answer(.failure(errors.randomElement(using: &random) ?? .tooLarge(limitBytes: 1)))
      return "no answer"
    default:
      let (status, code) = problems.randomElement(using: &random) ?? (503, "busy")
      scene.hub.refuse(status, code)
      return "problem"
    }
  }

  private mutating func answerRight() {
    guard let request = scene.hub.waiting.first else { return }
    let since = request.query.first { $0.name == "since_change_id" }.flatMap { Int64($0.value) } ?? 0
    switch request.path {
    case "/capabilities": scene.hub.answer(200, ScriptedHub.capabilities())
    case "/send": scene.hub.answer(200, Self.taken(request.body))
    case "/get":
      let count = chance(40) ? 2 : 0
      scene.hub.answer(
        200, ScriptedHub.page(count, next: since + Int64(count), more: count > 0 && chance(50)))
    case "/snapshot":
      scene.hub.answer(
        200,
        #"{"snapshot":"mediasync/1","change_id":9,"chain":"c9","log_id":"\#(ScriptedHub.log)","server_time":"t"}"#
          + "\n" + #"{"end":true,"rows":0,"complete":true}"# + "\n")
    case "/digest": scene.hub.answer(200, #"{"at":\#(since),"log_id":"\#(ScriptedHub.log)","entities":[]}"#)
    default: scene.hub.answer(200, "{}")
    }
  }

  /// A reply that accepts every change of a body.
  private static func taken(_ body: [UInt8]) -> String {
    let text = String(decoding: body, as: UTF8.self)
    let ids = text.split(separator: #""change_id":"#).dropFirst().compactMap { part in
      Int64(part.prefix { $0.isNumber })
    }
    let results = ids.map {
      #"{"change_id":\#($0),"outcome":"applied","landed":1,"exact":true,"at":1,"version":1,"#
        + #""server_timestamp":"2026-01-01T00:00:00.000Z"}"#
    }
    return #"{"status":"success","results":[\#(results.joined(separator: ","))],"latest_change_id":1,"#
      + #""server_time":"2026-01-01T00:00:00Z","chain":"c"}"#
  }
}
