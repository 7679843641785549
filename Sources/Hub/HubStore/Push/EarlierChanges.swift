import SyncCore
import SyncWire

/// The sender's own earlier changes of the rows in a batch: those whose answers it never received, and those
/// whose answers it could not apply. They come before the batch's change of the row (docs/protocol.md §4,
/// Current rows).
struct EarlierChanges {
  /// Changes that the sender sent without receiving the answer, by row, oldest first.
  private let unanswered: [Int64: [PushReceipts.Earlier]]
  /// The same changes by change id; empty unless the sender names the older entries of its rows.
  private let unansweredByID: [ChangeID: PushReceipts.Earlier]
  private let namesEarlier: Bool
  /// The highest change id that the sender knows to be answered.
  private let pushed: ChangeID
  /// The change ids that the batch names; empty unless an answer was lost.
  private let idsSent: Set<ChangeID>
  private let device: DeviceID
  private let ledger: LogLedger
  private let receipts: PushReceipts
  private let catalogue: EntityCatalogue

  init(
    _ changes: [PushedChange], unanswered: [Int64: [PushReceipts.Earlier]], namesEarlier: Bool,
    pushed: ChangeID,
    of device: DeviceID, ledger: LogLedger, receipts: PushReceipts, catalogue: EntityCatalogue
  ) {
    self.unanswered = unanswered
    self.namesEarlier = namesEarlier
    self.pushed = pushed
    self.device = device
    self.ledger = ledger
    self.receipts = receipts
    self.catalogue = catalogue
    guard namesEarlier, !unanswered.isEmpty else {
      unansweredByID = [:]
      idsSent = []
      return
    }
    idsSent = Set(changes.flatMap { [ChangeID($0.entry.changeID)] + $0.earlier.map(\.changeID) })
    unansweredByID = Dictionary(
      unanswered.values.joined().map { ($0.changeID, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The receipt of a newer change by the same sender to the same row. The newer change carried the whole row
  /// as it was then, so it contains this one. This happens if a request was delayed, or if the sender cut a
  /// batch to a smaller one.
  func newerReceipt(than changeID: ChangeID, of change: CanonicalChange) throws -> PushReceipts.Receipt? {
    guard !unanswered.isEmpty, catalogue[change.row.entity]?.kind == .row,
      let id = try ledger.known(change.row)?.id,
      let newer = unanswered[id]?.last, newer.changeID > changeID
    else { return nil }
    return PushReceipts.Receipt(
      content: .init(sent: "", canonical: ""), landed: newer.landed, exact: false, outcome: .duplicate,
      row: id)
  }

  /// What the sender had of a row before a change that sends the row as it is now.
  struct Before {
    var base: Position
    var document: Document?
    var isExact: Bool
    var lost: [String]
    var taken: Document
  }

  /// What the sender's own unanswered changes of the row amount to; `nil` if there are none. The sender
  /// already has them: its row is what the last of them left, plus the values that they lost. This change's
  /// answer also reports what they lost.
  func before(_ change: CanonicalChange) throws -> Before? {
    let changeID = ChangeID(change.pushed.entry.changeID)
    guard change.pushed.isCurrent, !unanswered.isEmpty || !change.pushed.earlier.isEmpty,
      let id = try ledger.known(change.row)?.id
    else { return nil }
    var earlier = (unanswered[id] ?? []).filter { $0.changeID < changeID && $0.landed > change.pushed.base }
    if namesEarlier { earlier = try known(earlier, to: change) }
    let untold = Set(earlier.map(\.changeID))
    earlier = try answered(change, id).filter { !untold.contains($0.changeID) } + earlier
    guard let last = earlier.last else { return nil }
    // If the sender knows the row under another name, its row has only its own changes (docs/protocol.md §3,
    // rule 6).
    let isRenamed = change.pushed.entry.row != change.row
    var document = Document()
    if !isRenamed { document = try ledger.document(of: change.row, at: change.pushed.base) ?? Document() }
    var lost: [String] = []
    var taken = Document()
    for receipt in earlier {
      document = document.overlaid(with: try written(by: receipt, to: change.row))
      // The sender knows what an answered change lost: it omits those values, or wants them again.
      guard untold.contains(receipt.changeID) else { continue }
      let values = try receipts.valuesLost(by: receipt.changeID, of: device)
      document = document.overlaid(with: values)
      // If the row no longer has a lost value, somebody has since overwritten it.
      lost += values.columns.filter { change.payload.says($0.name).isSame(as: $0.value) }.map(\.name)
      taken = taken.overlaid(with: try receipts.losses(by: receipt.changeID, of: device).taken)
    }
    return Before(
      base: last.landed, document: isRenamed && !namesEarlier ? nil : document,
      isExact: last.exact && lost.isEmpty, lost: lost, taken: taken)
  }

  /// The answered changes of the row that the sender names because it could not apply their answers.
  private func answered(_ change: CanonicalChange, _ row: Int64) throws -> [PushReceipts.Earlier] {
    try change.pushed.earlier.compactMap { entry in
      guard entry.changeID <= pushed, let receipt = try receipts.receipt(of: entry.changeID, row: row),
        receipt.landed > change.pushed.base, isReceipt(receipt, of: entry, change)
      else { return nil }
      return receipt
    }
  }

  /// Whether a receipt belongs to an older entry that a change of the row names.
  private func isReceipt(_ receipt: PushReceipts.Earlier, of entry: EarlierEntry, _ change: CanonicalChange)
    -> Bool
  {
    receipt.content.matches(.init(entry, of: change.row, sent: change.pushed.entry.row))
  }

  /// Checks that the receipt under an older entry's id belongs to that entry. If it does not, the library was
  /// restored before the answer arrived, and its log reused the id for another change.
  ///
  /// - Throws: `HubStoreError.deviceRewound`.
  func check(_ change: CanonicalChange) throws {
    guard !unansweredByID.isEmpty else { return }
    for entry in change.pushed.earlier {
      guard let receipt = unansweredByID[entry.changeID], !isReceipt(receipt, of: entry, change) else {
        continue
      }
      throw HubStoreError.deviceRewound(changeID: entry.changeID)
    }
  }

  /// Filters the receipts that the sender names as older entries of this row. A receipt that it does not name
  /// must be of a change in this batch (if the sender sees the row as two rows); otherwise it comes from the
  /// library before a restore.
  ///
  /// - Throws: `HubStoreError.deviceRewound`.
  private func known(_ receipts: [PushReceipts.Earlier], to change: CanonicalChange) throws
    -> [PushReceipts.Earlier]
  {
    var named: [ChangeID: EarlierEntry] = [:]
    for entry in change.pushed.earlier { named[entry.changeID] = entry }
    return try receipts.filter { receipt in
      let isKnown =
        named[receipt.changeID].map { isReceipt(receipt, of: $0, change) }
        ?? idsSent.contains(receipt.changeID)
      guard isKnown else { throw HubStoreError.deviceRewound(changeID: receipt.changeID) }
      return named[receipt.changeID] != nil
    }
  }

  /// What a receipt's change wrote to a row. The sender had exactly these values; it may never have seen the
  /// row's other values. A change that wrote nothing has no log entry.
  private func written(by receipt: PushReceipts.Earlier, to row: RowName) throws -> Document {
    guard try ledger.isEntry(at: receipt.landed, of: receipt.changeID, by: receipts.sender) else {
      return Document()
    }
    let after = try ledger.document(of: row, at: receipt.landed) ?? Document()
    let stood = try ledger.document(of: row, at: receipt.landed.predecessor) ?? Document()
    return after.only(after.columns.filter { !$0.value.isSame(as: stood.says($0.name)) }.map(\.name))
  }
}
