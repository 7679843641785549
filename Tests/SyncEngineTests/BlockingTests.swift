import SyncCore
import Testing

@testable import SyncEngine

/// What blocks, what does not, and how the engine detects the end: with scripted ports and virtual time.
@Suite struct BlockingTests {
  private static let page = "<html><body>Please log in to the network</body></html>"
  private static let otherLog = "99999999-2222-4333-8444-555555555555"

  /// In step with a layer-2 hub, and the next cycle's page requested.
  private func pulling() -> Scene {
    let scene = Scene()
    scene.comeInStep()
    scene.on { $0.trigger() }
    scene.work()
    return scene
  }

  @Test(arguments: [401, 403, 407, 410, 451, 511, 404, 409, 422])
  func `a page of something in between does not block`(status: Int) {
    let scene = pulling()
    scene.answer(status, Self.page)
    #expect(scene.status.state == .waiting, "\(status): \(scene.status.reason ?? "")")
    scene.sleep()
    scene.work()
    scene.answer(200, ScriptedHub.page(next: 0))
    #expect(scene.status.state == .inSync)
  }

  @Test(arguments: [401, 403, 410])
  func `such a page does not block before the server has said what it is, either`(status: Int) {
    let scene = Scene()
    scene.on { $0.start() }
    scene.work()
    scene.answer(status, Self.page)
    #expect(scene.status.state == .waiting)
    scene.sleep()
    scene.answer(200, ScriptedHub.capabilities())
    scene.answer(200, ScriptedHub.page(next: 0))
    #expect(scene.status.state == .inSync)
  }

  @Test(arguments: [(401, "unauthorized"), (403, "token_revoked"), (403, "token_of_another_device")])
  func `the hub's own refusal blocks, and is reported at once`(status: Int, code: String) {
    let scene = pulling()
    scene.hub.refuse(status, code)
    #expect(scene.status.state == .blocked)
    #expect(scene.listener.transitions.contains { if case .blocked = $0 { true } else { false } })
  }

  @Test func `a hub's reply without a code does not block, a layer-1 server's does`() {
    let scene = pulling()
    scene.answer(401, #"{"detail":"Not authenticated"}"#)
    #expect(scene.status.state == .waiting)
    let layer1 = Scene()
    layer1.on { $0.start() }
    layer1.work()
    layer1.answer(404, "{}")
    layer1.answer(401, #"{"detail":"Not authenticated"}"#)
    #expect(layer1.status.state == .blocked)
    layer1.sleep()
    #expect(layer1.hub.waiting.map(\.path) == ["/get"])
    layer1.answer(200, #"{"changes":[],"latest_change_id":0}"#)
    #expect(layer1.hub.waiting.map(\.path) == ["/capabilities"], "a cycle has begun")
  }

  @Test func `a blocked daemon asks for one entry, and resumes when it gets it`() {
    let scene = pulling()
    scene.hub.refuse(401, "unauthorized")
    for _ in 0..<3 {
      let count = scene.hub.requests.count
      scene.sleep()
      scene.work()
      #expect(scene.status.state == .blocked, "nobody is told of a probe")
      #expect(scene.paths(since: count) == ["/get"])
      #expect(scene.hub.waiting.first?.query.contains(.init("limit", "1")) == true)
      scene.hub.refuse(401, "unauthorized")
    }
    scene.sleep()
    scene.answer(200, ScriptedHub.page(next: 0))
    scene.answer(200, ScriptedHub.capabilities())
    scene.answer(200, ScriptedHub.page(next: 0))
    #expect(scene.status.state == .inSync)
    let told = scene.listener.transitions.count { if case .blocked = $0 { true } else { false } }
    #expect(told == 1)
  }

  @Test(arguments: ["cursor_too_old", "log_rewound"])
  func `a probe that is answered with a demand for a resync ends the blockage`(code: String) {
    let scene = pulling()
    scene.hub.refuse(401, "unauthorized")
    scene.sleep()
    scene.hub.refuse(409, code)
    #expect(scene.hub.waiting.map(\.path) == ["/capabilities"])
  }

  @Test func `a hub with another log is only asked for its capabilities, until the old log is back`() {
    let scene = Scene(log: ScriptedHub.log)
    scene.on { $0.start() }
    scene.work()
    scene.answer(200, ScriptedHub.capabilities(log: Self.otherLog))
    #expect(scene.status.state == .blocked)
    for _ in 0..<4 {
      scene.sleep()
      scene.answer(200, ScriptedHub.capabilities(log: Self.otherLog))
    }
    #expect(scene.status.state == .blocked)
    #expect(Set(scene.paths()) == ["/capabilities"])
    scene.sleep()
    scene.answer(200, ScriptedHub.capabilities())
    scene.answer(200, ScriptedHub.capabilities())
    scene.answer(200, ScriptedHub.page(next: 0))
    #expect(scene.status.state == .inSync)
  }

  @Test func `a captive portal's answer to a probe does not end the blockage`() {
    let scene = pulling()
    scene.hub.refuse(401, "unauthorized")
    scene.sleep()
    scene.answer(200, Self.page)
    #expect(scene.status.state == .blocked)
    #expect(scene.hub.waiting.isEmpty)
  }

  @Test func `a TLS failure is retried, and reported in its own words`() {
    let scene = pulling()
    scene.hub.answer(.failure(.untrusted(detail: "SSL certificate problem: certificate has expired")))
    #expect(scene.status.state == .waiting)
    #expect(scene.status.reason?.contains("SSL certificate problem: certificate has expired") == true)
    scene.sleep()
    scene.work()
    scene.answer(200, ScriptedHub.page(next: 0))
    #expect(scene.status.state == .inSync)
  }

  @Test(arguments: [StoreError.readOnly(path: "/l"), .notPermitted(path: "/l")])
  func `an unusable library is opened again`(error: StoreError) {
    let scene = Scene()
    scene.library.failures = [error]
    scene.on { $0.start() }
    scene.work()
    #expect(scene.status.state == .waiting)
    #expect(scene.library.timesReopened == 1)
    scene.sleep()
    scene.work()
    #expect(scene.hub.waiting.map(\.path) == ["/capabilities"])
  }
}
