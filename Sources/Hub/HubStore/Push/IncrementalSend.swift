import GRDB
import SyncCore
import SyncWire

/// Processes a `/send` in steps (docs/decisions/0026). Each step is one transaction of bounded work, so
/// batches of other senders get in between: nobody waits for more than one step of another sender.
///
/// What one step has written stays, even if a later step fails. The sender then retries, and the hub answers
/// the accepted changes as duplicates. Two batches of one sender must not run at once, because the later one
/// builds on the answers of the earlier one.
///
/// `@unchecked`: the owner of a batch runs its steps one after the other.
package final class IncrementalSend: @unchecked Sendable {
  /// The most payload bytes in one step, unless a single change has more.
  private static let stepBytes = 1 << 20
  /// The most document bytes in one reply, unless a single row has more.
  private static let replyBytes = 32 << 20

  /// The reply; `nil` until the last step is on disk.
  package private(set) var reply: SendReply?
  /// Whether this batch has added to the log.
  package private(set) var isNews = false

  private let library: HubLibrary
  private let request: SendRequest
  private let now: Instant
  private var changes: [PushedChange]
  private var batch: SendBatch?
  private var answers: [Answer] = []
  private var bytesAnswered = 0
  /// The index of the first change that is not judged yet.
  private var place = 0

  /// Takes a new batch, its library and the hub's clock.
  package init(_ request: SendRequest, to library: HubLibrary, now: Instant) {
    self.request = request
    self.library = library
    self.now = now
    changes = request.changes
    // A layer-1 client names no bases. Its base is the position that it has pulled up to.
    if request.device == nil {
      for index in changes.indices { changes[index].base = request.lastProcessed }
    }
    answers.reserveCapacity(changes.count + request.malformed.count)
  }

  /// Judges the next changes and returns when they are on disk. Do not call it again after an error.
  package func step() throws(HubStoreError) {
    let reply = try library.writing { db in
      var batch = try begin(db)
      let before = batch.head
      defer { isNews = isNews || batch.head > before }
      try judge(&batch)
      if place == changes.count {
        for malformed in request.malformed { answers.append(try batch.answer(malformed)) }
        if !request.malformed.isEmpty { answers.sort { $0.changeID < $1.changeID } }
      }
      try batch.finish()
      self.batch = batch
      return place < changes.count ? nil : batch.reply(answers)
    }
    self.reply = reply
  }

  private func judge(_ batch: inout SendBatch) throws {
    let first = place
    var bytes = 0
    while place < changes.count {
      let isFull = place - first >= library.stepChanges || bytes >= Self.stepBytes || batch.isSpent
      if isFull, place > first, batch.mayPause(before: place) {
        // Whatever rejects the whole batch must do so before any of it is on disk.
        if first == 0 { try batch.check(changes[place...]) }
        return
      }
      let change = changes[place]
      let answer = try batch.answer(change, at: place)
      answers.append(answer)
      place += 1
      bytes += change.entry.payload.textBytes
      bytesAnswered += answer.document?.textBytes ?? 0
      guard bytesAnswered <= Self.replyBytes || changes.count == 1 else { throw HubStoreError.replyTooLarge }
    }
  }

  /// Returns a new batch, or the batch as the last step left it. Others may have written meanwhile.
  private func begin(_ db: Database) throws -> SendBatch {
    if request.device != nil, batch == nil { try checkReach(db) }
    let checkIn = DeviceCheckIn(of: request, now: now)
    let sender = try checkIn.write(db)
    if let first = changes.first, try DeviceCheckIn.isFollowed(sender, of: checkIn.device, db) {
      throw HubStoreError.deviceRewound(changeID: ChangeID(first.entry.changeID))
    }
    if var batch {
      try batch.resume()
      return batch
    }
    let ledger = try LogLedger(db)
    let receipts = try PushReceipts(
      db: db, sender: sender, idsAreUnique: request.device != nil,
      acknowledged: library.acknowledged.last(
        device: checkIn.device, incarnation: checkIn.incarnation))
    return SendBatch(
      judge: library.judge, ledger: ledger, receipts: receipts, sender: sender, device: checkIn.device,
      life: checkIn.incarnation, sentAt: request.device.flatMap { Instant($0.sentAt) }, now: now,
      bytesMax: library.bytesMax,
      owed: AnswerLosses(
        db: db, device: checkIn.device, incarnation: checkIn.incarnation, cursor: request.lastProcessed),
      keys: request.keys, changes: changes,
      unanswered: try request.pushed.map { try receipts.unanswered(behind: $0) },
      namesEarlier: request.namesEarlier, pushed: request.pushed ?? .none)
  }

  /// Checks that the log reaches every position in the request. If it does not, the hub was restored from an
  /// older copy.
  ///
  /// - Throws: `HubStoreError.logRewound`.
  private func checkReach(_ db: Database) throws {
    try LogRange.check(cursor: request.lastProcessed, chain: request.chain, at: request.chainAt, db)
    let head = try LogRange.head(db).position
    if let beyond = changes.map(\.base).max(), beyond > head { throw HubStoreError.logRewound(at: beyond) }
  }
}

extension HubLibrary {
  /// Judges all of a device's changes and returns when they are on disk. Other senders' changes may come in
  /// between.
  package func send(_ request: SendRequest, now: Instant) throws(HubStoreError) -> SendReply {
    let sending = IncrementalSend(request, to: self, now: now)
    while true {
      try sending.step()
      if let reply = sending.reply { return reply }
    }
  }
}
