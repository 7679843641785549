import SyncCore
import SyncWire

/// The sender's own earlier changes of the rows of a batch: those whose answers it never got, and those whose answers it
/// could not take in. They stand before the batch's change of the row (docs/protocol.md §4, current rows).
struct EarlierChanges {
  /// What the sender sent in a batch whose answer it never got, by row, oldest first.
  private let unanswered: [Int64: [Landings.Earlier]]
  /// The same by change id; empty unless the sender names the older entries of its rows.
  private let unansweredByID: [ChangeID: Landings.Earlier]
  private let namesEarlier: Bool
  /// What the sender knows to be answered.
  private let pushed: ChangeID
  /// The change ids that the batch speaks of; empty unless an answer was lost.
  private let idsSent: Set<ChangeID>
  private let device: DeviceID
  private let ledger: LogLedger
  private let landings: Landings
  private let catalogue: EntityCatalogue

  init(
    _ changes: [PushedChange], unanswered: [Int64: [Landings.Earlier]], namesEarlier: Bool, pushed: ChangeID,
    of device: DeviceID, ledger: LogLedger, landings: Landings, catalogue: EntityCatalogue
  ) {
    self.unanswered = unanswered
    self.namesEarlier = namesEarlier
    self.pushed = pushed
    self.device = device
    self.ledger = ledger
    self.landings = landings
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

  /// The landing of a newer change of the sender to the same row, which brought the row as it was by then: this change is
  /// in it. So it is with a request that was held up on the way, and with a batch that was cut to a smaller one.
  func newerLanding(than changeID: ChangeID, of change: CanonicalChange) throws -> Landings.Landing? {
    guard !unanswered.isEmpty, catalogue[change.row.entity]?.kind == .row,
      let id = try ledger.known(change.row)?.id,
      let newer = unanswered[id]?.last, newer.changeID > changeID
    else { return nil }
    return Landings.Landing(
      content: .init(sent: "", canonical: ""), landed: newer.landed, exact: false, outcome: .duplicate,
      row: id)
  }

  /// What the sender had of a row before a change that brings the row as it is now.
  struct Before {
    var base: Position
    var document: Document?
    var isExact: Bool
    var lost: [String]
    var taken: Document
  }

  /// The sender's own earlier changes of the row, if it never got their answers. It has them before it: the row stands
  /// where the last of them left it, with what that one lost on top, and their answers are told with this one's.
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
    // A row that the sender knows under another name stands on nothing but its own changes (protocol.md §3, rule 6).
    let isRenamed = change.pushed.entry.row != change.row
    var document = Document()
    if !isRenamed { document = try ledger.document(of: change.row, at: change.pushed.base) ?? Document() }
    var lost: [String] = []
    var taken = Document()
    for landing in earlier {
      document = document.overlaid(with: try written(by: landing, to: change.row))
      // Of an answered change the sender knows what it lost: it leaves that out, or wants it again.
      guard untold.contains(landing.changeID) else { continue }
      let values = try landings.valuesLost(by: landing.changeID, of: device)
      document = document.overlaid(with: values)
      // What the row no longer says somebody has typed over.
      lost += values.columns.filter { change.payload.says($0.name).isSame(as: $0.value) }.map(\.name)
      taken = taken.overlaid(with: try landings.losses(by: landing.changeID, of: device).taken)
    }
    return Before(
      base: last.landed, document: isRenamed && !namesEarlier ? nil : document,
      isExact: last.exact && lost.isEmpty, lost: lost, taken: taken)
  }

  /// The answered changes of the row that the sender names, because it could not take their answers in.
  private func answered(_ change: CanonicalChange, _ row: Int64) throws -> [Landings.Earlier] {
    try change.pushed.earlier.compactMap { entry in
      guard entry.changeID <= pushed, let landing = try landings.landing(of: entry.changeID, row: row),
        landing.landed > change.pushed.base, isLanding(landing, of: entry, change)
      else { return nil }
      return landing
    }
  }

  /// Whether a landing is the one of an older entry that a change of the row names.
  private func isLanding(_ landing: Landings.Earlier, of entry: EarlierEntry, _ change: CanonicalChange)
    -> Bool
  {
    landing.content.matches(.init(entry, of: change.row, sent: change.pushed.entry.row))
  }

  /// Checks that what landed under the id of an older entry is that entry. If it is not, the library was restored before
  /// the answer came, and its log gave the id to another change.
  ///
  /// - Throws: `HubStoreError.deviceRewound`.
  func check(_ change: CanonicalChange) throws {
    guard !unansweredByID.isEmpty else { return }
    for entry in change.pushed.earlier {
      guard let landing = unansweredByID[entry.changeID], !isLanding(landing, of: entry, change) else {
        continue
      }
      throw HubStoreError.deviceRewound(changeID: entry.changeID)
    }
  }

  /// Which landings the sender names as older entries of the row that it still has. Others are changes of this batch too,
  /// if the sender takes the row for two; else they are of a library from another time.
  ///
  /// - Throws: `HubStoreError.deviceRewound`.
  private func known(_ landings: [Landings.Earlier], to change: CanonicalChange) throws
    -> [Landings.Earlier]
  {
    var named: [ChangeID: EarlierEntry] = [:]
    for entry in change.pushed.earlier { named[entry.changeID] = entry }
    return try landings.filter { landing in
      let isKnown =
        named[landing.changeID].map { isLanding(landing, of: $0, change) }
        ?? idsSent.contains(landing.changeID)
      guard isKnown else { throw HubStoreError.deviceRewound(changeID: landing.changeID) }
      return named[landing.changeID] != nil
    }
  }

  /// What a landing of the sender changed in a row: that the sender had. What stood there beside it the sender may never
  /// have seen; a landing that changed nothing has no entry of its own.
  private func written(by landing: Landings.Earlier, to row: RowName) throws -> Document {
    guard try ledger.isEntry(at: landing.landed, of: landing.changeID, by: landings.sender) else {
      return Document()
    }
    let after = try ledger.document(of: row, at: landing.landed) ?? Document()
    let stood = try ledger.document(of: row, at: landing.landed.predecessor) ?? Document()
    return after.only(after.columns.filter { !$0.value.isSame(as: stood.says($0.name)) }.map(\.name))
  }
}
