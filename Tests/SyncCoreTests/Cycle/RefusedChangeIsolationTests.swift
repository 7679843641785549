import Testing

@testable import SyncCore

/// A change that a layer-1 server refuses does not stop the others (protocol.md §4).
@Suite struct RefusedChangeIsolationTests {
  private static let limits = BatchLimits(changes: 100, bytes: 10_000)
  private let away = Failure(.hubBusy, "the hub answered 500")

  private func changes(_ ids: ClosedRange<Int64>) -> [PushedChange] {
    ids.map { id in
      PushedChange(
        entry: Entry(
          changeID: id, row: RowName("Keywords", "uuid-of-keyword-\(id)"), operation: .create, timestamp: "t",
          clientID: "c", version: 1, payload: [:]), base: .start, whole: false)
    }
  }

  private func refusal(_ status: Int, _ text: String, _ ids: ClosedRange<Int64> = 1...100) -> BatchRefusal? {
    BatchRefusal(status: status, words: ServerErrorText(text: text), changes: changes(ids))
  }

  /// A script with a batch on its way to a layer-1 server.
  private func sending(_ count: Int, last: Int64) -> CycleScript {
    var script = CycleScript()
    _ = script.feed(.started)
    _ = script.feed(.opened(CycleScript.deviceState()))
    _ = script.feed(.negotiated(.layer1))
    load(count, last: last, &script)
    return script
  }

