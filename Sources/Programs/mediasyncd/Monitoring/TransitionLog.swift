import ControlProtocol
import Journal
import Logging
import Messages
import SyncCore

/// One log line per transition (promise 8): the words of the table, the figures beside them.
struct TransitionLog {
  let logger: Logger

  /// `cycle` numbers the cycle that it came in, from 1 since the start.
  func report(_ transition: Transition, cycle: Int) {
    var logger = logger
    logger[metadataKey: "cycle"] = .stringConvertible(cycle)
    switch transition {
    case .inStep(let pushed, let pulled):
      logger.record(
        .inStep, "in step: \(pushed) pushed, \(pulled) pulled",
        fields: ["pushed": number(pushed), "pulled": number(pulled)])
    case .recovered(let outage): logger.recovered(outage)
    case .waiting(let failure, let wait):
      logger.record(
        .waiting, "\(failure.text); trying again", cause: failure.message,
        fields: ["retry_in_ms": .stringConvertible(wait.wholeMilliseconds)])
    case .blocked(let failure):
      logger.record(
        .blocked,
        "\(failure.text); fix this, then run: mediasyncctl trigger; until then the daemon checks every 15 min",
        cause: failure.message)
    case .quarantined(let count, let first): logger.quarantined(count, first)
    case .conflicted(let count, let rows): logger.conflicted(count, rows)
    case .passedOver(let count): logger.record(.passedOver, fields: ["count": number(count)])
    case .rewound: logger.record(.rewound)
    case .logChanged(let change): logger.record(change == .reset ? .logReset : .logGap)
    case .compared(let queued): logger.record(.compared, fields: ["queued": number(queued)])
    case .held(let hold):
      logger.record(
        .changesHeld, hold.text,
        fields: ["rows": number(hold.rows), "read_to": .stringConvertible(hold.read.rawValue)])
    case .holdEnded(let ended):
      logger.record(
        ended.isAccepted ? .changesAccepted : .changesRefused,
        fields: [
          "rows": number(ended.rows), "through": .stringConvertible(ended.through.rawValue),
          "queued": number(ended.queued),
        ])
    case .snapshotBegun(let reason):
      let cause = Message.of(.snapshot, reason.rawValue)
      logger.record(.snapshotBegun, cause.map { "starting over from a snapshot: \($0.line)" }, cause: cause)
    case .snapshotTaken(let reason, let rows, let requeued):
      logger.record(
        .snapshotTaken,
        fields: ["reason": "\(reason.rawValue)", "rows": number(rows), "requeued": number(requeued)])
    case .pruned(let count): logger.record(.pruned, fields: ["count": number(count)])
    case .indexLeftAlone(let finding):
      let why =
        finding.kind == .notOurs
        ? "is left to the application" : "does not match its table and is left alone; the rows are synced"
      logger.record(
        .indexLeftAlone, "the search index \(finding.table) \(why): \(finding.reason)",
        fields: ["index": "\(finding.table)", "reason": "\(finding.reason)"])
    case .paused(let pause):
      logger.record(.paused, fields: ["until": "\(pause.until?.description ?? "resumed by someone")"])
    case .resumed: logger.record(.resumed)
    }
  }

  /// What status says now, for who wants to follow every step (`log-level debug`).
  func log(_ status: Status) {
    logger.debug(
      "status",
      metadata: [
        "state": "\(status.state.rawValue)", "pending": .stringConvertible(status.pendingLocal),
        "position": .stringConvertible(status.pulledCursor), "head": .stringConvertible(status.hubHead ?? 0),
      ])
  }
}

private func number(_ number: Int) -> Logger.Metadata.Value { .stringConvertible(number) }

extension Logger {
  /// The end of a row of failures.
  fileprivate func recovered(_ outage: Outage) {
    let attempts = "\(outage.attempts) failed attempt\(outage.attempts == 1 ? "" : "s")"
    record(
      .recovered,
      "\(outage.wasHub ? "the hub answers" : "syncing works") again, after \(DurationText.rough(outage.lasted)) and "
        + attempts,
      fields: [
        "attempts": number(outage.attempts), "outage_ms": .stringConvertible(outage.lasted.wholeMilliseconds),
      ])
  }

  /// A line for each entry that is named, and one that counts the others.
  fileprivate func quarantined(_ count: Int, _ first: [QuarantineEntry]) {
    for entry in first {
      let isPush = entry.direction == .push
      var fields: Metadata = [
        "direction": "\(entry.direction.rawValue)", "code": "\(entry.code)", "reason": "\(entry.reason)",
      ]
      if let number = entry.number { fields["number"] = .stringConvertible(number) }
      fields.merge(Self.fields(entry.row)) { $1 }
      let name = entry.row.map { "\($0)" } ?? "an entry that names no row"
      record(
        .quarantined,
        "quarantined on the way \(isPush ? "to" : "from") the hub: \(name) (\(entry.code)): \(entry.reason)",
        cause: Messages.Message.of(isPush ? .quarantinedPush : .quarantinedPull, entry.code), fields: fields)
    }
    let others = count - first.count
    guard others > 0 else { return }
    record(
      .quarantined, first.isEmpty ? nil : "\(others) more changes were quarantined",
      fields: ["count": number(others)])
  }

  /// One line for the conflicts of a transition. It names the first rows.
  fileprivate func conflicted(_ count: Int, _ rows: [RowName]) {
    guard let first = rows.first else { return record(.conflicts, fields: ["count": number(count)]) }
    if count == 1 {
      record(
        .conflicts, "a value of \(first) lost to a later edit and is kept as a conflict",
        fields: Self.fields(first))
      return
    }
    let named = rows.prefix(3)
    let others = count > named.count ? " and \(count - named.count) more" : ""
    record(
      .conflicts,
      "\(count) values lost to later edits and are kept as conflicts: "
        + named.map { "\($0)" }.joined(separator: ", ") + others,
      fields: ["count": number(count)])
  }

  private static func fields(_ row: RowName?) -> Metadata {
    guard let row else { return [:] }
    return ["entity": "\(row.entity)", "uuid": "\(row.uuid)"]
  }
}

extension Failure {
  /// The words of its kind.
  fileprivate var message: Message? { Message.of(.failure, kind.rawValue) }
}
