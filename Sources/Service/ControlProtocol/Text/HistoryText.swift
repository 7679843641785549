/// Formats the local history for people.
package enum HistoryText {
  /// Returns a list, and the command for the next part.
  package static func lines(_ list: HistoryList, width: Int) -> [String] {
    guard !list.history.isEmpty else { return ["No texts of this device were replaced."] }
    var table = TextTable(["ID", "REPLACED", "WHAT", "COLUMNS", "BY"], flexible: [2, 3])
    for item in list.history {
      table.add([
        String(item.id), RecordText.time(item.replaced), RecordText.name(item.entity, item.title, item.uuid),
        item.columns.joined(separator: ", "), item.client ?? "–",
      ])
    }
    return table.lines(width: width) + RecordText.rest(list.history.count, list.total, list.next)
  }

  /// Returns one record with its texts.
  package static func lines(_ view: HistoryView) -> [String] {
    let item = view.record
    var lines = [
      "Record \(item.id): " + SafeText.line(RecordText.fullName(item.entity, item.uuid, item.title)),
      "Replaced " + RecordText.time(item.replaced) + (item.client.map { " by " + SafeText.line($0) } ?? "")
        + (item.position.map { ", position \($0)" } ?? ""),
    ]
    if !view.isHere { lines.append("The row is no longer in this library.") }
    for value in view.values {
      lines += ["", "── " + SafeText.line(value.column) + ", before", SafeText.block(value.text)]
      if let now = value.now {
        lines += ["── " + SafeText.line(value.column) + ", now", SafeText.block(now.text)]
      }
    }
    if view.values.contains(where: \.isCut) { lines += ["", "--full shows the texts in full."] }
    return lines
  }
}
