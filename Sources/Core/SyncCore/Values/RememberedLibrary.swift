/// What a device remembers of the library that it last wrote. A file that differs is a copy from another
/// time, whatever its name, inode, cursors and incarnation are.
package struct RememberedLibrary: Hashable, Sendable {
  /// This device's id.
  package var device: DeviceID
  /// The token that our newest transaction left in the file.
  package var token: WriteToken?
  /// The token of a transaction that may have been committed: a crash hides whether it was.
  package var pending: WriteToken?
  /// The highest id of the application's log that we have seen assigned.
  package var logSequence: Int64

  /// Takes every field.
  package init(device: DeviceID, token: WriteToken?, pending: WriteToken? = nil, logSequence: Int64) {
    self.device = device
    self.token = token
    self.pending = pending
    self.logSequence = logSequence
  }

  /// Returns whether a file is the one that we last wrote, with no later write undone.
  package func recognises(_ found: FoundLibrary) -> Bool {
    // If the log ends before what the file itself knows of it, the application has reset the log. The file is
    // no copy then.
    guard found.logSequence >= logSequence || found.isLogReset else { return false }
    return found.token == token || (pending != nil && found.token == pending)
  }
}

/// What a library file says about who last wrote it.
package struct FoundLibrary: Hashable, Sendable {
  /// The token of our newest transaction in it; `nil` if it has none of ours.
  package var token: WriteToken?
  /// The highest id that its log has ever assigned.
  package var logSequence: Int64
  /// The highest id of the log that our state in the file knows.
  package var logKnown: Int64

  /// Takes every field.
  package init(token: WriteToken?, logSequence: Int64, logKnown: Int64) {
    self.token = token
    self.logSequence = logSequence
    self.logKnown = logKnown
  }

  /// Whether the application has reset the log since our state was written.
  package var isLogReset: Bool { logSequence < logKnown }
}
