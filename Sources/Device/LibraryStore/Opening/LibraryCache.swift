import SyncCore

/// What this device remembers of its library while the file is closed. Used on one queue, like the library
/// itself.
///
/// Sound as `@unchecked Sendable` for the same reason as `Library`.
package final class LibraryCache: @unchecked Sendable {
  /// What is remembered; `nil` if no library is known yet.
  package private(set) var remembered: RememberedLibrary?
  /// The file that keeps it from one process to the next.
  private let file: ExternalStateFile?

  /// Reads what `file` remembers. Without a file, the memory lasts as long as this object.
  package init(_ file: ExternalStateFile? = nil) {
    self.file = file
    remembered = file?.read()
  }

  private func keep() { if let remembered { file?.write(remembered) } }

  /// Whether the file that `database` has open is the one that we wrote last. Always true if nothing is
  /// remembered.
  func recognises(_ database: Database) throws -> Bool {
    do {
      let found = try FoundLibrary.read(database)
      guard let known = remembered else { return true }
      guard known.recognises(found) else { return false }
      remembered?.token = found.token
      remembered?.pending = nil
      remembered?.logSequence = found.logSequence
      return true
    } catch let error as DatabaseError where error.resultCode == .error {
      // The file lacks a table that the library had.
      return false
    }
  }

  /// Remembers the file that `database` has open as the library.
  func store(_ device: DeviceID, _ database: Database) throws {
    let found = try FoundLibrary.read(database)
    let taken = RememberedLibrary(device: device, token: found.token, logSequence: found.logSequence)
    guard taken != remembered else { return }
    remembered = taken
    keep()
  }

  /// Records that a transaction is about to store `token`.
  func willLeave(_ token: WriteToken) {
    remembered?.pending = token
    keep()
  }

  /// Records that the transaction with `token` has committed.
  func hasLeft(_ token: WriteToken) {
    remembered?.token = token
    remembered?.pending = nil
    keep()
  }
}

extension FoundLibrary {
  /// Reads the token and the log position that a library file holds.
  static func read(_ database: Database) throws -> FoundLibrary {
    FoundLibrary(
      token: try SyncState.writeToken.read(database).text.map { WriteToken(rawValue: $0) },
      logSequence: try StoredLogWatermark.highest(database).rawValue,
      logKnown: max(
        try SyncState.pushedCursor(database).rawValue, try SyncState.logHighest.read(database).integer ?? 0))
  }
}
