/// Merges a change into a row, unit by unit, three ways: base, stored, incoming (docs/protocol.md §3, Who
/// wins).
struct ThreeWayMerge {
  /// The row as the sender knew it. Empty if that is unknown; then every value counts as the sender's edit.
  let base: Document
  /// The columns that the change carries.
  let incoming: Document
  /// When the change was made, and by whom.
  let stamp: ColumnStamp
  let policy: ConflictPolicy
  let units: MergeUnits

  /// The row as merged so far.
  private(set) var document: Document
  private(set) var stamps: ColumnStamps
  private(set) var conflicts: [ColumnConflict] = []
  /// The columns whose values this change sets.
  private(set) var written: Set<String> = []
  /// The row that holds the key for which columns lost.
  private(set) var heldBy: String?

  init(
    base: Document, stored: RowState, incoming: Document, stamp: ColumnStamp, policy: ConflictPolicy,
    units: MergeUnits
  ) {
    self.base = base
    self.incoming = incoming
    self.stamp = stamp
    self.policy = policy
    self.units = units
    document = stored.document
    stamps = stored.stamps
  }

  /// Merges every unit that the change carries.
  ///
  /// - Parameter obstacle: returns what prevents the row from becoming this document under its natural keys;
  ///   `columns` are the ones about to change.
  mutating func run<Failure: Error>(
    obstacle: (_ candidate: Document, _ columns: [String]) throws(Failure) -> KeyObstacle?
  ) throws(Failure) {
    for column in incoming.columns {
      if units.mergesToGreater(column.name) {
        mergeToGreater(column)
        continue
      }
      let unit = units.columns(with: column.name)
      // A unit is merged once, at the first of its columns.
      guard unit.first(where: { incoming[$0] != nil }) == column.name else { continue }
      try merge(unit, obstacle: obstacle)
    }
  }

  /// Sets columns to values that neither side sent.
  mutating func set(_ values: Document) {
    for column in values.columns {
      document[column.name] = column.value
      stamps.later[units.columns(with: column.name)[0]] = stamp
      written.insert(column.name)
    }
  }

  private mutating func mergeToGreater(_ column: Document.Column) {
    guard column.value.isGreaterNumber(than: document.says(column.name)) else { return }
    set([column.name: column.value])
  }

  private mutating func merge<Failure: Error>(
    _ unit: [String], obstacle: (Document, [String]) throws(Failure) -> KeyObstacle?
  ) throws(Failure) {
    let spoken = unit.filter { incoming[$0] != nil }
    guard spoken.contains(where: { !incoming.says($0).isSame(as: document.says($0)) }) else { return }
    let last = stamps[unit[0]]
    // The sender has seen what it wrote last itself, whatever its base says. So if it sends the base's value
    // again, it has changed the unit.
    let isNews =
      base.isEmpty || stamp.hasSeen(last) || spoken.contains { !incoming.says($0).isSame(as: base.says($0)) }
    guard isNews else { return }
    // The sender's unit: the base's values, overlaid with its changes.
    var offered = Document()
    for column in unit {
      if let value = incoming[column] ?? base[column] { offered[column] = value }
    }
    var candidate = document.overlaid(with: offered)
    switch try obstacle(candidate, unit) {
    case .taken(let holder)?:
      conflicts.append(lost(offered, to: document, by: stamp.device))
      heldBy = heldBy ?? holder
      return
    case .otherText(let other)?: candidate = other
    case nil: break
    }
    let isChanged = unit.contains { !document.says($0).isSame(as: base.says($0)) }
    let contested = last.device != stamp.device && isChanged
    if contested {
      if policy == .latestEdit, stamp.edited < last.edited {
        conflicts.append(lost(offered, to: document, by: stamp.device))
        return
      }
      conflicts.append(lost(document.only(unit), to: candidate, by: last.device))
    } else if isChanged, !stamp.hasSeen(last) {
      // In merging it is the same device, and the later arrival wins. But the device has not seen its value
      // lose.
      var conflict = lost(document.only(unit), to: candidate, by: last.device)
      conflict.isOwn = true
      conflicts.append(conflict)
    }
    document = candidate
    stamps.later[unit[0]] = stamp
    written.formUnion(unit)
  }

  private func lost(_ values: Document, to winner: Document, by device: DeviceID) -> ColumnConflict {
    ColumnConflict(
      losing: values, winning: winner.only(values.columns.map(\.name)), losingDevice: device)
  }
}

extension Document {
  /// The value of a column. An absent column is NULL.
  package func says(_ column: String) -> Value { self[column] ?? .null }

  /// The named columns of this document.
  package func only(_ names: [String]) -> Document {
    Document(names.compactMap { name in self[name].map { (name, $0) } })
  }

  /// Whether both have the same values, apart from the left-out columns. Absent is NULL.
  package func saysTheSame(as other: Document, besides leftOut: [String]) -> Bool {
    for column in columns
    where !other.says(column.name).isSame(as: column.value) && !leftOut.contains(column.name) {
      return false
    }
    for column in other.columns
    where column.value != .null && self[column.name] == nil && !leftOut.contains(column.name) {
      return false
    }
    return true
  }
}
