/// What the hub decided about a pushed change (docs/protocol.md §3, Verdicts).
package enum Outcome: String, Hashable, Sendable, CaseIterable {
  /// The change is in the log.
  case applied
  /// The change was in the log already: the reply to an earlier push was lost.
  case duplicate
  /// Nothing of the change won.
  case superseded
  /// Another uuid already holds this natural key.
  case merged
  /// The change can never be applied.
  case rejected
}

/// The hub's answer to one pushed change.
package struct Answer: Hashable, Sendable {
  /// The device's own id of the change.
  package var changeID: ChangeID
  /// What the hub decided.
  package var outcome: Outcome
  /// The position at which the change entered the log.
  package var landed: Position
  /// Nobody had written the row since its base, and the result is exactly what the sender holds.
  package var exact: Bool
  /// The position of `document`, or of the sender's own row if the answer is exact.
  package var at: Position
  /// The row's version at `at`.
  package var version: Int64
  /// The hub's clock when it judged.
  package var serverTimestamp: String
  /// The row as it is now; `nil` if the answer is exact.
  package var document: Document?
  /// The uuid to use from now on, if it differs from the pushed one.
  package var canonicalUUID: String?
  /// The columns of this change that lost to the hub's values; `nil` if the hub does not say.
  package var lost: [String]?
  /// The application's client id in the newest change by the device that they lost to; `nil` if the hub does
  /// not say.
  package var lostTo: String?
  /// The row that holds the natural key for which columns of this change lost; `nil` if none did, or the hub
  /// does not say.
  package var heldBy: String?
  /// The values that this change took from an earlier incarnation of its own device, which has not seen them
  /// lose; `nil` if it took none.
  package var taken: Document?
  /// What others took from this device on the row, in entries after its cursor. The pull would report it, but
  /// `document` replaces the row before that. Empty if the hub owes nothing.
  package var owed: [AnswerLoss]
  /// Whether the row had the sent values at `landed`, although the answer is not exact.
  package var asSent = false
  /// A stable code for why the change was rejected.
  package var code: String?
  /// Why the change was rejected, for a person.
  package var reason: String?

  /// Takes every field of the wire but `as_sent`.
  package init(
    changeID: ChangeID, outcome: Outcome, landed: Position, exact: Bool, at: Position, version: Int64,
    serverTimestamp: String, document: Document? = nil, canonicalUUID: String? = nil, lost: [String]? = nil,
    lostTo: String? = nil, heldBy: String? = nil, taken: Document? = nil, owed: [AnswerLoss] = [],
    code: String? = nil, reason: String? = nil
  ) {
    self.changeID = changeID
    self.outcome = outcome
    self.landed = landed
    self.exact = exact
    self.at = at
    self.version = version
    self.serverTimestamp = serverTimestamp
    self.document = document
    self.canonicalUUID = canonicalUUID
    self.lost = lost
    self.lostTo = lostTo
    self.heldBy = heldBy
    self.taken = taken
    self.owed = owed
    self.code = code
    self.reason = reason
  }
}

/// Values of a device that an entry after its cursor has taken from a row (docs/protocol.md §4, Lost).
package struct AnswerLoss: Hashable, Sendable {
  /// The entry's position.
  package var at: Position
  /// The application's client id in the entry.
  package var clientID: String
  /// The values, as the entry's `lost` will carry them.
  package var lost: Document

  /// Takes the position, the client id of whoever took the values, and the values.
  package init(at: Position, clientID: String, lost: Document) {
    self.at = at
    self.clientID = clientID
    self.lost = lost
  }
}

/// An entry of a device's log that the hub acknowledges together with a newer one of its row
/// (docs/protocol.md §4, Current rows).
package struct EarlierEntry: Hashable, Sendable {
  /// Its id in the device's log.
  package var changeID: ChangeID
  /// Its timestamp.
  package var timestamp: String
  /// Its version.
  package var version: Int64

  /// Takes the id, the timestamp and the version.
  package init(changeID: ChangeID, timestamp: String, version: Int64) {
    self.changeID = changeID
    self.timestamp = timestamp
    self.version = version
  }
}

/// A change on its way to the hub: the entry, and the state that it was edited on top of.
package struct PushedChange: Hashable, Sendable {
  /// The change, self-contained: no local ids, parents by uuid, canonical names.
  package var entry: Entry
  /// The row's position when it was edited (docs/protocol.md §3, rule 3).
  package var base: Position
  /// The row has an answered document that the library could not apply yet (docs/protocol.md §3, rule 5).
  package var whole: Bool
  /// The uuid of the change in the device's log, if that is an alias by now or the change names no base.
  package var loggedUUID: String?

  /// Whether the payload is the row as it is now, not as it was logged. Then only name, operation, time and
  /// version distinguish a retry from other content under the change's id.
  package var isCurrent: Bool
  /// Rows of the same sender that give up a natural key in a change after this batch.
  package var vacated: [String]
  /// Rows that the sender's library holds beside this one, and that are distinct from it.
  package var distinctFrom: [String]
  /// Whether the row claims its natural keys. A document that its library could not hold claims none.
  package var claimsKeys: Bool

  /// Older entries of the row in the batch, which this change covers.
  package var earlier: [EarlierEntry] = []

  /// Takes every field but `earlier`.
  package init(
    entry: Entry, base: Position, whole: Bool, loggedUUID: String? = nil, isCurrent: Bool = false,
    vacated: [String] = [], distinctFrom: [String] = [], claimsKeys: Bool = true
  ) {
    self.distinctFrom = distinctFrom
    self.loggedUUID = loggedUUID
    self.entry = entry
    self.base = base
    self.whole = whole
    self.isCurrent = isCurrent
    self.vacated = vacated
    self.claimsKeys = claimsKeys
  }
}
