import SyncCore

/// Why an entry stands in quarantine, in plain words: the one place where a code becomes text for people.
package struct QuarantineText: Hashable, Sendable {
  /// What happened, one sentence.
  package var happened: String
  /// What a person can do, one sentence.
  package var remedy: String

  /// The words for a code; one that a newer hub has made up is said to be unknown.
  package init(code: String, direction: QuarantineRecord.Direction) {
    if let known = ProblemCode(rawValue: code)?.quarantineText(direction) {
      self = known
    } else if code == Self.refusedWithoutCode {
      self.init("The hub refused this change and did not say why.", Self.editAndRetry)
    } else {
      self.init(
        "It was refused with the code \(code.prefix(60)), which this mediasync does not know.",
        "Upgrade mediasync, then retry; the reason above is in the words of whoever refused it.")
    }
  }

  /// The code of an answer that named none.
  package static let refusedWithoutCode = "rejected"

  fileprivate init(_ happened: String, _ remedy: String) {
    self.happened = happened
    self.remedy = remedy
  }

  fileprivate static let editAndRetry =
    "Mend the row in the application, or retry as it is; drop it to leave the row as the hub has it."
}

extension ProblemCode {
  /// The words for an entry that was set aside with this code; `nil` for a code that only ever answers a request.
  package func quarantineText(_ direction: QuarantineRecord.Direction) -> QuarantineText? {
    let isPush = direction == .push
    switch self {
    case .tooLarge:
      return QuarantineText(
        "This change alone is larger than the hub takes.",
        "Shorten the row in the application, or raise the hub's limit, then retry.")
    case .malformedEntry:
      return isPush
        ? QuarantineText(
          "The hub could not read this change.", "Retry: the row is then queued again whole, as it is now.")
        : QuarantineText(
          "The hub sent something that is no entry.",
          "Where it names a row, retry fetches the row anew; else drop it, and upgrade whatever sent it.")
    case .malformedPayload:
      return isPush
        ? QuarantineText(
          "The application's log says something that cannot be read.",
          "Retry: the row is then queued again whole, as it is now.")
        : QuarantineText(
          "The entry's payload cannot be read.",
          "Retry fetches the row anew; where that fails too, upgrade the device that sent it.")
    case .unknownEntity:
      return isPush
        ? QuarantineText(
          "The row is of a kind that this mediasync or the hub does not know.",
          "Upgrade the older of the two, then retry.")
        : QuarantineText(
          "The hub sent a row of a kind that this mediasync does not know.", "Upgrade mediasync, then retry.")
    case .unknownOperation:
      return QuarantineText(
        "The entry says to do something that cannot be done to such a row.",
        "Retry: what the row is now counts, not what was done to it.")
    case .unknownRow:
      return QuarantineText(
        "The change is to a row that the hub has never seen.",
        "Retry: the row is then queued again whole, as it is now.")
    case .incompleteRow:
      return QuarantineText(
        "The row lacks something that it cannot be without, such as its address or its medium.",
        "Fill it in in the application, then retry.")
    case .unknownParent:
      return QuarantineText(
        "The row belongs to a medium or a keyword that the hub does not have.",
        "Look for that one in quarantine and retry it first, then this one.")
    case .refusedByLibrary:
      return QuarantineText(
        "The library's own rules refuse the row as the hub has it.",
        "Mend it on the device that wrote it, or in the application here, then retry.")
    case .badJSON, .badEnvelope, .unsupportedMedia, .unauthorized, .tokenRevoked, .tokenOfAnotherDevice,
      .notFound, .methodNotAllowed, .logMismatch, .deviceRewound, .logRewound, .cursorTooOld, .busy, .failed:
      return nil
    }
  }
}
