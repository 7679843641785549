import SampleApplication
import Testing

@testable import SyncCore

/// Every event in every state, in random walks from a seed: the transitions match the table, and every state
/// has a way out.
@Suite struct StateTableTests {
  typealias Kind = Cycle.State.Kind

  /// The observed transitions.
  private struct Seen {
    var successors: [Kind: Set<Kind>] = [:]
    var pairs: Set<String> = []
    var stuck: [String] = []
  }

  /// Walks until every state has met every event so often that nothing new is to be expected.
  private static let seen: Seen = {
    var seen = Seen()
    for seed in 0..<6000 { walk(&seen, seed: UInt64(seed)) }
    return seen
  }()

  private static func walk(_ seen: inout Seen, seed: UInt64) {
    var walk = RandomWalk(seed: seed)
    for _ in 0..<60 {
      let before = walk.script.cycle.state.kind
      let event = walk.step()
      let after = walk.script.cycle.state.kind
      seen.pairs.insert("\(before) \(event)")
      if after != before { seen.successors[before, default: []].insert(after) }
      if let why = walk.stuck { seen.stuck.append("seed \(seed), \(before) -\(event)-> \(after): \(why)") }
    }
  }

  @Test(arguments: Kind.allCases)
  func `the table lists exactly the possible transitions`(state: Kind) {
    let found = Self.seen.successors[state] ?? []
    #expect(found.subtracting(state.successors) == [], "\(state) leads there, and the table does not say so")
    #expect(state.successors.subtracting(found) == [], "\(state) never leads there, and the table says so")
  }

  @Test(arguments: Kind.allCases)
  func `every event was tried in every state`(state: Kind) {
    for event in RandomWalk.names where !RandomWalk.isImpossible(event, in: state) {
      #expect(Self.seen.pairs.contains("\(state) \(event)"), "\(event)")
    }
  }

  @Test func `every state has a way out`() {
    #expect(Self.seen.stuck.prefix(5) == [])
  }
}

/// A cycle with random events, as the engine may feed them.
struct RandomWalk {
  var script: CycleScript
  private var random: SeededGenerator

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    script = CycleScript(listens: seed % 3 != 0)
  }

  /// The names of the events, of which some have several forms. A cycle starts once.
  static let names = [
    "opened", "libraryReplaced", "libraryChanged", "libraryStirred", "libraryTorn", "libraryUnchanged",
    "alarmRang", "wokenFromSleep", "clockSet", "routeAppeared", "wayMoved", "triggered", "paused", "resumed",
    "negotiated",
    "loaded", "logChanged", "compared", "sent", "refusedAsTooLarge", "refused", "deviceRewound", "renewed",
    "settled", "pulled", "applied", "snapshotRequired", "snapshotFetched", "snapshotTaken", "probed",
    "errandAsked", "errandEnded", "failed",
  ]

  /// The library is opened once for each request.
  static func isImpossible(_ name: String, in state: Cycle.State.Kind) -> Bool {
    name == "opened" && ![.opening, .negotiating, .paused].contains(state)
  }

  /// Feeds an event, half of the time the one that the state waits for. Returns its name.
  mutating func step() -> String {
    guard script.cycle.number > 0 else {
      _ = script.feed(.started)
      return "started"
    }
    let state = script.cycle.state.kind
    var name =
      Bool.random(using: &random) ? awaited(state) : Self.names.randomElement(using: &random) ?? "alarmRang"
    if Self.isImpossible(name, in: state) { name = "alarmRang" }
    guard let event = event(name) else { return "none" }
    script.cycle.ownTasks = Bool.random(using: &random) ? [] : [.fillColumns]
    script.cycle.hasEdits = Bool.random(using: &random)
    if name == "alarmRang", let next = script.cycle.plan.next {
      script.advance(max(next - script.boot, .zero))
    }
    script.advance(.milliseconds(Int64.random(in: 0...20_000, using: &random)))
    _ = script.feed(event, random: Double.random(in: 0..<1, using: &random))
    return name
  }

  private mutating func awaited(_ state: Cycle.State.Kind) -> String {
    switch state {
    case .resting, .waiting, .blocked: "alarmRang"
    case .opening: "opened"
    case .negotiating: "negotiated"
    case .loading: "loaded"
    case .comparing: "compared"
    case .sending: "sent"
    case .renewing: "renewed"
    case .completingPush: "settled"
    case .pulling: Bool.random(using: &random) ? "pulled" : "applied"
    case .snapshotting: Bool.random(using: &random) ? "snapshotFetched" : "snapshotTaken"
    case .onTask: "errandEnded"
    case .listening: "pulled"
    case .probing: "probed"
    case .paused: "resumed"
    }
  }

  /// Why nothing would ever happen again by itself; `nil` if something does.
  var stuck: String? {
    let plan = script.cycle.plan
    switch script.cycle.state {
    case .waiting: return plan[.retry] == nil ? "no next try" : nil
    case .blocked: return plan[.probe] == nil ? "no next probe" : nil
    case .resting: return plan.nextAttempt == nil ? "no next check" : nil
    case .paused(let pause): return pause.until != nil && plan[.pauseEnd] == nil ? "no end of the pause" : nil
    default: return nil
    }
  }
}

