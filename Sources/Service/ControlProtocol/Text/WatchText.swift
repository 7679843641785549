/// Formats events for people.
package enum WatchText {
  /// Returns a line for an event: `2026-11-25 07:12:25Z  in step: 3 pushed, 10 pulled`. Returns `nil` for
  /// `status` and `progress`, which a terminal shows in its last line.
  package static func line(_ event: ControlEvent) -> String? {
    guard let words = words(event) else { return nil }
    return (StatusText.shortened(event.at) ?? "") + "  " + SafeText.line(words)
  }

  /// Returns a line for any event, for an output that cannot redraw a line.
  package static func plainLine(_ event: ControlEvent, now: Int64) -> String? {
    let time = (StatusText.shortened(event.at) ?? "") + "  "
    if let status = event.status { return time + SafeText.line(StatusText.firstLine(status, now: now)) }
    if let progress = event.progress { return time + ProgressText.line(progress) }
    return line(event)
  }

  /// Returns the first rows that an event names: ` (Media cac1…, Podcasts 77aa… unknown_entity, …)`.
  private static func names(_ event: ControlEvent) -> String {
    let rows = event.named ?? []
    guard !rows.isEmpty else { return "" }
    let shown = rows.prefix(3).map { row in
      [row.entity, row.uuid, row.code].compactMap { $0 }.joined(separator: " ")
    }
    return " (" + (shown + (event.count ?? 0 > shown.count ? ["…"] : [])).joined(separator: ", ") + ")"
  }

  private static func words(_ event: ControlEvent) -> String? {
    let count = event.count ?? 0
    let plural = count == 1 ? "" : "s"
    switch event.event {
    case .status, .progress: return nil
    case .inStep: return "in step: \(event.pushed ?? 0) pushed, \(event.pulled ?? 0) pulled"
    case .recovered:
      let attempts = event.attempts ?? 0
      let span =
        event.outageSeconds.map { DurationText.rough(.seconds(Int64($0.rounded(.up)))) + " and " } ?? ""
      return "works again, after \(span)\(attempts) failed attempt\(attempts == 1 ? "" : "s")"
    case .waiting:
      let left = event.retryIn.map { DurationText.rough(.seconds(Int64($0.rounded(.up)))) }
      return "\(event.reason ?? "failed"); trying again\(left.map { " in " + $0 } ?? "")"
    case .blocked: return "blocked: \(event.reason ?? "")"
    case .quarantined: return "\(count) change\(plural) quarantined\(names(event)): mediasyncctl quarantine"
    case .conflicts:
      return "\(count) value\(plural) lost to later edits and kept\(names(event)): mediasyncctl conflicts"
    case .passedOver: return "\(count) log entr\(count == 1 ? "y" : "ies") of deleted rows skipped"
    case .rewound: return "the library was restored from an older copy"
    case .logReset: return "the application's log was reset: all its entries are sent again"
    case .logGap: return "unsent entries of the application's log were deleted"
    case .compared:
      let rows = event.requeued ?? 0
      return "compared with the hub: \(rows) row\(rows == 1 ? "" : "s") queued that the log does not mention"
    case .changesHeld:
      return "changes that would delete or empty \(count) row\(plural) are held: mediasyncctl changes show"
    case .changesAccepted: return "held changes were accepted: \(count) row\(plural)"
    case .changesRefused: return "held changes were refused: \(count) row\(plural), sent to the hub again"
    case .snapshotBegun: return "starting over from a snapshot (\(event.reason ?? ""))"
    case .snapshotTaken:
      return "the snapshot is applied: \(event.rows ?? 0) rows, \(event.requeued ?? 0) queued again"
    case .pruned: return "\(count) old log entr\(count == 1 ? "y" : "ies") deleted"
    case .indexLeftAlone:
      return "the daemon does not maintain a search index: \(event.reason ?? ""): mediasyncctl doctor"
    case .paused: return "paused" + (event.until.map { " until " + (StatusText.shortened($0) ?? "") } ?? "")
    case .resumed: return "resumed"
    case .lost: return "this watch was too slow and missed \(count) event\(plural)"
    // An event of a newer daemon.
    default: return event.event.rawValue
    }
  }
}
