import GRDB
import SyncCore

extension LibraryTransaction {
  /// Raises the parent's next number above a row that was written. The hub does the same and sends the parent's row behind
  /// it; until that is here the application could give the row's number out again, and its insert would fail.
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
}
