import SampleApplication
import Testing

@testable import SyncCore

@Suite struct SharingTests {
  private static let limits = BatchLimits(changes: 100, bytes: 10_000)
  private static let nothing = Event.loaded(isEmpty: true, nothingToSend: true, count: 0, last: .none)

  private static func batch(_ last: Int64) -> Event {
    .loaded(isEmpty: false, nothingToSend: false, count: 100, last: ChangeID(last))
  }

  // MARK: - An edit in a pull

  @Test func `an edit during a large pull goes out after the page that is being applied`() {
    var script = CycleScript()
    script.begin()
    #expect(
      script.feed(CycleScript.page(1000, next: 1000, more: true))
        == [.apply(proven: nil), .pull(since: Position(1000), waits: false)])
    #expect(script.feed(.libraryChanged) == [])
    script.advance(.milliseconds(250))
    #expect(script.feed(.timerFired) == [], "the library is at work")
    #expect(script.feed(CycleScript.applied(1000)) == [.load(Self.limits)])
    #expect(script.feed(Self.batch(1)) == [.send])
    // Requested pages keep arriving; they wait for their turn.
    #expect(script.feed(CycleScript.page(1000, next: 2000, more: true)) == [])
    #expect(script.feed(.sent(nil)) == [.completePush])
    #expect(
      script.feed(.pushCompleted(PushResult())) == [
        .apply(proven: nil), .pull(since: Position(2000), waits: false),
      ])
    #expect(script.feed(CycleScript.applied(2000)) == [.load(Self.limits)])
    #expect(script.feed(Self.nothing) == [], "the pull goes on, and its page is on the way")
    #expect(script.feed(CycleScript.page(0, next: 2000)).contains(.finished(.inStep)))
  }

  @Test func `over a slow line an edit does not wait for the page in transfer`() {
    var script = CycleScript()
    script.begin()
    _ = script.feed(.libraryChanged)
    script.advance(.milliseconds(250))
    #expect(script.feed(.timerFired) == [.load(Self.limits)])
    #expect(script.feed(Self.batch(1)) == [.send])
    #expect(script.feed(.sent(nil)) == [.completePush])
    #expect(script.feed(.pushCompleted(PushResult())) == [.load(Self.limits)])
    #expect(script.feed(Self.nothing) == [])
    script.advance(.seconds(11))
    // The log has grown by the pushed changes since this page was requested.
    #expect(
      script.feed(CycleScript.page(1000, next: 1000))
        == [.apply(proven: nil), .pull(since: Position(1000), waits: false, halvings: 2)])
    _ = script.feed(CycleScript.applied(1000))
    #expect(script.feed(CycleScript.page(0, next: 1000)).contains(.finished(.inStep)))
  }

  @Test func `an edit whose commit is not visible yet is found during a pull`() {
    var script = CycleScript()
    script.begin()
    _ = script.feed(CycleScript.page(1000, next: 1000, more: true))
    #expect(script.feed(.libraryTouched) == [])
    script.advance(Cycle.recheckDelays[0])
    #expect(script.feed(.timerFired) == [.checkLibrary])
    _ = script.feed(.libraryChanged)
    script.advance(.milliseconds(250))
    _ = script.feed(.timerFired)
    #expect(script.feed(CycleScript.applied(1000)) == [.load(Self.limits)])
  }

  @Test func `an edit made while the log was read is pushed during the next pull`() {
    var script = CycleScript()
    script.begin()
    _ = script.feed(.libraryChanged)
    script.advance(.milliseconds(250))
    _ = script.feed(.timerFired)
    _ = script.feed(.libraryChanged)
    #expect(script.feed(Self.nothing) == [])
    script.advance(.milliseconds(250))
    #expect(script.feed(.timerFired) == [.load(Self.limits)])
  }

  // MARK: - A page in a push

  @Test func `others' changes arrive during a large push`() {
    var script = CycleScript()
    _ = script.feed(.started)
    _ = script.feed(.opened(CycleScript.deviceState()))
    _ = script.feed(.negotiated(CycleScript.hub))
    _ = script.feed(Self.batch(100))
    script.advance(.milliseconds(900))
    _ = script.feed(.sent(nil))
    #expect(script.feed(.pushCompleted(PushResult())) == [.load(Self.limits)], "it has just begun")
    _ = script.feed(Self.batch(200))
    script.advance(.milliseconds(900))
    _ = script.feed(.sent(nil))
    #expect(
      script.feed(.pushCompleted(PushResult())) == [.pull(since: .start, waits: false), .load(Self.limits)],
      "a page is asked for beside the next batch")
    #expect(script.feed(Self.batch(300)) == [.send])
    #expect(script.feed(CycleScript.page(3, next: 7)) == [], "not between a batch and its answers")
    #expect(script.feed(.sent(nil)) == [.completePush])
    #expect(script.feed(.pushCompleted(PushResult())) == [.apply(proven: nil)])
    #expect(script.feed(CycleScript.applied(7)) == [.load(Self.limits)], "and the push goes on")
    #expect(script.feed(Self.nothing) == [.pull(since: Position(7), waits: false)])
    #expect(script.feed(CycleScript.page(0, next: 7)).contains(.finished(.inStep)))
  }

  @Test func `a hub that asks for a resync is obeyed after the current batch`() {
    var script = CycleScript()
    script.begin()
    _ = script.feed(.libraryChanged)
    script.advance(.milliseconds(250))
    _ = script.feed(.timerFired)
    #expect(script.feed(.snapshotRequired(.cursorTooOld)) == [], "the library is read")
    let effects = script.feed(Self.batch(1))
    #expect(effects.first == .cancelRequest && effects.last == .fetchSnapshot(after: nil, start: nil))
  }

  @Test func `a page requested in another incarnation is not applied`() {
    var script = CycleScript()
    script.begin()
    _ = script.feed(.libraryChanged)
    script.advance(.milliseconds(250))
    _ = script.feed(.timerFired)
    _ = script.feed(Self.batch(1))
    #expect(script.feed(.deviceRewound) == [.cancelRequest, .report(.rewound), .renewIncarnation])
  }

  // MARK: - How large

  @Test func `an interrupted batch or page is retried smaller, and grows again`() {
    var script = CycleScript()
    script.begin()
    var failure = Failure(.unreachable, "nothing moved")
    failure.isOfTransfer = true
    _ = script.feed(.failed(failure))
    script.advance(.seconds(1))
    _ = script.feed(.timerFired)
    _ = script.feed(.negotiated(CycleScript.hub))
    #expect(script.feed(Self.nothing) == [.pull(since: .start, waits: false, halvings: 2)])
    _ = script.feed(CycleScript.page(10, next: 10, more: true))
    #expect(script.feed(CycleScript.applied(10)) == [])
    #expect(
      script.feed(CycleScript.page(10, next: 20, more: true))
        == [.apply(proven: nil), .pull(since: Position(20), waits: false, halvings: 1)])
  }

  @Test func `a slow batch is followed by smaller ones`() {
    var script = CycleScript()
    _ = script.feed(.started)
    _ = script.feed(.opened(CycleScript.deviceState()))
    _ = script.feed(.negotiated(CycleScript.hub))
    _ = script.feed(Self.batch(100))
    script.advance(.seconds(16))
    _ = script.feed(.sent(nil))
    #expect(script.feed(.pushCompleted(PushResult())).last == .load(BatchLimits(changes: 25, bytes: 2500)))
  }

  // MARK: - Whatever comes when

  @Test(arguments: 0..<300)
  func `a page is never applied between a batch and its answers, and all is pushed and pulled`(seed: UInt64) {
    var play = TurnsPlay(seed: seed)
    play.run()
    #expect(play.faults == [])
    #expect(play.pushed == play.edited && play.applied == play.head, "seed \(seed)")
  }
}

