/// The local history as people read it.
package enum HistoryText {
  /// A list, and how to go on.
  package static func lines(_ list: HistoryList, width: Int) -> [String] {
    guard !list.history.isEmpty else { return ["No texts that were written here have been replaced."] }
    var table = TextTable(["ID", "REPLACED", "WHAT", "COLUMNS", "BY"], flexible: [2, 3])
    for item in list.history {
      table.add([
        String(item.id), RecordText.time(item.replaced), RecordText.name(item.entity, item.title, item.uuid),
        item.columns.joined(separator: ", "), item.client ?? "–",
      ])
    }
    return table.lines(width: width) + RecordText.rest(list.history.count, list.total, list.next)
  }

  /// One record with its texts.
  package static func lines(_ view: HistoryView) -> [String] {
    let item = view.record
    var lines = [
      "Record \(item.id): " + SafeText.line(RecordText.fullName(item.entity, item.uuid, item.title)),
      "Replaced " + RecordText.time(item.replaced) + (item.client.map { " by " + SafeText.line($0) } ?? "")
        + (item.position.map { ", position \($0)" } ?? ""),
    ]
    if !view.isHere { lines.append("The row is not in this library any more.") }
    for value in view.values {
      lines += ["", "── " + SafeText.line(value.column) + ", before", SafeText.block(value.text)]
      if let now = value.now {
        lines += ["── " + SafeText.line(value.column) + ", now", SafeText.block(now.text)]
      }
    }
    if view.values.contains(where: \.isCut) { lines += ["", "--full shows the whole texts."] }
    return lines
  }
}