extension RandomWalk {
  private mutating func coin() -> Bool { Bool.random(using: &random) }

  /// An event with a name, in one of its forms; `nil` if the engine could not feed it now.
  private mutating func event(_ name: String) -> Event? {
    switch name {
    case "opened": return opened()
    case "libraryReplaced": return .libraryReplaced
    case "libraryChanged": return .libraryChanged
    case "libraryStirred": return .libraryTouched
    case "libraryTorn": return .libraryTorn
    case "libraryUnchanged": return .libraryUnchanged
    case "alarmRang": return .timerFired
    case "wokenFromSleep": return .wokenFromSleep
    case "clockSet": return .clockSet(by: coin() ? .seconds(-100) : .seconds(90_000))
    case "routeAppeared": return .routeAppeared
    case "wayMoved": return .networkPathChanged
    case "triggered": return .triggered
    case "paused": return .paused(Pause(until: coin() ? nil : script.wall + .seconds(60)))
    case "resumed": return .resumed
    case "negotiated": return .negotiated(coin() ? CycleScript.hub : .layer1)
    case "loaded": return loaded()
    case "logChanged": return .logChanged(coin() ? .reset : .gap)
    case "compared": return .compared(queued: 1)
    case "sent": return .sent(nil)
    case "refusedAsTooLarge": return .refusedAsTooLarge(byHub: coin(), bytes: 500)
    case "refused":
      return .refused(
        BatchRefusal(cause: coin() ? .change : .unclear, culprit: nil, words: "no"), Failure(.hubBusy, "500"))
    case "deviceRewound": return .deviceRewound
    case "renewed": return .renewed
    case "settled": return .pushCompleted(PushResult())
    case "pulled": return pulled()
    case "applied": return applied()
    case "snapshotRequired": return .snapshotRequired(coin() ? .cursorTooOld : .hubRestored)
    case "snapshotFetched": return .snapshotFetched
    case "snapshotTaken": return snapshotTaken()
    case "probed": return .probed
    case "errandAsked":
      return .taskRequested(
        [.verify(repairs: true), .resync, .join].randomElement(using: &random) ?? .resync)
    case "errandEnded": return .taskEnded(hasQueued: coin())
    case "failed":
      return .failed(Failure(Failure.Kind.allCases.randomElement(using: &random) ?? .unreachable, "no"))
    default: return nil
    }
  }

  private mutating func opened() -> Event {
    let pause = coin() ? nil : Pause(until: coin() ? nil : script.wall + .seconds(coin() ? 60 : -60))
    let progress = SnapshotProgress(
      reason: .asked, start: CycleScript.checkpoint(1), after: nil, rows: 0, requeued: 0)
    let cursor = script.cycle.cursor.rawValue
    return .opened(CycleScript.deviceState(pulled: cursor, pause: pause, snapshot: coin() ? nil : progress))
  }

  private mutating func loaded() -> Event {
    let (isEmpty, isUnsendable, hasGap) = (coin(), coin(), coin() && coin())
    return .loaded(
      isEmpty: isEmpty, nothingToSend: isEmpty || isUnsendable, count: coin() ? 1 : 8, last: ChangeID(8),
      hasGap: hasGap)
  }

  /// A page from the requested position; `nil` if none was requested.
  private mutating func pulled() -> Event? {
    var since = script.cycle.cursor
    if let pull = script.cycle.pull {
      guard pull.isFetching else { return nil }
      since = pull.since
    }
    let count = coin() ? 0 : 3
    let end = since.rawValue + Int64(count)
    guard script.cycle.hub != .layer1 else {
      return .pulled(
        PageSummary(
          count: count, last: count > 0 ? Position(end) : nil,
          latest: Position(coin() ? end : max(end - 1, 0)),
          next: nil, chain: nil, hasMore: false))
    }
    return CycleScript.page(count, next: end, more: coin())
  }

  /// The result of applying; `nil` if nothing is being applied.
  private mutating func applied() -> Event? {
    if case .pulling(let pull) = script.cycle.state, !pull.isApplying { return nil }
    return CycleScript.applied(script.cycle.cursor.rawValue, count: coin() ? 0 : 2)
  }

  private mutating func snapshotTaken() -> Event {
    let progress = SnapshotProgress(
      reason: .asked, start: CycleScript.checkpoint(script.cycle.cursor.rawValue),
      after: RowName("Media", "a"),
      rows: 1, requeued: 0)
    return .snapshotTaken(SnapshotStep(applied: PageResult(), progress: progress, isComplete: coin()))
  }
}
