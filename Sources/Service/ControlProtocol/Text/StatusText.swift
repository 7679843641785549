import FoundationEssentials

/// Formats a status for people. systemd shows the first line too, with other times.
package enum StatusText {
  /// How to show the time of the next attempt and the end of a pause.
  private enum Clock {
    /// As the remaining time, for a line that is read at once.
    case left(now: Int64)
    /// As a time of day, for a line that stays until the next one.
    case ofDay((Int64) -> String)
  }

  /// Returns one line: whether in step and since when, or what the daemon waits for and until when.
  /// `now` is in milliseconds since 1970-01-01T00:00:00Z.
  package static func firstLine(_ status: Status, now: Int64) -> String {
    firstLine(status, .left(now: now))
  }

  private static func firstLine(_ status: Status, _ clock: Clock) -> String {
    var parts: [String]
    switch status.state {
    case .inSync:
      parts = ["In step" + since(status)]
    case .syncing where status.tryingAgain:
      parts = ["Trying again: " + (status.reason ?? "it failed")]
      if status.attempt > 0 { parts.append("attempt \(status.attempt + 1)") }
      if let progress = status.progress { parts.append(ProgressText.line(progress)) }
    case .syncing:
      parts = ["Syncing" + since(status) + (status.reason.map { ": " + $0 } ?? "")]
      if let progress = status.progress {
        parts[0] += ": " + ProgressText.line(progress)
      } else if let head = status.hubHead, head > status.pulledCursor {
        parts.append("at \(status.pulledCursor) of \(head)")
      }
    case .waiting where status.held != nil && status.nextAttempt == nil && status.attempt == 0:
      parts = ["Held" + since(status) + ": " + (status.reason ?? "mediasyncctl changes show")]
    case .waiting:
      parts = ["Waiting: " + (status.reason ?? "for the next cycle")]
      if status.attempt > 0 { parts.append("attempt \(status.attempt)") }
      if let next = milliseconds(status.nextAttempt) {
        parts.append("next try " + time(next, clock))
      }
    case .paused:
      if let end = milliseconds(status.pauseUntil) {
        switch clock {
        case .left(let now):
          let left = DurationText.rough(.milliseconds(end - now))
          parts = ["Paused until \(shortened(status.pauseUntil) ?? "")", "\(left) left"]
        case .ofDay(let words): parts = ["Paused until " + words(end)]
        }
      } else {
        parts = ["Paused" + since(status), "until resumed"]
      }
    case .blocked:
      parts = ["Blocked" + since(status) + (status.reason.map { ": " + $0 } ?? "")]
      if let next = milliseconds(status.nextAttempt) { parts.append("next look " + time(next, clock)) }
    }
    if status.pendingLocal > 0 { parts.append(counted(status.pendingLocal, "change") + " queued") }
    return parts.joined(separator: ", ")
  }

  /// Returns the first line, and lines with the details.
  package static func lines(_ status: Status, now: Int64) -> [String] {
    var lines = [firstLine(status, now: now)]
    lines.append("Library    " + status.database + (status.deviceID.map { " (device \($0))" } ?? ""))
    if let reason = status.polling { lines.append("Polled     because " + reason) }
    if let url = status.hubURL {
      lines.append("Hub        " + url + (status.hubProtocol.map { " (\($0))" } ?? ""))
    }
    lines.append("Position   \(status.pulledCursor) of \(status.hubHead.map { String($0) } ?? "unknown")")
    if let last = shortened(status.lastSuccess), status.state != .inSync {
      lines.append("In step    last at " + last)
    }
    if let ahead = status.clockAheadSeconds {
      let off = DurationText.rough(.seconds(abs(ahead)))
      lines.append(
        "Clock      \(off) \(ahead < 0 ? "behind" : "ahead of") the hub's clock: set the wrong one (timedatectl)"
      )
    }
    let aside =
      [(status.quarantined, "quarantined"), (status.parked, "parked")]
      .filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
      + (status.conflicts > 0 ? [counted(status.conflicts, "conflict record")] : [])
    if !aside.isEmpty { lines.append("Records    " + aside.joined(separator: ", ")) }
    if status.logGap {
      lines.append(
        "Log        unsent entries were deleted: the daemon will compare the library with the hub")
    } else if let reset = shortened(status.logResetAt) {
      lines.append("Log        was reset, noticed at \(reset): all its entries were sent again")
    }
    if let held = status.held {
      lines.append(
        "Held       " + counted(held.rows, "row")
          + " would be deleted or emptied by changes of other devices, counted up "
          + "to position \(held.readTo): mediasyncctl changes show")
    }
    if let lacking = status.lacking, lacking > 0 {
      lines.append(
        "Lacking    " + counted(lacking, "row")
          + " that the hub has: deleted here without a log entry, or not applied")
    }
    if let failure = status.reloadFailure {
      lines.append("Reload     refused, the previous configuration stays in effect: " + failure)
    }
    return lines
  }

  /// Returns the first line as systemd shows it. It includes a refused reload, and nothing that is wrong a
  /// minute later. `words` formats milliseconds since 1970-01-01T00:00:00Z as a time of day.
  package static func serviceLine(
    _ status: Status, words: @escaping (Int64) -> String = LocalTime.text
  ) -> String {
    let line = firstLine(status, .ofDay(words))
    guard let failure = status.reloadFailure else { return line }
    return line + "; the last reload was refused: " + failure
  }

  private static func time(_ time: Int64, _ clock: Clock) -> String {
    switch clock {
    case .left(let now):
      let left = Duration.milliseconds(time - now)
      return left < .seconds(1) ? "now" : "in " + DurationText.rough(left)
    case .ofDay(let words): return "at " + words(time)
    }
  }

  private static func since(_ status: Status) -> String {
    shortened(status.since).map { " since " + $0 } ?? ""
  }

  private static func counted(_ count: Int64, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }

  /// Formats `2026-11-24T05:22:34.123Z` as `2026-11-24 05:22:34Z`.
  static func shortened(_ timestamp: String?) -> String? {
    guard let timestamp else { return nil }
    var text = String(timestamp.prefix { $0 != "." })
    if text.count < timestamp.count { text += "Z" }
    return text.split(separator: "T", maxSplits: 1).joined(separator: " ")
  }

  private static func milliseconds(_ timestamp: String?) -> Int64? {
    guard let timestamp else { return nil }
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: timestamp.contains("."))
    guard let date = try? style.parse(timestamp) else { return nil }
    return Int64((date.timeIntervalSince1970 * 1000).rounded())
  }
}
