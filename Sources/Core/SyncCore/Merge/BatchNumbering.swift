/// Keeps the numbers below a parent consistent while the hub judges a batch (`EntityShape.Numbering`).
/// References follow a row that got another number, and the parent's next number ends above every number
/// below it. Otherwise the application's next insert would fail.
package struct BatchNumbering {
  private struct Parent: Hashable {
    var row: RowName
    var numbering: EntityShape.Numbering
  }

  /// The device in the stamp of a column that the hub itself wrote.
  private static let hub = DeviceID(rawValue: "hub")

  private let catalogue: EntityCatalogue
  private var highest: [Parent: Int64] = [:]
  private var moved: [Parent: [Int64: Int64]] = [:]

  /// Starts with no change judged.
  package init(catalogue: EntityCatalogue) { self.catalogue = catalogue }

  /// Returns the change with its references updated to the new numbers of rows in this batch.
  package func following(_ change: CanonicalChange) -> CanonicalChange {
    guard !moved.isEmpty else { return change }
    var change = change
    for numbering in catalogue.shapes.compactMap(\.numbering) {
      follow(numbering.latest, Parent(row: change.row, numbering: numbering), &change)
    }
    if let shape = catalogue[change.row.entity], let numbering = shape.numbering,
      let entity = shape.parent(wireName: numbering.parent)?.entity,
      let uuid = change.payload[numbering.parent]?.text
    {
      follow(numbering.reference, Parent(row: RowName(entity, uuid), numbering: numbering), &change)
    }
    return change
  }

  private func follow(_ column: String, _ parent: Parent, _ change: inout CanonicalChange) {
    guard let numbers = moved[parent], let number = change.payload[column]?.integer,
      let other = numbers[number]
    else { return }
    change.payload[column] = .integer(other)
  }

  /// Records the number that a row got, and the number that its sender had given it.
  package mutating func note(_ change: CanonicalChange, _ verdict: Verdict) {
    guard let shape = catalogue[verdict.row.entity], let numbering = shape.numbering,
      let document = verdict.written?.document, let number = document[numbering.column]?.integer,
      let uuid = document[numbering.parent]?.text,
      let entity = shape.parent(wireName: numbering.parent)?.entity
    else { return }
    let parent = Parent(row: RowName(entity, uuid), numbering: numbering)
    highest[parent] = max(highest[parent] ?? number, number)
    if let sent = change.payload[numbering.column]?.integer, sent != number {
      moved[parent, default: [:]][sent] = number
    }
  }

  /// Returns the corrections that the parents need at the end of the batch; parents that are right need none.
  ///
  /// - Parameter device: the sender. Only references that it wrote itself follow its numbers.
  package func corrections<L: Ledger>(
    in ledger: L, device: DeviceID, now: Instant
  ) throws(L.Failure) -> [Verdict] {
    var corrections: [Verdict] = []
    for (parent, number) in highest.sorted(by: { $0.key.row < $1.key.row }) {
      guard number < Int64.max, let stored = try ledger.state(of: parent.row) else { continue }
      var document = stored.document
      var stamps = stored.stamps
      let next = document[parent.numbering.next]?.integer ?? 1
      if next <= number { document[parent.numbering.next] = .integer(number + 1) }
      if let latest = document[parent.numbering.latest]?.integer, let other = moved[parent]?[latest],
        stored.stamps[parent.numbering.latest].device == device
      {
        document[parent.numbering.latest] = .integer(other)
        // No longer the sender's number: a later batch must not follow it again.
        stamps.later[parent.numbering.latest] = ColumnStamp(edited: now, device: Self.hub)
      }
      guard document != stored.document else { continue }
      document[BookkeepingColumn.version] = .integer(stored.version + 1)
      document[BookkeepingColumn.lastModified] = .text(now.description)
      var verdict = Verdict(row: parent.row, outcome: .applied, exact: false)
      verdict.written = .init(
        operation: .update, document: document, version: stored.version + 1, stamps: stamps,
        claimed: [], released: [], isNew: false)
      corrections.append(verdict)
    }
    return corrections
  }
}
