/// One step of a history: what is done, to whom, how much of it, and the seed of everything that it leaves to chance.
package struct Step: Hashable, Sendable {
  /// What is done.
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
    /// A medium, or a keyword, gets a name that nobody has given before: unlike the few others it can be traced.
    case moveURL, coinKeyword
    /// A person deletes a medium for good and adds one with its address again: to the hub that is the old one.
    case addAgain
    /// A batch of chunks whose ids are made of the medium's local id: on another device they are another medium's.
    case batchChunks
    /// Every keyword gets the word of the next one, and only what each is called in the end is logged.
    case rotateKeywords
    /// A medium gets bytes where its author stood: a picture, or an author in another encoding.
    case writeBlob
    /// The application takes the library to its later schema: keys go, others come.
    case upgradeSchema
    /// The application's log is emptied, and its numbers begin again.
    case resetLog
    /// So many entries of the application's log are deleted, answered or not: some of them, or all up to one.
    case pruneLog
    /// Somebody deletes `amount` media at once: elsewhere that may be too much to be taken in unasked.
    case deleteMuch
    /// An edit like those above, between two small transactions of ours: at the `amount`-th look at the clock.
    case editBetween
    /// The application holds the write lock for `amount` milliseconds.
    case holdLock
    /// The application reads while we want to commit, `amount` times.
    case read

    // What a person does to the daemon.
    case trigger, pause, resume
    /// Two requests in one write on the control socket: a trigger that waits for its cycle, and another that is taken up
    /// in the answer to it.
    case pipeline
    /// If changes are held, somebody accepts them (`amount` 0) or refuses them.
    case decide

    // Faults of a device.
    /// The process is killed and comes back after `amount` milliseconds.
    case kill
    /// The process is killed at the `amount`-th write or sync of the library from now.
    case killAtWrite
    /// The disk is full from the `amount`-th write on, for some seconds.
    case fullDisk
    /// The `amount`-th write or sync fails.
    case ioError
    /// The wall clock jumps by `amount` milliseconds, which may be backwards.
    case clock

    // Faults of the network: each meets the `amount`-th request of the device from now.
    case loseRequest, loseReply, duplicate, late, cutRequest, cutReply, cutBody, refuse
    /// No way to the hub for `amount` milliseconds.
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
    /// A copy of the library is put aside.
    case backUp
    /// The library is replaced by the copy that was put aside.
    case restoreLibrary
    /// The library becomes what the copy is, by SQLite's backup API, while the application and the daemon are there.
    case restoreInPlace
    /// The copy is written over the library's file while the application is closed and the daemon at rest.
    case copyOver
    /// The library is copied to a further machine, which goes on with it.
    case copyLibrary
    /// A copy of the hub's file is put aside.
    case hubBackUp
    /// The hub's file is replaced by the copy that was put aside.
    case hubRestore

    // Retention.
    /// The hub drops what is older than `amount` milliseconds and nobody needs.
    case hubRetain
    /// The device is declared gone at the hub; it does not know of it.
    case declareGone
  }

  /// What is done.
  package var kind: Kind
  /// The device, by number; the hub's faults have none.
  package var device: Int
  /// How much of it: milliseconds, events, or how many chances to let pass.
  package var amount: Int
  /// The seed of what is left to chance.
  package var seed: UInt64

  /// Takes every part.
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

  /// Edits of natural keys that can be traced. Apart from the others, so that a history that was kept does what it did.
  package static let namings: [Kind] = [.moveURL, .coinKeyword]
}

extension Step: CustomStringConvertible {
  /// The step as a line: `kind device amount seed`.
  package var description: String { "\(kind.rawValue) \(device) \(amount) \(seed)" }

  /// Reads a step from its line.
  package init?(_ line: some StringProtocol) {
    let parts = line.split(separator: " ")
    guard parts.count == 4, let kind = Kind(rawValue: String(parts[0])), let device = Int(parts[1]),
      let amount = Int(parts[2]), let seed = UInt64(parts[3])
    else { return nil }
    self.init(kind, device: device, amount: amount, seed: seed)
  }
}
