/// What a device remembers of the library that it wrote last. A file that says otherwise is a copy from another time,
/// whatever its name, its inode, its cursors and its incarnation are.
package struct RememberedLibrary: Hashable, Sendable {
  /// Who this device is.
  package var device: DeviceID
  /// What our newest transaction left in the file.
  package var token: WriteToken?
  /// What a transaction leaves there that may have been committed: a crash hides whether it was.
  package var pending: WriteToken?
  /// The highest id of the application's log that we have seen given.
  package var logSequence: Int64

  /// Takes every field.
  package init(device: DeviceID, token: WriteToken?, pending: WriteToken? = nil, logSequence: Int64) {
    self.device = device
    self.token = token
    self.pending = pending
    self.logSequence = logSequence
  }

  /// Whether a file is the one that we wrote last, with nothing taken back since.
  package func recognises(_ found: FoundLibrary) -> Bool {
    // A log that ends below what the file itself knows of it was reset by the application: that file is no copy.
    guard found.logSequence >= logSequence || found.isLogReset else { return false }
    return found.token == token || (pending != nil && found.token == pending)
  }
}

/// What a library file says of who wrote it last.
package struct FoundLibrary: Hashable, Sendable {
  /// What our newest transaction in it left; `nil` if none of ours has left one.
  package var token: WriteToken?
  /// The highest id that its log has ever given.
  package var logSequence: Int64
  /// The highest id of the log that our state in the file knows of.
  package var logKnown: Int64

  /// Takes every field.
  package init(token: WriteToken?, logSequence: Int64, logKnown: Int64) {
    self.token = token
    self.logSequence = logSequence
    self.logKnown = logKnown
  }

  /// Whether the log was begun anew behind our back.
  package var isLogReset: Bool { logSequence < logKnown }
}