/// A cycle, a growing log, a hub with pages, and requests and work that end in any order.
private struct TurnsPlay {
  private var script = CycleScript()
  private var random: SeededGenerator
  /// The library does one thing after the other.
  private var work: [Effect] = []
  private var isSending = false
  private var asked: Int64?
  private var pagesInHand: [Int64] = []
  private var isBatchOpen = false
  private var batchLast: Int64 = 0
  private(set) var edited: Int64
  private(set) var pushed: Int64 = 0
  private(set) var head: Int64
  private(set) var applied: Int64 = 0
  private(set) var faults: [String] = []
  private var isDone = false

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    edited = Int64(random.below(400))
    head = Int64(random.below(4000))
  }

  mutating func run() {
    handle(script.feed(.started))
    for step in 0..<20_000 where !isDone {
      script.advance(.milliseconds(random.below(400)))
      if step < 300, random.below(15) == 0 {
        edited += 1
        handle(script.feed(.libraryChanged))
      }
      if step < 300, random.below(15) == 0 { head += Int64(random.below(50)) }
      if let due = script.cycle.plan.next, due <= script.boot { handle(script.feed(.timerFired)) }
      isDone = script.cycle.state == .resting && script.cycle.plan[.debounce] == nil && step > 300
      happen()
      if script.cycle.state == .resting, applied < head { script.advance(.seconds(60)) }
      isDone = isDone && applied == head
    }
  }

  private mutating func happen() {
    switch random.below(3) {
    case 0: doWork()
    case 1 where isSending:
      isSending = false
      handle(script.feed(.sent(nil)))
    case 2:
      guard let since = asked else { return }
      asked = nil
      let next = min(since + 100, head)
      if next > since { pagesInHand.append(next) }
      handle(script.feed(CycleScript.page(Int(next - since), next: next, more: next < head)))
    default: break
    }
  }

  private mutating func doWork() {
    guard !work.isEmpty else { return }
    switch work.removeFirst() {
    case .open: handle(script.feed(.opened(CycleScript.deviceState())))
    case .load(let limits):
      batchLast = min(pushed + Int64(limits.changes), edited)
      isBatchOpen = batchLast > pushed
      handle(
        script.feed(
          .loaded(
            isEmpty: !isBatchOpen, nothingToSend: !isBatchOpen, count: Int(batchLast - pushed),
            last: ChangeID(batchLast))))
    case .completePush:
      pushed = batchLast
      isBatchOpen = false
      handle(script.feed(.pushCompleted(PushResult())))
    case .apply:
      guard !pagesInHand.isEmpty else { return faults.append("nothing to apply") }
      if isBatchOpen { faults.append("applied between a batch and its answers") }
      applied = pagesInHand.removeFirst()
      handle(script.feed(CycleScript.applied(applied)))
    case .checkLibrary: handle(script.feed(.libraryUnchanged))
    default: break
    }
  }

  private mutating func handle(_ effects: [Effect]) {
    for effect in effects {
      switch effect {
      case .negotiate: handle(script.feed(.negotiated(CycleScript.hub)))
      case .open, .load, .completePush, .apply, .checkLibrary: work.append(effect)
      case .send:
        if isSending { faults.append("two batches under way") }
        isSending = true
      case .pull(let since, _, _):
        if asked != nil { faults.append("two pages asked for") }
        if pagesInHand.count > 1 { faults.append("more than two pages held") }
        asked = since.rawValue
      default: break
      }
    }
  }
}
