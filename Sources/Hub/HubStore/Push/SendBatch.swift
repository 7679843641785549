import GRDB
import SyncCore
import SyncWire

/// Judges the changes of one `/send`, in one transaction or in several (`IncrementalSend`). Each change is
/// accepted or rejected on its own (docs/protocol.md §3, Verdicts).
struct SendBatch {
  private let judge: Judge
  private let ledger: LogLedger
  private let receipts: PushReceipts
  private let sender: Int64
  private let device: DeviceID
  private let life: Incarnation
  private let sentAt: Instant?
  private let now: Instant
  private let bytesMax: Int
  private var owed: AnswerLosses
  private let keys: LibraryKeys
  private let uniqueness: DeferredUniqueness<LogLedger>
  private var numbering: BatchNumbering
  private let earlierChanges: EarlierChanges
  private let sendsCurrentRows: Bool
  private let nowText: String
  /// The position where the sender's earlier changes in this batch left a row, if they landed exactly.
  private var standsAt: [RowName: Position] = [:]
  /// Rows whose document the sender needs: an earlier change of this batch did not land exactly.
  private var unsettled: Set<RowName> = []

  init(
    judge: Judge, ledger: LogLedger, receipts: PushReceipts, sender: Int64, device: DeviceID,
    life: Incarnation, sentAt: Instant?, now: Instant, bytesMax: Int, owed: AnswerLosses,
    keys: LibraryKeys, changes: [PushedChange], unanswered: [Int64: [PushReceipts.Earlier]]?,
    namesEarlier: Bool, pushed: ChangeID
  ) {
    earlierChanges = EarlierChanges(
      changes, unanswered: unanswered ?? [:], namesEarlier: namesEarlier, pushed: pushed, of: device,
      ledger: ledger, receipts: receipts, catalogue: judge.catalogue)
    sendsCurrentRows = unanswered != nil
    self.keys = keys
    uniqueness = DeferredUniqueness(
      changes, of: device, goesByVersions: !receipts.idsAreUnique, catalogue: judge.catalogue, ledger: ledger)
    numbering = BatchNumbering(catalogue: judge.catalogue)
    self.owed = owed
    self.life = life
    self.judge = judge
    self.ledger = ledger
    self.receipts = receipts
    self.sender = sender
    self.device = device
    self.sentAt = sentAt
    self.now = now
    self.bytesMax = bytesMax
    nowText = now.description
  }

  /// The log's end.
  var head: Position { ledger.head }

  /// Continues in another transaction: others may have written since.
  mutating func resume() throws {
    try ledger.resume()
    owed.resume()
  }

  /// Whether other senders may write before the change at `place`. They may not while a row has taken a key
  /// that another row gives up only in a later change: until then both rows have the key.
  func mayPause(before place: Int) -> Bool { uniqueness.reachesTo < place }

  /// Whether this transaction has read so much history that other senders should get a turn.
  var isSpent: Bool { ledger.isSpent }

  /// Checks whether any of the changes came before with other content, without judging them.
  ///
  /// - Throws: `HubStoreError.deviceRewound`.
  func check(_ changes: ArraySlice<PushedChange>) throws {
    for pushed in changes {
      let change = try judge.catalogue.canonical(pushed, in: ledger)
      _ = try receipts.earlier(
        ChangeID(pushed.entry.changeID),
        content: { .init(change, row: change.row, sendsCurrentRows: sendsCurrentRows) })
    }
  }

  /// The reply with these answers.
  func reply(_ answers: [Answer]) -> SendReply {
    SendReply(
      results: answers, latest: ledger.head, serverTime: nowText, chain: ChainValue(rawValue: ledger.chain))
  }

