/// Why an entry stands in quarantine, in plain words.
package struct QuarantineText: Hashable, Sendable {
  /// What happened, one sentence.
  package let happened: String
  /// What a person can do.
  package let remedy: String

  /// The words for a code; one that a newer hub has made up is said to be unknown.
  ///
  /// - Parameter isPush: the entry was on its way to the hub; else it came from there.
  package init(code: String, isPush: Bool) {
    if let message = Message.of(isPush ? .quarantinedPush : .quarantinedPull, code) {
      happened = message.line + "."
      remedy = message.remedy
    } else {
      happened = "It was refused with the code \(code.prefix(60)), which this mediasync does not know."
      remedy = "Upgrade mediasync, then retry; the reason above is in the words of whoever refused it."
    }
  }
}
