/// Counts what makes no headway, and says when to give up for a while: a hub with a fault, or something that speaks in
/// its place, could otherwise keep a device busy without end (promise 9).
struct StallDetector: Hashable, Sendable {
  /// How often one cycle takes up a new life because the hub says that the library was restored.
  static let renewalsMax = 3
  /// Pages in a row without an entry, behind each of which there is said to be more.
  static let emptyPagesMax = 100
  /// Changes in a row that one cycle sets aside because the hub finds them too large.
  static let tooLargeMax = 50
  /// Entries of a hub's that are set aside in a row, none between them that could be used.
  static let unusableMax = 5000
  /// How long nothing is asked of such a hub: the other cycles may come in step, and so no backoff grows.
  static let unusablePause: Duration = .seconds(60)

  private var renewals = 0
  private var emptyPages = 0
  private var tooLargeInARow = 0
  private var unusable = 0

  /// Another cycle begins. What is unusable is counted from cycle to cycle: each may bring a little of it.
  mutating func cycleBegan() { (renewals, emptyPages, tooLargeInARow) = (0, 0, 0) }

  /// The hub took a batch.
  mutating func wasTaken() { tooLargeInARow = 0 }

  /// The hub says that the library was restored; why to give up, if it has said so too often.
  mutating func renewed() -> Failure? {
    renewals += 1
    guard renewals > Self.renewalsMax else { return nil }
    return Failure(.badReply, "the hub says again and again that the library was restored (device_rewound)")
  }

  /// The hub finds one change too large; why to give up, if it has found too many so.
  mutating func tooLarge() -> Failure? {
    tooLargeInARow += 1
    guard tooLargeInARow > Self.tooLargeMax else { return nil }
    return Failure(
      .badReply, "the hub finds \(Self.tooLargeMax) changes in a row too large (413), one by one")
  }

  /// A page came; why to give up, if it is one too many with nothing in it.
  mutating func given(_ page: PageSummary) -> Failure? {
    emptyPages = page.count == 0 && page.hasMore ? emptyPages + 1 : 0
    guard emptyPages > Self.emptyPagesMax else { return nil }
    return Failure(.badReply, "the hub gives one empty page after the other and says that there is more")
  }

  /// A page was applied; why to give up, if too much in a row was of no use.
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
