/// Which of two edits of one column wins (docs/protocol.md §3, Who wins).
package enum ConflictPolicy: String, Hashable, Sendable, CaseIterable {
  /// The later edit wins, by the hub's clock. If both have the same time, the later arrival wins.
  case latestEdit = "latest-edit"
  /// The later arrival wins.
  case latestArrival = "latest-arrival"
}

/// Computes when a change was made, by the hub's clock.
package enum EditTime {
  /// Returns the change's timestamp, corrected by the error of the sender's clock, and never later than now.
  ///
  /// - Parameters:
  ///   - timestamp: the change's timestamp as the sender wrote it.
  ///   - sentAt: the sender's clock when it sent; `nil` if it does not say.
  ///   - now: the hub's clock.
  /// - Returns: `now` if the sender's clock is unknown or the timestamp is invalid.
  package static func corrected(timestamp: String, sentAt: Instant?, now: Instant) -> Instant {
    guard let sentAt, let edited = Instant(timestamp) else { return now }
    let corrected = edited.milliseconds.addingReportingOverflow(now.milliseconds - sentAt.milliseconds)
    return corrected.overflow ? now : min(now, Instant(milliseconds: corrected.partialValue))
  }
}
