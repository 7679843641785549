import SyncCore
import Testing

@testable import SyncEngine

/// What a hub, or something in its place, can do to an engine, and what status reports in the meantime: with
/// scripted ports.
@Suite struct TroubleTests {
  // MARK: - Status tells the trouble

  @Test func `the last failure stays in the status during retries, until something succeeds`() {
    let scene = Scene()
    scene.comeInStep()
    scene.on { $0.trigger() }
    scene.work()
    for attempt in 1...5 {
      scene.hub.answer(.failure(.timedOut(after: .seconds(45))))
      #expect(scene.status.state == .waiting)
      #expect(scene.status.nextAttempt != nil)
      scene.sleep()
      let status = scene.status
      #expect(status.state == .syncing && status.isTryingAgain)
      #expect(status.reason?.contains("no answer within 45 s") == true)
      #expect(status.attempt == attempt)
    }
    scene.answer(200, ScriptedHub.capabilities())
    #expect(scene.status.isTryingAgain, "that it says what it is proves nothing")
    scene.answer(200, ScriptedHub.page(1, next: 1, latest: 9, more: true))
    #expect(scene.status.state == .syncing && scene.status.reason == nil && !scene.status.isTryingAgain)
  }

  @Test func `a commit by someone else ends the wait for the library's lock`() {
    let scene = Scene()
    scene.comeInStep()
    scene.time.chance = 0.999
    scene.library.failures = [.busy(path: "/l", waited: .seconds(10))]
    scene.on { $0.trigger() }
    scene.work()
    for _ in 0..<12 {
      scene.library.failures = [.busy(path: "/l", waited: .seconds(10))]
      scene.sleep()
      scene.work()
    }
    #expect(scene.status.state == .waiting)
    #expect((scene.time.alarm ?? .zero) - scene.time.boot > .seconds(100))
    // It changed nothing in the log: a commit all the same.
    scene.library.seen = .success(.unchanged)
    scene.on { $0.libraryMayHaveChanged() }
    scene.work()
    #expect((scene.time.alarm ?? .seconds(1_000_000)) - scene.time.boot <= .milliseconds(250))
  }

  // MARK: - Bounds

  /// In step, and a batch on its way to the hub.
  private func sending(_ count: Int64 = 1) -> Scene {
    let scene = Scene()
    scene.comeInStep()
    scene.library.batches = [batch(1...count)]
    scene.on { $0.trigger() }
    scene.work()
    return scene
  }

  @Test(arguments: [("too_large", true), ("", false)])
  func `413 quarantines a change only with the hub's code`(code: String, isHubs: Bool) {
    let scene = sending()
    scene.hub.refuse(413, code)
    scene.work()
    #expect(scene.library.done.contains("quarantine too_large") == isHubs)
    #expect((scene.status.state == .waiting) != isHubs)
  }

  @Test func `413 from a proxy halves a batch`() {
    let scene = sending(8)
    scene.library.batches = [batch(1...4)]
    scene.answer(413, "<html>413 Request Entity Too Large</html>")
    #expect(scene.hub.waiting.map(\.path) == ["/send"])
    #expect(scene.hub.requests.last?.body.count ?? 0 < scene.hub.requests.dropLast().last?.body.count ?? 0)
  }

  @Test func `a hub that repeats device_rewound gets few new incarnations, ever more rarely`() {
    let scene = sending()
    let began = scene.time.boot
    scene.time.chance = 0.5
    for _ in 0..<200 {
      scene.library.batches = [batch(1...1)]
      if scene.hub.waiting.isEmpty {
        scene.sleep()
        scene.work()
      } else {
        scene.hub.refuse(409, "device_rewound")
        scene.work()
      }
    }
    let renewals = scene.library.done.count { $0 == "renew" }
    let minutes = (scene.time.boot - began) / .seconds(60)
    #expect(Double(renewals) < 12 + 3 * minutes, "\(renewals) in \(minutes) minutes")
  }

  @Test func `a server may ask for an hour, and no more`() {
    let scene = sending()
    scene.hub.answer(503, "", retryAfter: .seconds(1_000_000_000))
    #expect((scene.time.alarm ?? .seconds(1_000_000)) - scene.time.boot <= .seconds(3601))
  }

  // MARK: - Messages say what to do

  @Test(arguments: [
    (HubResponse(status: 404, server: "mediasync-hub"), "/sync"),
    (HubResponse(status: 404, body: Array(#"{"code":"not_found","detail":"nothing"}"#.utf8)), "/sync"),
    (
      HubResponse(status: 301, redirect: "https://hub.example.org/sync/capabilities"),
      "put https://hub.example.org/sync into hub.url"
    ),
    (
      HubResponse(
        status: 401, body: Array(#"{"code":"unauthorized","detail":"no"}"#.utf8), hadCredentials: false),
      "none is configured"
    ),
  ])
  func `a failure names the remedy`(response: HubResponse, words: String) {
    let scene = Scene()
    scene.on { $0.start() }
    scene.work()
    scene.hub.answer(.success(response))
    scene.work()
    #expect(scene.status.reason?.contains(words) == true, "\(scene.status.reason ?? "no reason")")
    #expect(scene.status.hub == nil, "it is no layer-1 server")
  }

  @Test func `https to a port that speaks http is named`() {
    let failure = Failure(.withoutTLS(detail: "wrong version number"))
    #expect(failure.text.contains("write http://") && failure.text.contains("wrong version number"))
    #expect(failure.isTemporary)
  }

  @Test func `a clock that is a day off is shown, until the clock is corrected`() {
    let scene = Scene()
    scene.time.wall = Instant(milliseconds: 1_767_225_600_000 + 3 * 86_400_000)
    scene.comeInStep()
    #expect(scene.status.clockAhead == .seconds(3 * 86_400))
    scene.on { $0.clockWasSet(by: .seconds(-3 * 86_400)) }
    #expect(scene.status.clockAhead == .zero)
  }
}
