/// Formats the results of `verify`, `adopt` and `resync` for people.
package enum MaintenanceTaskText {
  /// Returns the result first, then one line for each difference.
  package static func lines(_ view: MaintenanceTaskView, width: Int) -> [String] {
    var lines: [String]
    switch view.errand {
    case "verify": lines = verify(view)
    case "adopt":
      let verb = view.isDryRun ? "would be queued" : "queued"
      lines = [
        "\(counted(view.queued)) \(verb): the hub lacks them and the application's log does not mention them."
      ]
    default:
      lines = [
        "Started over from the hub's state at position \(view.at): \(counted(view.compared)) applied, "
          + "\(view.queued) queued."
      ]
    }
    if view.unsettled > 0 {
      lines.append(
        "\(counted(view.unsettled)) left out because they wait to be pushed. Run this again when in step."
      )
    }
    if let waiting = view.waiting, !waiting.isEmpty { lines += self.waiting(waiting) }
    if view.counts.missingAtHub > 0, view.errand == "verify" {
      lines.append(
        "The application's log does not mention the rows missing at the hub: see mediasyncctl adopt --dry-run."
      )
    }
    if view.errand == "adopt", view.counts.total > view.counts.missingAtHub {
      lines.append(
        "adopt does not change rows that differ or are missing here: mediasyncctl verify --repair fetches them."
      )
    }
    return lines + differences(view, width: width)
  }

  private static func waiting(_ rows: [MaintenanceTaskView.Waiting]) -> [String] {
    ["\(counted(rows.count)) parked:"]
      + rows.map { row in
        let name = "  \(row.entity) \(row.uuid)"
        guard let index = row.index, let holder = row.heldBy else { return name + " waits for its parent" }
        return name + " waits for its key: row \(holder) has it (index \(index))"
      }
  }

  private static func verify(_ view: MaintenanceTaskView) -> [String] {
    if view.isEqual {
      return ["Equal: \(counted(view.compared)) compared with the hub at position \(view.at)."]
    }
    let counts = view.counts
    let parts = [
      (counts.differs, "differ"), (counts.missingHere, "missing here"),
      (counts.missingAtHub, "missing at the hub"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    var lines = [
      "Different: of \(counted(view.compared)) at position \(view.at), \(parts.joined(separator: ", "))."
    ]
    if view.repaired > 0 { lines.append("\(counted(view.repaired)) set to the hub's state.") }
    return lines
  }

  private static func differences(_ view: MaintenanceTaskView, width: Int) -> [String] {
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