  /// Judges the change at `place` in the batch.
  ///
  /// - Throws: `HubStoreError.deviceRewound` if its id came before with other content. The caller then
  ///   rejects the whole batch.
  mutating func answer(_ pushed: PushedChange, at place: Int) throws -> Answer {
    let changeID = ChangeID(pushed.entry.changeID)
    let change = numbering.following(try judge.catalogue.canonical(pushed, in: ledger))
    if let earlier = try receipts.earlier(
      changeID,
      content: { [sendsCurrentRows] in .init(change, row: change.row, sendsCurrentRows: sendsCurrentRows) }),
      // A rejected change has done nothing, and what it lacked may be here by now. Judge it again.
      earlier.outcome != .rejected
    {
      return try repeated(earlier, of: change)
    }
    try earlierChanges.check(change)
    if let newer = try earlierChanges.newerReceipt(than: changeID, of: change) {
      return try answer(newer, to: change, row: change.row, exact: false)
    }
    let before = try earlierChanges.before(change)
    let edited = EditTime.corrected(timestamp: pushed.entry.timestamp, sentAt: sentAt, now: now)
    let base = standsAt[change.row] ?? before?.base ?? pushed.base
    let stamp = ColumnStamp(edited: edited, device: device, life: life)
    // Only a layer-1 client is judged by versions.
    let older =
      !receipts.idsAreUnique
      ? try judge.supersededByVersion(
        change, base: base, by: device, newest: ledger.timeOfNewestChange(of: change.row, by: sender),
        in: ledger)
      : nil
    let isWhole = pushed.whole || before?.isExact == false || unsettled.contains(change.row)
    let judged =
      try older
      ?? judge.judge(
        change, base: base, whole: isWhole, stamp: stamp, now: now, keys: keys,
        held: standsAt[change.row] == nil ? before?.document : nil, in: ledger
      ) { [uniqueness] key, holder in
        if try uniqueness.isVacatedBehind(key, by: holder, for: pushed)
          || uniqueness.isVacated(key, by: holder, behind: place)
        {
          return .leaving
        }
        let isHere =
          try pushed.distinctFrom.contains(holder) || uniqueness.isSent(RowName(key.entity, holder))
        return pushed.isCurrent && isHere ? .distinct : .holding
      }
    let verdict = bounded(judged)
    numbering.note(change, verdict)
    var row = try ledger.known(verdict.row)?.id
    if let shape = judge.catalogue[verdict.row.entity] {
      let source = LogLedger.Source(
        sender: sender, changeID: changeID, clientID: pushed.entry.clientID, timestamp: pushed.entry.timestamp
      )
      row = try ledger.apply(verdict, from: source, shape: shape, now: nowText)
    }
    let receipt = PushReceipts.Receipt(
      content: .init(change, row: verdict.row, sendsCurrentRows: sendsCurrentRows), landed: ledger.head,
      exact: verdict.exact,
      outcome: verdict.outcome, row: row, code: verdict.rejection?.code.rawValue,
      reason: verdict.rejection?.reason)
    try receipts.record(receipt, of: changeID)
    var answer = try answer(receipt, to: change, row: verdict.row, exact: verdict.exact)
    try addLosses(of: verdict, row, before, &answer)
    return answer
  }

  /// Reports to the sender what it lost; the sender keeps it as a conflict record (docs/protocol.md §4,
  /// Lost).
  private func addLosses(
    of verdict: Verdict, _ row: Int64?, _ before: EarlierChanges.Before?, _ answer: inout Answer
  ) throws {
    let own = verdict.conflicts.filter { $0.losingDevice == device }
    let lost = Set(own.filter { !$0.isOwn }.flatMap { $0.losing.columns.map(\.name) }).union(
      before?.lost ?? [])
    if !lost.isEmpty {
      answer.lost = lost.sorted()
      answer.lostTo = try winner(of: lost.sorted(), row, verdict.row.entity)
      answer.heldBy = verdict.heldBy
    }
    let taken = own.filter(\.isOwn).reduce(before?.taken ?? Document()) { $0.overlaid(with: $1.losing) }
    if !taken.isEmpty { answer.taken = taken }
  }

  /// The client id with which the winner last wrote the row. The winner is the device that holds the first of
  /// these columns that is not the sender's.
  private func winner(of lost: [String], _ row: Int64?, _ entity: String) throws -> String? {
    guard let row, let shape = judge.catalogue[entity], let state = try ledger.state(ofRow: row) else {
      return nil
    }
    let units = MergeUnits(shape)
    for column in lost {
      let holder = state.stamps[units.columns(with: column)[0]].device
      if holder != device { return try ledger.newestClient(ofRow: row, by: holder) }
    }
    return nil
  }

  /// The row that has a key which the change wants and its row does not have.
  private func holder(ofKeysIn change: CanonicalChange, _ row: RowName) throws -> String? {
    guard let shape = judge.catalogue[row.entity], let state = try ledger.state(of: row) else { return nil }
    let wanted = state.document.overlaid(with: change.payload)
    for index in keys.indices(in: shape) {
      guard let text = shape.naturalKeys[index].text(of: wanted),
        let holder = try ledger.holder(of: KeyText(entity: shape.name, index: index, text: text)),
        holder != row.uuid
      else { continue }
      return holder
    }
    return nil
  }

  /// Writes the corrections that follow from the batch as a whole. The hub is their sender, so every device
  /// pulls them.
  func finish() throws {
    for verdict in try numbering.corrections(in: ledger, device: device, now: now) {
      guard let shape = judge.catalogue[verdict.row.entity] else { continue }
      let client = verdict.written?.document[BookkeepingColumn.clientID]?.text
      let source = LogLedger.Source(
        sender: LogLedger.Source.hub, changeID: ChangeID(ledger.head.rawValue + 1),
        clientID: client ?? device.rawValue, timestamp: nowText)
      _ = try ledger.apply(verdict, from: source, shape: shape, now: nowText)
    }
  }

  /// The verdict, or a rejection if the written row could not be read back: many small changes may grow a row
  /// past the limits of a document or a body.
  private func bounded(_ verdict: Verdict) -> Verdict {
    guard let document = verdict.written?.document else { return verdict }
    let bytes = document.textBytes
    guard document.columns.count > Document.columnsMax || bytes > bytesMax else { return verdict }
    return .rejected(
      verdict.row,
      Rejection(
        .tooLarge,
        "the row would have \(document.columns.count) columns and \(bytes) bytes; "
          + "at most \(Document.columnsMax) and \(bytesMax)"))
  }

