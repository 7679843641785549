import SyncCore

extension LibraryTransaction {
  /// Raises the parent's next number above the number of a row that was written. The hub does the same and
  /// sends the parent's row later. Until that arrives, the application could give the row's number out again,
  /// and its insert would fail.
  func raiseNextNumber(above row: RowName, _ document: Document) throws {
    guard let numbering = catalogue[row.entity]?.numbering, let number = document[numbering.column]?.integer,
      number < Int64.max, let uuid = document[numbering.parent]?.text,
      let parent = catalogue[row.entity]?.parent(wireName: numbering.parent),
      let layout = writer.layout(of: parent.entity), layout.travelling.contains(numbering.next)
    else { return }
    let next = quoted(numbering.next)
    try database.run(
      "UPDATE \(quoted(parent.entity)) SET \(next) = ?1 WHERE uuid = ?2 AND \(next) < ?1",
      .integer(number + 1),
      .text(uuid))
  }

  /// Notes that the hub gave a row another number than it was sent with.
  func noteNumber(_ row: RowName, _ change: PushedChange, _ answer: Answer) {
    guard let numbering = catalogue[row.entity]?.numbering,
      let sent = change.entry.payload[numbering.column]?.integer,
      let number = answer.document?[numbering.column]?.integer, sent != number,
      let uuid = answer.document?[numbering.parent]?.text
    else { return }
    renumbered[row.entity, default: [:]][uuid, default: [:]][sent] = number
  }

  /// Updates references to renumbered rows in the rows whose changes wait behind a batch. Each reference is
  /// mapped once, from its number when the batch was sent: one row's new number may be another's old one.
  func followNumbers(behind last: ChangeID) throws {
    guard !renumbered.isEmpty else { return }
    let waiting = try rowsPending(after: last)
    for (entity, parents) in renumbered {
      guard let layout = writer.layout(of: entity), let numbering = layout.shape.numbering,
        let parent = layout.shape.parent(wireName: numbering.parent),
        let parentLayout = writer.layout(of: parent.entity)
      else { continue }
      for row in waiting.sorted() {
        if row.entity == parent.entity, let numbers = parents[row.uuid],
          parentLayout.travelling.contains(numbering.latest)
        {
          try follow(row, numbering.latest, numbers)
        } else if row.entity == entity, layout.travelling.contains(numbering.reference),
          let uuid = try currentDocument(row, layout: layout)?[numbering.parent]?.text,
          let numbers = parents[uuid]
        {
          try follow(row, numbering.reference, numbers)
        }
      }
    }
  }

  private func follow(_ row: RowName, _ column: String, _ numbers: [Int64: Int64]) throws {
    let (table, name) = (quoted(row.entity), quoted(column))
    let present = try database.firstValue("SELECT \(name) FROM \(table) WHERE uuid = ?", .text(row.uuid))
    guard let number = present?.integer, let other = numbers[number] else { return }
    try database.run("UPDATE \(table) SET \(name) = ? WHERE uuid = ?", .integer(other), .text(row.uuid))
  }
}
