/// What a device remembers of the application's log, so that it sees when the log is no longer the one it knew: emptied
/// and begun anew, or without entries that were still to be sent. Nothing is kept per row.
package struct LogWatermark: Hashable, Sendable {
  /// Everything up to here is answered.
  package var pushed: ChangeID
  /// A digest of the entry at `pushed`; `nil` if it was not there when it was noted.
  package var entry: String?
  /// The highest change id that was ever seen.
  package var highest: ChangeID
  /// How many ids above `pushed` are known to be without an entry.
  package var missing: Int64

  /// Takes every field.
  package init(pushed: ChangeID, entry: String?, highest: ChangeID, missing: Int64) {
    (self.pushed, self.entry, self.highest, self.missing) = (pushed, entry, highest, missing)
  }

  /// What the log says now.
  package struct Reading: Hashable, Sendable {
    /// The highest id that was ever given out, as far as the file tells.
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

  /// What became of the log.
  package enum Verdict: Hashable, Sendable {
    /// It goes on.
    case continues
    /// It was emptied, and its ids began anew: nothing that was remembered of it holds.
    case reset
    /// Entries that were not answered are gone: so many ids above `pushed` have no entry.
    case gap(missing: Int64)
  }

  /// Compares the log with what is remembered of it.
  package func verdict(on reading: Reading) -> Verdict {
    if reading.highest < max(highest, pushed) { return .reset }
    // The entry may be gone, by pruning; if it is there, it is the one that was answered.
    if let entry, let present = reading.entry, present != entry { return .reset }
    guard let present = reading.present else { return .continues }
    let missing = reading.highest.rawValue - pushed.rawValue - present
    return missing > self.missing ? .gap(missing: missing) : .continues
  }
}

/// How the application's log changed behind our back.
package enum LogChange: String, Hashable, Sendable {
  /// It was emptied, and its ids began anew.
  case reset
  /// Entries that were still to be sent are gone.
  case gap
}