  /// Answers a change that could not be parsed.
  mutating func answer(_ malformed: MalformedEntry) throws -> Answer {
    let changeID = ChangeID(malformed.changeID ?? 0)
    let content = PushReceipts.ContentHash(unreadable: malformed.raw)
    if try receipts.earlier(changeID, content: { content }) == nil {
      try receipts.record(
        .init(
          content: content, landed: ledger.head, exact: false, outcome: .rejected, row: nil,
          code: malformed.code,
          reason: malformed.reason), of: changeID)
    }
    return Answer(
      changeID: changeID, outcome: .rejected, landed: ledger.head, exact: false, at: ledger.head, version: 0,
      serverTimestamp: nowText, code: malformed.code, reason: malformed.reason)
  }

  /// Answers a retry after a lost reply: the first answer again, with the row as it is now.
  private mutating func repeated(_ receipt: PushReceipts.Receipt, of change: CanonicalChange) throws
    -> Answer
  {
    let row = try receipt.row.flatMap { try ledger.name(ofRow: $0) } ?? change.row
    var receipt = receipt
    let exact = receipt.exact && row == change.pushed.entry.row
    if receipt.outcome != .rejected { receipt.outcome = .duplicate }
    if let id = receipt.row, try ledger.isTombstone(ofRow: id) {
      // The row has no state to continue from. The sender has the row, and queues it whole (docs/protocol.md
      // §4, Retention).
      unsettled.insert(row)
      return Answer(
        changeID: ChangeID(change.pushed.entry.changeID), outcome: .rejected, landed: receipt.landed,
        exact: false, at: ledger.head, version: 0, serverTimestamp: nowText,
        code: ProblemCode.unknownRow.rawValue, reason: "the hub no longer has \(row)")
    }
    var answer = try answer(receipt, to: change, row: row, exact: exact)
    var (lost, taken) = try receipts.losses(by: answer.changeID, of: device)
    // Each retry also reports what the sender's earlier unanswered changes lost.
    if let before = try earlierChanges.before(change) {
      lost = Set(lost).union(before.lost).sorted()
      taken = before.taken.overlaid(with: taken)
    }
    if !lost.isEmpty {
      answer.lost = lost
      answer.lostTo = try winner(of: lost, receipt.row, row.entity)
      answer.heldBy = try holder(ofKeysIn: change, row)
    }
    if !taken.isEmpty { answer.taken = taken }
    return answer
  }

  private mutating func answer(
    _ receipt: PushReceipts.Receipt, to change: CanonicalChange, row: RowName, exact: Bool
  ) throws -> Answer {
    if exact { standsAt[row] = receipt.landed } else { unsettled.insert(row) }
    let state = try receipt.row.flatMap { try ledger.state(ofRow: $0) }
    // A repeated answer always carries the document: others may have written the row since the first answer.
    let bringsDocument = !exact || receipt.outcome == .duplicate
    var answer = Answer(
      changeID: ChangeID(change.pushed.entry.changeID), outcome: receipt.outcome, landed: receipt.landed,
      exact: exact, at: ledger.head, version: state?.version ?? 0, serverTimestamp: nowText,
      document: bringsDocument ? state?.document : nil,
      canonicalUUID: row == change.pushed.entry.row ? nil : row.uuid,
      owed: bringsDocument ? try receipt.row.map { try owed.losses(ofRow: $0) } ?? [] : [],
      code: receipt.code, reason: receipt.reason)
    answer.asSent = try !exact && isAsSent(receipt, change, row, state)
    return answer
  }

  /// Whether the row's state at the landed position equals the change. Only a whole row can tell.
  private func isAsSent(
    _ receipt: PushReceipts.Receipt, _ change: CanonicalChange, _ row: RowName, _ state: RowState?
  ) throws -> Bool {
    guard change.pushed.isCurrent || change.pushed.entry.operation == .create, receipt.outcome != .rejected
    else { return false }
    // Usually nobody has written the row since, and its document is already in memory.
    var document: Document?
    if let state, state.position <= receipt.landed {
      document = state.document
    } else {
      document = try ledger.document(of: row, at: receipt.landed)
    }
    guard let document else { return false }
    return document.saysTheSame(as: change.payload, besides: BookkeepingColumn.nothingTyped)
  }
}

extension Rejection {
  /// The wire code of the rejection.
  var code: ProblemCode {
    switch kind {
    case .unknownEntity: .unknownEntity
    case .unknownOperation: .unknownOperation
    case .malformedPayload: .malformedPayload
    case .incompleteRow: .incompleteRow
    case .unknownParent: .unknownParent
    case .unknownRow: .unknownRow
    case .tooLarge: .tooLarge
    }
  }
}

extension Document {
  /// The approximate size of the document as text, in bytes.
  var textBytes: Int {
    columns.reduce(0) { $0 + $1.name.utf8.count + ($1.value.text?.utf8.count ?? 8) }
  }
}