  private func load(_ count: Int, last: Int64, _ script: inout CycleScript) {
    #expect(
      script.feed(.loaded(isEmpty: false, nothingToSend: false, count: count, last: ChangeID(last))) == [
        .send
      ])
  }

  @Test(arguments: [
    "Failed Change ID 17: Unsupported sync entity", "cannot apply change 17", "change_id=17, and 3 more",
    "Failed to apply changes; Failed Processing Change ID 17: FOREIGN KEY constraint failed",
    "Error applying single change for Keywords uuid-of-keyword-17: it is no keyword", "CHANGE #17",
  ])
  func `the server's words name the change`(_ text: String) {
    #expect(refusal(400, text)?.culprit == 16)
    #expect(refusal(500, text)?.cause == .change)
  }

  @Test(arguments: [
    "Internal sync processing failed.", "changes 17", "Change ID 400", "17 changes failed", "change",
    "change 99999999999999999999", "",
  ])
  func `words that name no change of the batch blame none of it`(_ text: String) {
    #expect(refusal(400, text)?.culprit == nil)
    #expect(refusal(500, text)?.cause == .unclear)
  }

  @Test func `of a link's name and its rows' names the longest counts`() {
    var changes = changes(1...3)
    changes[2].entry.row = RowName("MediaKeywords", "uuid-of-keyword-1_uuid-of-keyword-2")
    let words = ServerErrorText(
      text: "Error applying MediaKeywords uuid-of-keyword-1_uuid-of-keyword-2: no such row")
    #expect(BatchRefusal(status: 500, words: words, changes: changes)?.culprit == 2)
  }

  @Test func `a place in the request names the change, and a list without one blames the request`() {
    let named = ServerErrorText(text: "body.changes[4].payload: no text", places: [9, 4])
    #expect(BatchRefusal(status: 422, words: named, changes: changes(1...5))?.culprit == 4)
    let request = ServerErrorText(text: "body.client_id: missing", isOfRequest: true)
    #expect(BatchRefusal(status: 422, words: request, changes: changes(1...1))?.cause == .request)
  }

  @Test func `a message about the server itself is not a refusal`() {
    for status in [401, 403, 404, 408, 410, 429, 501, 502, 503, 504, 507] {
      #expect(refusal(status, "Failed Change ID 17") == nil)
    }
    #expect(BatchRefusal(status: 400, words: nil, changes: changes(1...2)) == nil)
    #expect(refusal(500, "Failed Processing Change ID 17: database is locked")?.cause == .unclear)
  }

  @Test func `a named change is sent alone and quarantined with the server's words, and the rest continues`()
    throws
  {
    var script = sending(100, last: 100)
    let named = try #require(refusal(400, "Failed Change ID 17: no"))
    #expect(script.feed(.refused(named, away)) == [.load(BatchLimits(changes: 16, bytes: 10_000))])
    load(16, last: 16, &script)
    #expect(script.feed(.sent(nil)) == [.completePush])
    #expect(script.feed(.pushCompleted(PushResult())) == [.load(BatchLimits(changes: 16, bytes: 10_000))])
    load(16, last: 32, &script)
    let first = try #require(refusal(400, "Failed Change ID 17: no", 17...32))
    #expect(script.feed(.refused(first, away)) == [.load(BatchLimits(changes: 1, bytes: 10_000))])
    load(1, last: 17, &script)
    let alone = try #require(refusal(400, "Failed Change ID 17: no", 17...17))
    #expect(
      script.feed(.refused(alone, away)) == [
        .quarantined(code: "refused_by_server", reason: "Failed Change ID 17: no")
      ])
    #expect(script.feed(.pushCompleted(PushResult())) == [.load(Self.limits)])
    // The pull does not wait for it.
    #expect(
      script.feed(.loaded(isEmpty: true, nothingToSend: true, count: 0, last: ChangeID(100)))
        == [.pull(since: .start, waits: false)])
  }

  @Test func `an unnamed change is found by halving, in a few requests`() throws {
    for bad in [Int64(1), 2, 50, 99, 100] {
      var script = sending(100, last: 100)
      var (pushed, size, requests) = (Int64(0), Int64(100), 0)
      var isSetAside = false
      while pushed < 100 {
        requests += 1
        let range = (pushed + 1)...(pushed + size)
        let effects: [Effect]
        if range.contains(bad) {
          effects = script.feed(.refused(try #require(refusal(422, "no", range)), away))
          if case .quarantined? = effects.first {
            isSetAside = true
            pushed += 1
          }
        } else {
          effects = script.feed(.sent(nil))
          pushed += size
        }
        var loads = effects
        if script.cycle.state == .completingPush(nil) { loads = script.feed(.pushCompleted(PushResult())) }
        guard case .load(let limits)? = loads.last else {
          Issue.record("the next piece is read: \(loads)")
          return
        }
        size = min(Int64(limits.changes), 100 - pushed)
        if size > 0 { load(Int(size), last: pushed + size, &script) }
      }
      #expect(isSetAside)
      #expect(requests <= 20, "change \(bad) took \(requests) requests")
    }
  }

  @Test func `a server that fails without details is asked again, and accepts everything once it is back`()
    throws
  {
    var script = sending(4, last: 4)
    #expect(
      script.feed(.refused(try #require(refusal(500, "no")), away)).first
        == .load(.init(changes: 2, bytes: 10_000)))
    load(2, last: 2, &script)
    #expect(
      script.feed(.refused(try #require(refusal(500, "no")), away)).first
        == .load(.init(changes: 1, bytes: 10_000)))
    for _ in 0..<2 {
      load(1, last: 1, &script)
      _ = script.feed(.refused(try #require(refusal(500, "no", 1...1)), away))
      #expect(script.cycle.state == .waiting(away))
      script.advance(.seconds(20))
      // One request per try, not the whole search again.
      #expect(script.feed(.timerFired) == [.load(BatchLimits(changes: 1, bytes: 10_000))])
    }
    load(1, last: 1, &script)
    #expect(script.feed(.sent(nil)).last == .completePush)
    #expect(script.feed(.pushCompleted(PushResult())).last == .load(Self.limits))
  }

  @Test func `a change that fails alone without details is quarantined after 3 tries and a minute`() throws {
    var script = sending(1, last: 1)
    let unclear = try #require(refusal(500, "Internal sync processing failed.", 1...1))
    for _ in 0..<2 {
      _ = script.feed(.refused(unclear, away))
      script.advance(.seconds(10))
      _ = script.feed(.timerFired)
      load(1, last: 1, &script)
    }
    // Three tries, but all of them within half a minute.
    _ = script.feed(.refused(unclear, away))
    #expect(script.cycle.state == .waiting(away))
    script.advance(.seconds(60))
    _ = script.feed(.timerFired)
    load(1, last: 1, &script)
    #expect(
      script.feed(.refused(unclear, away)) == [.quarantined(code: "refused_by_server", reason: unclear.words)]
    )
    // The next one that fails this way takes twice as many: by now the server is more likely at fault.
    _ = script.feed(.pushCompleted(PushResult()))
    var tries = 0
    repeat {
      load(1, last: 2, &script)
      _ = script.feed(.refused(unclear, away))
      tries += 1
      script.advance(.seconds(1000))
      if script.cycle.state == .waiting(away) { _ = script.feed(.timerFired) }
    } while script.cycle.state != .completingPush(nil) && tries < 100
    #expect(tries == 6)
  }

  @Test func `a server that refuses everything is asked again later, and nothing is quarantined`() throws {
    var script = sending(1, last: 1)
    var quarantined = 0
    for id in 2...Int64(100) {
      let effects = script.feed(.refused(try #require(refusal(400, "no", id...id)), away))
      guard case .quarantined? = effects.first else { break }
      quarantined += 1
      _ = script.feed(.pushCompleted(PushResult()))
      load(1, last: id, &script)
    }
    #expect(quarantined == RefusedChangeIsolation.inARowMax)
    guard case .waiting(let failure) = script.cycle.state else {
      Issue.record("the cycle waits: \(script.cycle.state)")
      return
    }
    #expect(failure.kind == .badReply)
  }

  @Test func `a request that is refused as such quarantines nothing`() {
    var script = sending(2, last: 2)
    let request = BatchRefusal(cause: .request, culprit: nil, words: "body.client_id: missing")
    #expect(script.feed(.refused(request, away)) == [.load(BatchLimits(changes: 1, bytes: 10_000))])
    for _ in 0..<10 {
      load(1, last: 1, &script)
      _ = script.feed(.refused(request, away))
      #expect(script.cycle.state == .waiting(away))
      script.advance(.seconds(1000))
      _ = script.feed(.timerFired)
    }
  }
}
