/// What `verify`, `adopt` and `resync` found and did, as people read it.
package enum ErrandText {
  /// What happened first, then what differs, a line each.
  package static func lines(_ view: ErrandView, width: Int) -> [String] {
    var lines: [String]
    switch view.errand {
    case "verify": lines = verify(view)
    case "adopt":
      let verb = view.isDryRun ? "would be queued" : "queued"
      lines = ["\(counted(view.queued)) \(verb): no log entry speaks of them and the hub lacks them."]
    default:
      lines = [
        "Started over from the hub's state at position \(view.at): \(counted(view.compared)) taken in, "
          + "\(view.queued) queued."
      ]
    }
    if view.unsettled > 0 {
      lines.append(
        "\(counted(view.unsettled)) left out: waiting to be pushed; ask again when in step."
      )
    }
    if let waiting = view.waiting, !waiting.isEmpty { lines += self.waiting(waiting) }
    if view.counts.missingAtHub > 0, view.errand == "verify" {
      lines.append("No log entry speaks of what is missing at the hub: see mediasyncctl adopt --dry-run.")
    }
    if view.errand == "adopt", view.counts.total > view.counts.missingAtHub {
      lines.append(
        "Nothing is done about rows that differ or are missing here: mediasyncctl verify --repair fetches them."
      )
    }
    return lines + differences(view, width: width)
  }

  private static func waiting(_ rows: [ErrandView.Waiting]) -> [String] {
    ["\(counted(rows.count)) kept beside the tables, until there is room:"]
      + rows.map { row in
        let name = "  \(row.entity) \(row.uuid)"
        guard let index = row.index, let holder = row.heldBy else { return name + " waits for its parent" }
        return name + ": index \(index) has room for \(holder) only"
      }
  }

  private static func verify(_ view: ErrandView) -> [String] {
    if view.isEqual {
      return ["Equal: \(counted(view.compared)) compared, all as the hub has them at position \(view.at)."]
    }
    let counts = view.counts
    let parts = [
      (counts.differs, "differ"), (counts.missingHere, "missing here"),
      (counts.missingAtHub, "missing at the hub"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    var lines = [
      "Different: of \(counted(view.compared)) at position \(view.at), \(parts.joined(separator: ", "))."
    ]
    if view.repaired > 0 { lines.append("\(counted(view.repaired)) made what the hub holds.") }
    return lines
  }

  private static func differences(_ view: ErrandView, width: Int) -> [String] {
    guard !view.differences.isEmpty else { return [] }
    var table = TextTable(["KIND", "ROW"], flexible: [1])
    for difference in view.differences {
      table.add([kind(difference.kind), "\(difference.entity) \(difference.uuid)"])
    }
    let rest = view.counts.total - view.differences.count
    return [""] + table.lines(width: width) + (rest > 0 ? ["and \(rest) more"] : [])
  }

  private static func kind(_ kind: String) -> String {
    switch kind {
    case "missing_here": "missing here"
    case "missing_at_hub": "missing at the hub"
    default: kind
    }
  }

  private static func counted(_ count: Int) -> String { "\(count) row\(count == 1 ? "" : "s")" }
}
