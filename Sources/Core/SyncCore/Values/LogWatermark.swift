/// What a device remembers of the application's log, so that it detects when the application has emptied the
/// log and restarted its ids, or deleted entries before they were sent. It needs no memory per row.
package struct LogWatermark: Hashable, Sendable {
  /// Everything up to here is acknowledged.
  package var pushed: ChangeID
  /// A digest of the entry at `pushed`; `nil` if there was no entry at the time.
  package var entry: String?
  /// The highest change id ever seen.
  package var highest: ChangeID
  /// How many ids above `pushed` are known to have no entry.
  package var missing: Int64

  /// Takes every field.
  package init(pushed: ChangeID, entry: String?, highest: ChangeID, missing: Int64) {
    (self.pushed, self.entry, self.highest, self.missing) = (pushed, entry, highest, missing)
  }

  /// The state of the log now.
  package struct Reading: Hashable, Sendable {
    /// The highest id ever assigned, as far as the file tells.
    package var highest: ChangeID
    /// A digest of the entry at the watermark's `pushed`; `nil` if there is none.
    package var entry: String?
    /// How many entries are above `pushed`; `nil` if they were not counted.
    package var present: Int64?

    /// Takes every field.
    package init(highest: ChangeID, entry: String?, present: Int64? = nil) {
      (self.highest, self.entry, self.present) = (highest, entry, present)
    }
  }

  /// What happened to the log.
  package enum Verdict: Hashable, Sendable {
    /// The log continues.
    case continues
    /// The log was emptied and its ids restarted: nothing remembered of it holds.
    case reset
    /// Unacknowledged entries are gone: this many ids above `pushed` have no entry.
    case gap(missing: Int64)
  }

  /// Compares the log with what the device remembers.
  package func verdict(on reading: Reading) -> Verdict {
    if reading.highest < max(highest, pushed) { return .reset }
    // Pruning may have deleted the entry. If it exists, it must be the acknowledged one.
    if let entry, let present = reading.entry, present != entry { return .reset }
    guard let present = reading.present else { return .continues }
    let missing = reading.highest.rawValue - pushed.rawValue - present
    return missing > self.missing ? .gap(missing: missing) : .continues
  }
}

/// How the application's log changed unexpectedly.
package enum LogChange: String, Hashable, Sendable {
  /// The log was emptied and its ids restarted.
  case reset
  /// Entries are gone that were not sent yet.
  case gap
}
