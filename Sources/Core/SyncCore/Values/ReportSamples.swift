/// What a line of the daemon's log says about an entry that was just quarantined.
package struct QuarantineEntry: Hashable, Sendable {
  /// The direction that the entry travelled in.
  package var direction: QuarantineRecord.Direction
  /// The stable code of the reason.
  package var code: String
  /// The reason, in the words of whoever refused it.
  package var reason: String
  /// The row that it names; `nil` if that was unreadable.
  package var row: RowName?
  /// Its `sync_log.change_id`, or its position at the hub.
  package var number: Int64?

  /// Takes every field.
  package init(
    direction: QuarantineRecord.Direction, code: String, reason: String, row: RowName?, number: Int64?
  ) {
    self.direction = direction
    self.code = code
    self.reason = reason
    self.row = row
    self.number = number
  }
}

/// The first few entries that a transaction quarantined, and the first few rows that lost values. Each may
/// get its own line in the log.
package struct ReportSamples: Hashable, Sendable {
  /// The most of each that are kept. The counts elsewhere give the totals.
  package static let most = 20

  /// The quarantined entries.
  package private(set) var quarantined: [QuarantineEntry] = []
  /// The rows that lost values.
  package private(set) var lost: [RowName] = []

  /// Starts empty.
  package init() {}

  /// Adds an entry, up to the limit.
  package mutating func add(_ entry: QuarantineEntry) {
    if quarantined.count < Self.most { quarantined.append(entry) }
  }

  /// Adds a row that lost values, up to the limit.
  package mutating func add(lost row: RowName) {
    if lost.count < Self.most, !lost.contains(row) { lost.append(row) }
  }

  /// Adds those of another transaction, up to the limit.
  package mutating func add(_ other: ReportSamples) {
    for entry in other.quarantined { add(entry) }
    for row in other.lost { add(lost: row) }
  }
}
