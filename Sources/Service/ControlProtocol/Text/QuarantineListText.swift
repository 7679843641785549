/// Formats quarantined entries for people.
package enum QuarantineListText {
  /// Returns a list, and the command for the next part.
  package static func lines(_ list: QuarantineList, width: Int) -> [String] {
    guard !list.quarantine.isEmpty else { return ["Nothing is in quarantine."] }
    var table = TextTable(["ID", "WHEN", "WAY", "WHAT", "WHY"], flexible: [3, 4])
    for item in list.quarantine {
      table.add([
        String(item.id), RecordText.time(item.since), way(item),
        RecordText.name(item.entity, item.title, item.uuid), item.whatHappened,
      ])
    }
    return table.lines(width: width) + RecordText.rest(list.quarantine.count, list.total, list.next)
  }

  /// Returns one entry: why it is quarantined, what to do, and its content.
  package static func lines(_ view: QuarantineView, full: Bool) -> [String] {
    let item = view.item
    let name = RecordText.fullName(item.entity, item.uuid, item.title)
    let number = item.number.map { item.direction == "push" ? ", change \($0)" : ", position \($0)" } ?? ""
    let entry = full ? SafeText.block(view.entry) : SafeText.line(view.entry)
    return [
      "Quarantine \(item.id): " + SafeText.line(name.isEmpty ? "an entry without a row" : name),
      "Way       " + way(item) + number + ", since " + RecordText.time(item.since),
      "Why       " + item.whatHappened + " (" + SafeText.line(item.code) + ")",
      "Said      " + SafeText.line(item.reason), "To do     " + item.whatToDo, "Entry     " + entry,
    ] + (view.isCut && !full ? ["--full shows the entry in full."] : [])
  }

  /// Returns the result of a retry.
  package static func lines(_ view: RetryView) -> [String] {
    if view.retried.isEmpty, view.left.isEmpty { return ["Nothing is in quarantine."] }
    var lines: [String] = []
    if !view.retried.isEmpty {
      let numbers = view.retried.prefix(20).map { String($0) }.joined(separator: ", ")
      lines.append("Retried: \(numbers)\(view.retried.count > 20 ? ", …" : "").")
    }
    return lines + view.left.map { "\($0.id) stays: \(SafeText.line($0.reason))" }
  }

  private static func way(_ item: QuarantineItem) -> String {
    item.direction == "push" ? "to the hub" : "from the hub"
  }
}
