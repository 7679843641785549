/// Which texts may stand against one that was typed over them, although whoever typed it had seen them: the sender
/// cannot name what the edit stood on, or the hub no longer knows it. Then whole rows compete (protocol.md §3).
struct RivalTexts {
  private var sentTwice: Set<Int> = []
  private var absentFromHub: Set<Int> = []
  private var withoutBase: Set<Int> = []
  private var onLostBase: Set<Int> = []

  /// A library was copied to another machine while these had still to be sent. Both machines send them, as two devices'
  /// changes, and neither can name the other's as its base.
  mutating func copied(unsent: Set<Int>) { sentTwice.formUnion(unsent) }

  /// A library is what it was when these had still to be sent. If they have been since, another life of the device sends
  /// them again, and nobody can know that they are not news.
  mutating func putBack(unsent: Set<Int>) { sentTwice.formUnion(unsent) }

  /// The hub was restored from an older copy that has none of these. Devices queue again what they hold, whole and
  /// without a base: one of them an earlier text, another the later one.
  mutating func lostByHub(_ texts: Set<Int>) { absentFromHub.formUnion(texts) }

  /// A device that was told more than a restored hub has shows these. It queues again every row of which the hub has
  /// lost a state, and with what was lost of the row goes what was not.
  mutating func queuedWhole(_ texts: Set<Int>) { withoutBase.formUnion(texts) }

  /// A device that shows these stands below the part of the log that the hub has kept: the base that it names is gone.
  /// Those that are still to be sent cannot tell what they were typed over.
  mutating func lostBase(_ texts: Set<Int>) {
    withoutBase.formUnion(texts)
    onLostBase.formUnion(texts)
  }

  /// The application logged these again with a whole row while the hub's answer to them was outstanding. They go out once
  /// more, as another and later change that still stands on the first one's base (rule 4), whatever somebody typed over
  /// them in between.
  mutating func saidAgain(_ texts: Set<Int>) { withoutBase.formUnion(texts) }

  /// Whether a text may stand against a later one. `seen` are those over which that one was typed, one over the next, the
  /// text itself the last.
  func mayStand(_ seen: [Int], against later: Int) -> Bool {
    absentFromHub.contains(later) || onLostBase.contains(later)
      || seen.contains { sentTwice.contains($0) || withoutBase.contains($0) || absentFromHub.contains($0) }
  }
}
