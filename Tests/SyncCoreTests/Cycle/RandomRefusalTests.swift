import SampleApplication
import Testing

@testable import SyncCore

/// Random logs, and layer-1 servers that refuse some of it, in their own words, in misleading ones or in
/// none, and are sometimes down: exactly the refused changes are quarantined, and the server accepts the rest
/// in order.
@Suite struct RandomRefusalTests {
  @Test(arguments: 0..<8)
  func `exactly the refused changes are quarantined, and the server accepts the rest in order`(part: UInt64) {
    for seed in part * 100..<(part + 1) * 100 {
      var history = RefusalHistory(seed: seed)
      history.run()
      let all = Set(1...history.length)
      #expect(history.hasPulled, "seed \(seed): the pull waits for ever")
      #expect(history.quarantined == history.refused, "seed \(seed)")
      #expect(history.taken == all.subtracting(history.refused).sorted(), "seed \(seed)")
      // Two searches by halving for each refused change, and some tries while the server is down.
      let most = 40 + history.refused.count * 16
      #expect(
        history.requests <= most, "seed \(seed): \(history.requests) requests for \(history.refused.count)")
    }
  }
}

/// One log, one server, and a cycle between them.
private struct RefusalHistory {
  let length: Int64
  /// The changes that the server refuses, and those of them with a bare 500.
  var refused: Set<Int64> = []
  private var silent: Set<Int64> = []
  /// The time in which the server answers everything with a bare 500: shorter than a restart may take.
  private var down: Range<Duration>
  private var random: SeededGenerator
  private var script = CycleScript()
  private var pushed: Int64 = 0
  private var batch: [PushedChange] = []

  private(set) var taken: [Int64] = []
  private(set) var quarantined: Set<Int64> = []
  private(set) var requests = 0
  /// Everything is pushed, or quarantined: only the pull is left.
  var hasPulled: Bool { script.cycle.isPulling }

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    length = Int64(random.below(120)) + 1
    let share = [1, 5, 40][random.below(3)]
    for id in 1...length where random.below(100) < share { refused.insert(id) }
    // Each further bare one in a row is doubted longer: a few are enough for the test.
    if random.below(2) == 0, let one = refused.min() { silent.insert(one) }
    let start = script.boot + .milliseconds(random.below(2000))
    down = random.below(3) == 0 ? start..<(start + .seconds(random.below(50))) : start..<start
  }

  mutating func run() {
    var effects = script.feed(.started) + script.feed(.opened(CycleScript.deviceState()))
    effects += script.feed(.negotiated(.layer1))
    for _ in 0..<5000 where !hasPulled {
      guard let next = effects.compactMap({ answer(to: $0) }).first else {
        guard let due = script.cycle.plan.next else { return }
        script.advance(max(due - script.boot, .zero))
        effects = script.feed(.timerFired)
        continue
      }
      script.advance(.milliseconds(5))
      effects = script.feed(next, random: Double(random.below(100)) / 100)
    }
  }

  private mutating func answer(to effect: Effect) -> Event? {
    switch effect {
    case .load(let limits):
      let last = min(pushed + Int64(limits.changes), length)
      batch = pushed < last ? ((pushed + 1)...last).map(Self.change) : []
      return .loaded(
        isEmpty: batch.isEmpty, nothingToSend: batch.isEmpty, count: batch.count, last: ChangeID(last))
    case .send:
      requests += 1
      return reply()
    case .completePush:
      pushed += Int64(batch.count)
      taken += batch.map(\.entry.changeID)
      return .pushCompleted(PushResult())
    case .quarantined:
      quarantined.formUnion(batch.map(\.entry.changeID))
      pushed += Int64(batch.count)
      return .pushCompleted(PushResult())
    default: return nil
    }
  }

  private mutating func reply() -> Event {
    func refusal(_ status: Int, _ text: String) -> Event {
      guard let refusal = BatchRefusal(status: status, words: ServerErrorText(text: text), changes: batch)
      else {
        return .failed(Failure(.hubBusy, text))
      }
      return .refused(refusal, Failure(.hubBusy, "the hub answered \(status)"))
    }
    if down.contains(script.boot) { return refusal([500, 503][random.below(2)], "Internal failure.") }
    guard let bad = batch.map(\.entry.changeID).first(where: refused.contains) else { return .sent(nil) }
    if silent.contains(bad) { return refusal(500, "Internal failure.") }
    switch random.below(5) {
    case 0: return refusal(400, "Failed Change ID \(bad): no")
    case 1: return refusal(500, "Failed Processing Change ID \(bad): no such table")
    case 2: return refusal(422, "row-number-\(bad) is refused")
    case 3:
      return refusal(400, "Failed Change ID \(Int64(random.below(Int(length))) + 1): it was another one")
    default: return refusal(400, "no")
    }
  }

  private static func change(_ id: Int64) -> PushedChange {
    PushedChange(
      entry: Entry(
        changeID: id, row: RowName("Keywords", "row-number-\(id)"), operation: .create, timestamp: "t",
        clientID: "c",
        version: 1, payload: [:]), base: .start, whole: false)
  }
}
