import GRDB
import SyncCore
import SyncWire

/// A `/send` on its way to the log, a step at a time. Each step is one transaction of bounded work, so that the batches of
/// other senders come in between: nobody waits for more than a step of somebody else's.
///
/// What one step has written stays, also if a later one fails: the sender asks again, and what has landed is answered as a
/// duplicate. Two batches of one sender must not be worked on at once: the later one stands on the earlier one's answers.
///
/// `@unchecked`: whoever takes a batch does one step after the other.
package final class SteppedSend: @unchecked Sendable {
  /// Bytes of payloads in one step, at most, unless a single change has more.
  private static let stepBytes = 1 << 20
  /// Bytes of rows in one reply, at most, unless a single row has more.
  private static let replyBytes = 32 << 20

  /// What has become of the batch; `nil` until its last step is on the disk.
  package private(set) var reply: SendReply?
  /// Whether the log has grown by it.
  package private(set) var isNews = false

  private let library: HubLibrary
  private let request: SendRequest
  private let now: Instant
  private var changes: [PushedChange]
  private var batch: SendBatch?
  private var answers: [Answer] = []
  private var bytesAnswered = 0
  /// The first change that is not judged yet.
  private var place = 0

  /// Takes a batch that nothing has been done with yet, and the hub's clock.
  package init(_ request: SendRequest, to library: HubLibrary, now: Instant) {
    self.request = request
    self.library = library
    self.now = now
    changes = request.changes
    // A layer-1 client names no bases: its rows stand where it has pulled to.
    if request.device == nil {
      for index in changes.indices { changes[index].base = request.lastProcessed }
    }
    answers.reserveCapacity(changes.count + request.malformed.count)
  }

  /// Judges the next changes. It is on the disk when this returns. After an error the batch is over.
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
        // What would refuse the batch as a whole does so before any of it is on the disk.
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

  /// The batch, new or as the last step has left it. Others may have written meanwhile.
  private func begin(_ db: Database) throws -> SendBatch {
    if request.device != nil, batch == nil { try checkReach(db) }
    let attendance = Attendance(of: request, now: now)
    let sender = try attendance.write(db)
    if let first = changes.first, try Attendance.isFollowed(sender, of: attendance.device, db) {
      throw HubStoreError.deviceRewound(changeID: ChangeID(first.entry.changeID))
    }
    if var batch {
      try batch.goOn()
      return batch
    }
    let ledger = try LogLedger(db)
    let landings = try Landings(
      db: db, sender: sender, idsAreUnique: request.device != nil,
      acknowledged: library.acknowledged.last(
        device: attendance.device, incarnation: attendance.incarnation))
    return SendBatch(
      judge: library.judge, ledger: ledger, landings: landings, sender: sender, device: attendance.device,
      life: attendance.incarnation, sentAt: request.device.flatMap { Instant($0.sentAt) }, now: now,
      bytesMax: library.bytesMax,
      owed: OwedLosses(
        db: db, device: attendance.device, incarnation: attendance.incarnation, cursor: request.lastProcessed),
      keys: request.keys, changes: changes,
      unanswered: try request.pushed.map { try landings.unanswered(behind: $0) },
      namesEarlier: request.namesEarlier, pushed: request.pushed ?? .none)
  }

  /// A position that this log does not reach was given by the log that this one is an older copy of.
  private func checkReach(_ db: Database) throws {
    try LogEnds.check(cursor: request.lastProcessed, chain: request.chain, at: request.chainAt, db)
    let head = try LogEnds.head(db).position
    if let beyond = changes.map(\.base).max(), beyond > head { throw HubStoreError.logRewound(at: beyond) }
  }
}

extension HubLibrary {
  /// Takes a device's changes: all of them judged, and on the disk, when this returns. Others' come in between.
  package func send(_ request: SendRequest, now: Instant) throws(HubStoreError) -> SendReply {
    let sending = SteppedSend(request, to: self, now: now)
    while true {
      try sending.step()
      if let reply = sending.reply { return reply }
    }
  }
}
