/// Counts steps that make no progress and decides when to give up for a while. Otherwise a faulty hub, or
/// something that answers in its place, could keep a device busy for ever (docs/promises.md, promise 9).
struct StallDetector: Hashable, Sendable {
  /// How many new incarnations one cycle begins because the hub says that the library was restored.
  static let renewalsMax = 3
  /// How many pages in a row may be empty although the hub says that there is more.
  static let emptyPagesMax = 100
  /// How many changes in a row one cycle quarantines because the hub finds them too large.
  static let tooLargeMax = 50
  /// How many of a hub's entries in a row may be quarantined without one that is usable.
  static let unusableMax = 5000
  /// The pause after that. Other cycles may succeed, so a backoff would never grow.
  static let unusablePause: Duration = .seconds(60)

  private var renewals = 0
  private var emptyPages = 0
  private var tooLargeInARow = 0
  private var unusable = 0

  /// Starts another cycle. The count of unusable entries continues, because each cycle may bring a few.
  mutating func cycleBegan() { (renewals, emptyPages, tooLargeInARow) = (0, 0, 0) }

  /// Records that the hub accepted a batch.
  mutating func wasTaken() { tooLargeInARow = 0 }

  /// Records that the hub says the library was restored; returns a failure if it has said so too often.
  mutating func renewed() -> Failure? {
    renewals += 1
    guard renewals > Self.renewalsMax else { return nil }
    return Failure(.badReply, "the hub says again and again that the library was restored (device_rewound)")
  }

  /// Records that the hub finds one change too large; returns a failure if there were too many.
  mutating func tooLarge() -> Failure? {
    tooLargeInARow += 1
    guard tooLargeInARow > Self.tooLargeMax else { return nil }
    return Failure(
      .badReply, "the hub finds \(Self.tooLargeMax) changes in a row too large (413), one by one")
  }

  /// Records a page; returns a failure if too many in a row were empty.
  mutating func given(_ page: PageSummary) -> Failure? {
    emptyPages = page.count == 0 && page.hasMore ? emptyPages + 1 : 0
    guard emptyPages > Self.emptyPagesMax else { return nil }
    return Failure(.badReply, "the hub gives one empty page after the other and says that there is more")
  }

  /// Records an applied page; returns a failure if too many entries in a row were unusable.
  mutating func applied(_ applied: PageResult) -> Failure? {
    if applied.applied > 0 { unusable = 0 }
    unusable += applied.quarantined
    guard unusable >= Self.unusableMax else { return nil }
    unusable = 0
    return Failure(
      .badReply,
      "the hub gave \(Self.unusableMax) entries in a row that cannot be used: see mediasyncctl quarantine",
      retryAfter: Self.unusablePause)
  }
}
