/// Which of two edits of one column wins (protocol.md §3, who wins).
package enum ConflictPolicy: String, Hashable, Sendable, CaseIterable {
  /// The one that was made later, by the hub's clock; of two made at once the one that arrives later.
  case latestEdit = "latest-edit"
  /// The one that arrives later.
  case latestArrival = "latest-arrival"
}

/// When a change was made, by the hub's clock.
package enum EditTime {
  /// The change's own timestamp, corrected by how far the sender's clock is off, and never later than now.
  ///
  /// - Parameters:
  ///   - timestamp: the change's timestamp as the sender wrote it.
  ///   - sentAt: the sender's clock when it sent; `nil` where it does not say.
  ///   - now: the hub's clock.
  /// - Returns: `now` where the sender's clock is not known or the timestamp is none.
  package static func corrected(timestamp: String, sentAt: Instant?, now: Instant) -> Instant {
    guard let sentAt, let edited = Instant(timestamp) else { return now }
    let corrected = edited.milliseconds.addingReportingOverflow(now.milliseconds - sentAt.milliseconds)
    return corrected.overflow ? now : min(now, Instant(milliseconds: corrected.partialValue))
  }
}
