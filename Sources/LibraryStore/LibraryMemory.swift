import SyncCore

/// What this device remembers of its library while no file is open. Used on one queue, like the library itself.
///
/// Sound as `@unchecked Sendable` for the same reason as `Library`.
package final class LibraryMemory: @unchecked Sendable {
  /// What is remembered; `nil` if nothing is known of any library yet.
  package private(set) var remembered: RememberedLibrary?

  /// Nothing is remembered yet.
  package init() {}

  /// Whether the file that `database` is open on is the one that we wrote last. If nothing is remembered, any is.
  func recognises(_ database: Database) throws -> Bool {
    do {
      let found = try FoundLibrary.read(database)
      guard let known = remembered else { return true }
      guard known.recognises(found) else { return false }
      remembered?.token = found.token
      remembered?.pending = nil
      remembered?.logSequence = found.logSequence
      return true
    } catch let error as DatabaseError where error.resultCode == .SQLITE_ERROR {
      // It lacks a table that the library had.
      return false
    }
  }

  /// From now on the library is the one that `database` is open on.
  func take(_ device: DeviceID, _ database: Database) throws {
    let found = try FoundLibrary.read(database)
    remembered = RememberedLibrary(device: device, token: found.token, logSequence: found.logSequence)
  }

  /// A transaction is about to leave `token`.
  func willLeave(_ token: WriteToken) { remembered?.pending = token }

  /// It has.
  func hasLeft(_ token: WriteToken) {
    remembered?.token = token
    remembered?.pending = nil
  }
}

extension FoundLibrary {
  /// Reads what a library says of who wrote it last.
  static func read(_ database: Database) throws -> FoundLibrary {
    FoundLibrary(
      token: try KeptState.writeToken.read(database).text.map { WriteToken(rawValue: $0) },
      logSequence: try LogCheckpoint.read(database).sequence,
      logKnown: max(
        try KeptState.pushedCursor(database).rawValue, try KeptState.logHighest.read(database).integer ?? 0))
  }
}
