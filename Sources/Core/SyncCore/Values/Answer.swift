/// What became of a pushed change (protocol.md §3, verdicts).
package enum Outcome: String, Hashable, Sendable, CaseIterable {
  /// It is in the log.
  case applied
  /// It was in the log already: the reply to an earlier push was lost.
  case duplicate
  /// Nothing of it won.
  case superseded
  /// Another uuid already holds this natural key.
  case merged
  /// It can never be applied.
  case rejected
}

/// The hub's answer to one pushed change.
package struct Answer: Hashable, Sendable {
  /// The client's own change id.
  package var changeID: ChangeID
  /// What became of it.
  package var outcome: Outcome
  /// Where this change entered the log.
  package var landed: Position
  /// Nobody had written the row since its base, and the result is just what the sender holds.
  package var exact: Bool
  /// The position that `document`, or the sender's own row where it is exact, stands at.
  package var at: Position
  /// The row's version at `at`.
  package var version: Int64
  /// The hub's clock when it judged.
  package var serverTimestamp: String
  /// The row as it is now, unless the answer is exact.
  package var document: Document?
  /// The uuid to use from now on, where it is another than the pushed one.
  package var canonicalUUID: String?
  /// The columns of this change that lost to what the hub held; `nil` where the hub does not say.
  package var lost: [String]?
  /// The application's client id of the newest change by the device that they lost to; `nil` where the hub does not say.
  package var lostTo: String?
  /// The row that has the natural key for which columns of this change lost; `nil` if none did, or the hub does not say.
  package var heldBy: String?
  /// The values that this change took from an earlier life of its own device, which has not seen them; `nil` where
  /// it took none.
  package var taken: Document?
  /// What others have taken from the row's device behind its cursor: its pull would tell it, but `document` replaces
  /// the row before that. Empty where nothing is owed.
  package var owed: [AnswerLoss]
  /// Whether the row says at `landed` what was sent, although the answer is not exact.
  package var asSent = false
  /// Why it was rejected: a stable code.
  package var code: String?
  /// Why it was rejected, for a person.
  package var reason: String?

  /// Takes every field as the wire has it.
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

/// Values of a device's own that an entry behind its cursor has taken from a row (docs/protocol.md §4, owed).
package struct AnswerLoss: Hashable, Sendable {
  /// The entry's position.
  package var at: Position
  /// The application's client id of the entry.
  package var clientID: String
  /// The values, as the entry's `lost` will have them.
  package var lost: Document

  /// Takes the position, the client id of who took the values, and the values.
  package init(at: Position, clientID: String, lost: Document) {
    self.at = at
    self.clientID = clientID
    self.lost = lost
  }
}

/// An entry of a device's log that is acknowledged with a newer one of its row (docs/protocol.md §4, Current rows).
package struct EarlierEntry: Hashable, Sendable {
  /// Its id in the device's log.
  package var changeID: ChangeID
  /// Its timestamp.
  package var timestamp: String
  /// Its version.
  package var version: Int64

  /// Takes every part.
  package init(changeID: ChangeID, timestamp: String, version: Int64) {
    self.changeID = changeID
    self.timestamp = timestamp
    self.version = version
  }
}

/// A change on its way to the hub: the entry, and what it was edited on top of.
package struct PushedChange: Hashable, Sendable {
  /// The change, self-contained: no local ids, parents by uuid, canonical names.
  package var entry: Entry
  /// The position that the row stood at when it was edited (protocol.md §3, rule 3).
  package var base: Position
  /// The row has an answered document that it could not take in yet (rule 5).
  package var whole: Bool
  /// The uuid under which the change stands in the device's log, where that is an alias by now, or where the change names
  /// no base.
  package var loggedUUID: String?

  /// Whether the payload is the row as it is now, not as it was logged. Then only name, operation, time and version tell
  /// a retry from other content under the change's id.
  package var isCurrent: Bool
  /// Rows of the same sender that give up a natural key by a change behind this batch.
  package var vacated: [String]
  /// Rows that are in the sender's library beside this one, and are not it.
  package var distinctFrom: [String]
  /// Whether the row claims its natural keys. A document that its library could not hold claims none.
  package var claimsKeys: Bool

  /// Older entries of the row in the batch, which go with this one.
  package var earlier: [EarlierEntry] = []

  /// Takes every part.
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
