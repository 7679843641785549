import Testing

@testable import SyncCore

/// The cycle while changes are held (docs/decisions/0028).
@Suite struct HeldCycleTests {
  private static func hub(keepsPlace: Bool) -> HubKind {
    .layer2(
      log: LogID(rawValue: "log"), maxChanges: 1000, maxBytes: 1 << 20,
      offers: HubFeatures(snapshot: true, rows: true, digest: true, checkpoint: true, held: keepsPlace))
  }

  /// A cycle that has pushed everything and asks for the log; the changes after 10 are held and read up to
  /// 40.
  private static func script(keepsPlace: Bool = true, listens: Bool = true) -> (CycleScript, [Effect]) {
    var script = CycleScript(listens: listens)
    _ = script.feed(.started)
    script.cycle.hold = Hold(since: script.wall, read: Position(40), rows: 60)
    _ = script.feed(.opened(CycleScript.deviceState(pulled: 10)))
    _ = script.feed(.negotiated(hub(keepsPlace: keepsPlace)))
    let asked = script.feed(.loaded(isEmpty: true, nothingToSend: true, count: 0, last: .none))
    return (script, asked)
  }

  @Test func `during a hold the log is read on from the last page, and the cursor stays`() {
    var (script, asked) = Self.script()
    #expect(asked == [.pull(since: Position(40), waits: false)])
    #expect(script.feed(CycleScript.page(3, next: 50)).contains(.apply(proven: nil)))
    script.cycle.hold?.read = Position(50)
    let ended = script.feed(CycleScript.applied(10, count: 0))
    #expect(ended.contains(.finished(.held)))
    #expect(!ended.contains(.finished(.inStep)))
    #expect(script.cycle.cursor == Position(10))
    #expect(script.cycle.lastSuccess == nil)
    // The long poll waits for newer entries.
    #expect(ended.last == .pull(since: Position(50), waits: true))
  }

  @Test
  func `a hub that keeps no place is asked for nothing more, and local edits are pushed`() {
    let limits = BatchLimits(changes: 100, bytes: 10_000)
    var (script, ended) = Self.script(keepsPlace: false)
    #expect(ended == [.finished(.held)])
    #expect(script.cycle.state == .resting)
    _ = script.feed(.libraryChanged)
    script.advance(.milliseconds(300))
    #expect(script.feed(.timerFired).contains(.load(limits)))
    #expect(
      script.feed(.loaded(isEmpty: false, nothingToSend: false, count: 1, last: ChangeID(1))) == [.send])
  }

  @Test func `an empty long poll is not a success while changes are held`() {
    var (script, _) = Self.script()
    _ = script.feed(CycleScript.page(0, next: 40))
    #expect(script.cycle.state == .listening)
    script.advance(.seconds(30))
    _ = script.feed(CycleScript.page(0, next: 40))
    #expect(script.cycle.state == .listening)
    #expect(script.cycle.lastSuccess == nil)
  }

  @Test func `the limit is more than both bounds`() {
    let brake = Brake(rows: 50, share: 0.25)
    #expect(!brake.holds(50, of: 60))
    #expect(brake.holds(51, of: 60))
    #expect(!brake.holds(250, of: 1000))
    #expect(brake.holds(251, of: 1000))
    #expect(!Brake(rows: 0, share: 0.25).holds(1000, of: 1000))
    #expect(!Brake(rows: 50, share: 0).holds(1000, of: 1000))
  }
}
