/// One step of a history: the action, its device, its amount, and the seed of its random choices.
package struct Step: Hashable, Sendable {
  /// The kind of action.
  package enum Kind: String, Sendable, CaseIterable {
    // Time.
    /// Virtual time passes: `amount` milliseconds.
    case run
    /// The next `amount` events happen.
    case events

    // What a person does in the application (protocol.md §1).
    case addMedia, updateMedia, updatePartial, setKeywords, renameKeyword, renameURL, swapURLs, trash, restore
    case softDelete, undelete, deleteKeyword, rollback, hardDelete, addTranscript, addChunks, addUnvectorized
    case addDocumentVersion, deleteChild
    /// A medium or a keyword gets a unique new name: unlike the few common ones it can be traced.
    case moveURL, coinKeyword
    /// A person hard-deletes a medium and adds one with its address again: to the hub that is the old one.
    case addAgain
    /// A batch of chunks whose ids contain the medium's local id: on another device the same ids belong to
    /// another medium.
    case batchChunks
    /// Every keyword gets the word of the next one, and only the final word of each is logged.
    case rotateKeywords
    /// A medium gets bytes in place of its author: a picture, or an author in another encoding.
    case writeBlob
    /// The application upgrades the library to its later schema: some keys disappear, others appear.
    case upgradeSchema
    /// The application's log is emptied, and its numbers start again.
    case resetLog
    /// Deletes `amount` entries of the application's log, answered or not: some of them, or all up to one.
    case pruneLog
    /// Somebody deletes `amount` media at once: on other devices that may exceed the limit that needs
    /// consent.
    case deleteMuch
    /// An edit like those above, between two small transactions of the daemon: at the `amount`-th read of the
    /// clock.
    case editBetween
    /// The application holds the write lock for `amount` milliseconds.
    case holdLock
    /// The application reads while the daemon wants to commit, `amount` times.
    case read

    // What a person does to the daemon.
    case trigger, pause, resume
    /// Two requests in one write on the control socket: a trigger that waits for its cycle, and another that
    /// the daemon reads while it answers the first.
    case pipeline
    /// If changes are held, somebody accepts them (`amount` 0) or refuses them.
    case decide

    // Faults of a device.
    /// The process is killed and restarts after `amount` milliseconds.
    case kill
    /// The process is killed at the `amount`-th write or sync of the library from now.
    case killAtWrite
    /// The disk is full from the `amount`-th write on, for some seconds.
    case fullDisk
    /// The `amount`-th write or sync fails.
    case ioError
    /// The wall clock jumps by `amount` milliseconds, which may be backwards.
    case clock

    // Faults of the network: each hits the device's `amount`-th request from now.
    case loseRequest, loseReply, duplicate, late, cutRequest, cutReply, cutBody, refuse
    /// The hub is unreachable for `amount` milliseconds.
    case away

    // Faults of the hub.
    /// Killed; back after `amount` milliseconds.
    case hubKill
    /// Killed at the `amount`-th write or sync of its file.
    case hubKillAtWrite
    /// Its `amount`-th write or sync fails.
    case hubIOError
    /// Its clock jumps by `amount` milliseconds.
    case hubClock

    // Copies.
    /// Saves a copy of the library.
    case backUp
    /// Replaces the library with the saved copy.
    case restoreLibrary
    /// Restores the copy into the library by SQLite's backup API, while the application and the daemon have
    /// it open.
    case restoreInPlace
    /// Writes the copy over the library's file while the application is closed and the daemon at rest.
    case copyOver
    /// Copies the library to a further machine, which continues with it.
    case copyLibrary
    /// Saves a copy of the hub's file.
    case hubBackUp
    /// Replaces the hub's file with the saved copy.
    case hubRestore

    // Retention.
    /// The hub drops history that is older than `amount` milliseconds and that nobody needs.
    case hubRetain
    /// The device is declared gone at the hub; it does not know.
    case declareGone
  }

  /// The kind of action.
  package var kind: Kind
  /// The number of the device; unused for the hub's faults.
  package var device: Int
  /// The amount: milliseconds, events, or the number of chances to skip.
  package var amount: Int
  /// The seed of the random choices.
  package var seed: UInt64

  /// Creates a step from its parts.
  package init(_ kind: Kind, device: Int = 0, amount: Int = 0, seed: UInt64) {
    self.kind = kind
    self.device = device
    self.amount = amount
    self.seed = seed
  }

  /// The edits that a person makes.
  package static let edits: [Kind] = [
    .addMedia, .updateMedia, .updatePartial, .setKeywords, .renameKeyword, .renameURL, .swapURLs, .trash,
    .restore,
    .softDelete, .undelete, .deleteKeyword, .rollback, .hardDelete, .addTranscript, .addChunks,
    .addUnvectorized,
    .addDocumentVersion, .deleteChild,
  ]

  /// Traceable edits of natural keys. They are separate from the others, so that kept histories stay the
  /// same.
  package static let namings: [Kind] = [.moveURL, .coinKeyword]
}

extension Step: CustomStringConvertible {
  /// The step as a line: `kind device amount seed`.
  package var description: String { "\(kind.rawValue) \(device) \(amount) \(seed)" }

  /// Parses a step from its line.
  package init?(_ line: some StringProtocol) {
    let parts = line.split(separator: " ")
    guard parts.count == 4, let kind = Kind(rawValue: String(parts[0])), let device = Int(parts[1]),
      let amount = Int(parts[2]), let seed = UInt64(parts[3])
    else { return nil }
    self.init(kind, device: device, amount: amount, seed: seed)
  }
}
