/// Formats held changes for people.
package enum ChangesText {
  /// Returns what is held, who changed it, and how to decide.
  package static func lines(_ view: HeldView, width: Int) -> [String] {
    guard view.isHeld, let since = view.since, let through = view.through else {
      return ["No changes are held."]
    }
    var lines = [
      "Held since \(RecordText.time(since)): changes of other devices would delete too much from this library.",
      "Counted up to position \(through). This library is at position \(view.from ?? 0) and applies nothing until you decide.",
      "",
    ]
    var kinds = TextTable(["ROWS", "DELETED", "EMPTIED", "FOLDED"], flexible: [0])
    for count in view.counts {
      kinds.add([count.entity, String(count.deleted), String(count.emptied), String(count.folded)])
    }
    lines += kinds.lines(width: width) + [""]
    var clients = TextTable(["BY CLIENT", "ROWS"], flexible: [0])
    for client in view.clients {
      clients.add([client.client ?? "not named by the hub", String(client.rows)])
    }
    lines += clients.lines(width: width)
    if !view.rows.isEmpty {
      var rows = TextTable(["ROW", "BECOMES"], flexible: [0])
      for row in view.rows { rows.add([RecordText.name(row.entity, row.title, row.uuid), row.taking]) }
      let rest = view.counts.reduce(0) { $0 + $1.deleted + $1.emptied + $1.folded } - view.rows.count
      lines += [""] + rows.lines(width: width) + (rest > 0 ? ["and \(rest) more"] : [])
    }
    return lines + [
      "", "To apply them:     mediasyncctl changes accept --through \(through)",
      "To keep the rows:  mediasyncctl changes refuse --through \(through)",
    ]
  }

  /// Returns the decision and its effect.
  package static func line(_ view: HoldEndedView) -> String {
    let rows = "\(view.rows) row\(view.rows == 1 ? "" : "s")"
    guard !view.isAccepted else { return "Accepted up to position \(view.through): \(rows)." }
    return
      "Refused up to position \(view.through): \(rows). \(view.queued) rows and links queued for the hub."
  }
}
