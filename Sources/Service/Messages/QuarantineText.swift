/// Why an entry is quarantined, in plain words.
package struct QuarantineText: Hashable, Sendable {
  /// What happened, in one sentence.
  package let happened: String
  /// What to do.
  package let remedy: String

  /// Takes the message for a code. Reports a code of a newer hub as unknown.
  ///
  /// - Parameter isPush: whether the entry was on its way to the hub; if not, it came from there.
  package init(code: String, isPush: Bool) {
    if let message = Message.of(isPush ? .quarantinedPush : .quarantinedPull, code) {
      happened = message.line + "."
      remedy = message.remedy
    } else {
      happened = "The entry was refused with the code \(code.prefix(60)), which this mediasync does not know."
      remedy =
        "Upgrade mediasync, then run mediasyncctl quarantine retry. The reason above comes from the side that refused it."
    }
  }
}
