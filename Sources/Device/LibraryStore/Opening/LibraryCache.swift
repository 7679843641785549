import SyncCore

/// What this device remembers of its library while no file is open. Used on one queue, like the library itself.
///
/// Sound as `@unchecked Sendable` for the same reason as `Library`.
package final class LibraryCache: @unchecked Sendable {
  /// What is remembered; `nil` if nothing is known of any library yet.
  package private(set) var remembered: RememberedLibrary?
  /// Where it is kept from one process to the next.
  private let file: ExternalStateFile?

  /// Takes up what is kept in `file`. Without one it is remembered for as long as this object lives.
  package init(_ file: ExternalStateFile? = nil) {
    self.file = file
    remembered = file?.read()
  }

  private func keep() { if let remembered { file?.write(remembered) } }

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
    } catch let error as DatabaseError where error.resultCode == .error {
      // It lacks a table that the library had.
      return false
    }
  }

  /// From now on the library is the one that `database` is open on.
  func store(_ device: DeviceID, _ database: Database) throws {
    let found = try FoundLibrary.read(database)
    let taken = RememberedLibrary(device: device, token: found.token, logSequence: found.logSequence)
    guard taken != remembered else { return }
    remembered = taken
    keep()
  }

  /// A transaction is about to leave `token`.
  func willLeave(_ token: WriteToken) {
    remembered?.pending = token
    keep()
  }

  /// It has.
  func hasLeft(_ token: WriteToken) {
    remembered?.token = token
    remembered?.pending = nil
    keep()
  }
}

extension FoundLibrary {
  /// Reads what a library says of who wrote it last.
  static func read(_ database: Database) throws -> FoundLibrary {
    FoundLibrary(
      token: try SyncState.writeToken.read(database).text.map { WriteToken(rawValue: $0) },
      logSequence: try StoredLogWatermark.highest(database).rawValue,
      logKnown: max(
        try SyncState.pushedCursor(database).rawValue, try SyncState.logHighest.read(database).integer ?? 0))
  }
}
