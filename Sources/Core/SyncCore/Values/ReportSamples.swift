/// An entry that was just set aside, as far as a line in the log tells of it.
package struct QuarantineEntry: Hashable, Sendable {
  /// Where the entry was going.
  package var direction: QuarantineRecord.Direction
  /// The stable code of the reason.
  package var code: String
  /// The reason, as whoever refused it said it.
  package var reason: String
  /// The row that it speaks of, where that much could be read.
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

/// The first few of what a transaction set aside or saw lose: what is worth a line of its own in the log.
package struct ReportSamples: Hashable, Sendable {
  /// How many of each are kept; the counts beside them say how many there were.
  package static let most = 20

  /// Entries that were set aside.
  package private(set) var quarantined: [QuarantineEntry] = []
  /// Rows of which values lost.
  package private(set) var lost: [RowName] = []

  /// Nothing yet.
  package init() {}

  /// Adds an entry, where there is room.
  package mutating func add(_ entry: QuarantineEntry) {
    if quarantined.count < Self.most { quarantined.append(entry) }
  }

  /// Adds a row of which values lost, where there is room.
  package mutating func add(lost row: RowName) {
    if lost.count < Self.most, !lost.contains(row) { lost.append(row) }
  }

  /// Adds another transaction's.
  package mutating func add(_ other: ReportSamples) {
    for entry in other.quarantined { add(entry) }
    for row in other.lost { add(lost: row) }
  }
}
