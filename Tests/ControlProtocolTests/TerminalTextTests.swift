import ControlProtocol
import Testing

/// How progress and events look to people, without control characters from other devices.
@Suite struct TerminalTextTests {
  private func progress(
    _ phase: Progress.Phase, _ done: Int64, of total: Int64?, rate: Double? = nil, left: Double? = nil
  ) -> Progress {
    var progress = Progress(phase: phase, done: done)
    (progress.total, progress.rate, progress.secondsLeft) = (total, rate, left)
    return progress
  }

  @Test func `progress shows how much, how fast and how long`() {
    #expect(
      ProgressText.line(progress(.pull, 12_000, of: 50_000, rate: 18_300.4, left: 2.1))
        == "pulling 12,000 of 50,000 (24 %), 18,300/s, 3s left")
    #expect(ProgressText.line(progress(.push, 0, of: 300)) == "pushing 0 of 300 (0 %)")
    #expect(
      ProgressText.line(progress(.snapshot, 1_234_567, of: nil, rate: 2.5))
        == "applying a snapshot: 1,234,567 rows, 2.5/s")
    #expect(ProgressText.line(progress(.pull, 999, of: 1000)).contains("99 %"))
  }

  @Test func `absurd numbers from a hostile daemon do not crash the client`() {
    for figure in [Double.infinity, -1, 1e300, .nan] {
      #expect(!ProgressText.line(progress(.pull, .max, of: 1, rate: figure, left: figure)).isEmpty)
    }
    #expect(ProgressText.line(progress(.pull, .min, of: .min)).contains("pulling"))
  }

  @Test(arguments: [40, 60, 80, 200])
  func `a progress bar fits its terminal`(width: Int) {
    let one = progress(.pull, 12_000, of: 50_000, rate: 18_300, left: 2)
    let bar = ProgressText.bar(one, width: width)
    #expect(SafeText.width(bar) <= width)
    if width >= 80 { #expect(bar.contains("[#####") && bar.contains(" 24 % ")) }
  }

  @Test func `a syncing status shows its progress`() {
    var status = Status(state: .syncing, database: "/library", version: "1")
    status.progress = progress(.pull, 12_000, of: 50_000)
    (status.pulledCursor, status.hubHead) = (12_000, 50_000)
    #expect(StatusText.firstLine(status, now: 0) == "Syncing: pulling 12,000 of 50,000 (24 %)")
  }

  @Test func `output that is not a terminal gets plain text only`() {
    func chosen(_ plain: Bool, _ isTerminal: Bool, _ environment: [String: String] = [:]) -> TerminalStyle {
      .chosen(plain: plain, isTerminal: isTerminal, environment: environment)
    }
    #expect(chosen(false, true) == TerminalStyle(colours: true, redraws: true))
    #expect(chosen(true, true) == .plain)
    #expect(chosen(false, false) == .plain)
    #expect(chosen(false, true, ["TERM": "dumb"]) == .plain)
    #expect(chosen(false, true, ["NO_COLOR": "1"]) == TerminalStyle(colours: false, redraws: true))
    #expect(chosen(false, true, ["NO_COLOR": ""]) == TerminalStyle(colours: true, redraws: true))
    #expect(TerminalStyle.plain.colored("In step since", .inSync) == "In step since")
    let colored = chosen(false, true).colored("In step since", .inSync)
    #expect(colored == "\u{1B}[32mIn step\u{1B}[0m since")
  }

  @Test func `an event is one line`() {
    var event = ControlEvent(.waiting, at: "2026-11-25T07:12:25.000Z")
    (event.reason, event.retryIn) = ("the hub cannot be reached\u{1B}[2J", 1.5)
    #expect(
      WatchText.line(event)
        == "2026-11-25 07:12:25Z  the hub cannot be reached\\u{1b}[2J; trying again in 2s")
    event = ControlEvent(.recovered, at: "2026-11-25T07:12:25.000Z")
    (event.attempts, event.outageSeconds) = (1, 29.4)
    #expect(WatchText.line(event) == "2026-11-25 07:12:25Z  works again, after 30s and 1 failed attempt")
    event = ControlEvent(.quarantined, at: "2026-11-25T07:12:25.000Z")
    var row = EventRow(entity: "Podcasts", uuid: "a\u{1B}b")
    row.code = "unknown_entity"
    (event.count, event.named) = (2, [row])
    #expect(
      WatchText.line(event)
        == "2026-11-25 07:12:25Z  2 changes quarantined (Podcasts a\\u{1b}b unknown_entity, …): mediasyncctl quarantine"
    )
    event = ControlEvent(.lost, at: "2026-11-25T07:12:25.000Z")
    event.count = 1
    #expect(WatchText.line(event) == "2026-11-25 07:12:25Z  this watch was too slow and missed 1 event")
    event = ControlEvent(.progress, at: "2026-11-25T07:12:25.000Z")
    event.progress = progress(.push, 1, of: 300)
    #expect(WatchText.line(event) == nil)
    #expect(WatchText.plainLine(event, now: 0) == "2026-11-25 07:12:25Z  pushing 1 of 300 (0 %)")
  }

  @Test(arguments: [
    (1...1, 1...1, nil), (1...3, 2...2, nil), (1...1, 1...4, nil), (2...3, 1...1, "restart the daemon"),
    (1...1, 2...3, "upgrade mediasyncctl"),
  ])
  func `if client and daemon share no version, the message says which one to update`(
    client: ClosedRange<Int>, daemon: ClosedRange<Int>, remedy: String?
  ) {
    func hello(_ range: ClosedRange<Int>, _ build: String) -> ControlHello {
      ControlHello(range: ProtocolRange(min: range.lowerBound, max: range.upperBound), build: build)
    }
    let skew = ControlHello.skew(client: hello(client, "0.9"), daemon: hello(daemon, "0.8"))
    #expect((skew == nil) == (remedy == nil))
    guard let skew, let remedy else { return }
    #expect(skew.contains(remedy) && skew.contains("0.9") && skew.contains("0.8") && !skew.contains("\n"))
  }
}
