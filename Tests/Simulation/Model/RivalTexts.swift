/// Texts that may compete with one that was typed over them, although its author had seen them: the sender
/// cannot name the edit's base, or the hub no longer knows it. Then whole rows compete (protocol.md §3).
struct RivalTexts {
  private var sentTwice: Set<Int> = []
  private var absentFromHub: Set<Int> = []
  private var withoutBase: Set<Int> = []
  private var onLostBase: Set<Int> = []

  /// A library was copied to another machine while these texts were unsent. Both machines send them, as two
  /// devices' changes, and neither can name the other's as its base.
  mutating func copied(unsent: Set<Int>) { sentTwice.formUnion(unsent) }

  /// A library is restored to a state in which these texts were unsent. If they have been sent since, another
  /// incarnation of the device sends them again, and nobody can know that they are old.
  mutating func putBack(unsent: Set<Int>) { sentTwice.formUnion(unsent) }

  /// The hub was restored from an older copy without these texts. Devices queue their rows again, whole and
  /// without a base: one an earlier text, another the later one.
  mutating func lostByHub(_ texts: Set<Int>) { absentFromHub.formUnion(texts) }

  /// A device that knows a newer position than a restored hub shows these texts. It queues again every row of
  /// which the hub has lost a state, including the columns that were not lost.
  mutating func queuedWhole(_ texts: Set<Int>) { withoutBase.formUnion(texts) }

  /// A device that shows these texts is below the part of the log that the hub has kept: the base that it
  /// names is gone. Unsent ones cannot tell what they were typed over.
  mutating func lostBase(_ texts: Set<Int>) {
    withoutBase.formUnion(texts)
    onLostBase.formUnion(texts)
  }

  /// The application logged these texts again with a whole row before the hub's answer to them arrived. They
  /// are sent once more, as another and later change with the first one's base (rule 4), whatever somebody
  /// typed over them in between.
  mutating func saidAgain(_ texts: Set<Int>) { withoutBase.formUnion(texts) }

  /// Whether a text may compete with a later one. `seen` are the texts over which that one was typed, each
  /// over the next; the last is the text itself.
  func mayStand(_ seen: [Int], against later: Int) -> Bool {
    absentFromHub.contains(later) || onLostBase.contains(later)
      || seen.contains { sentTwice.contains($0) || withoutBase.contains($0) || absentFromHub.contains($0) }
  }
}
