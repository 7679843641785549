import SyncCore

/// Manages a library between pieces of work: the file is open while something needs it, and closed otherwise.
/// What has been read of it (layouts, aliases, counts) outlives the connection as long as the file is the
/// same (`LibraryCache`).
///
/// Used on one queue, like the library itself.
package final class LibrarySession {
  private let path: String
  private let pace: StoreEnvironment
  private let open: () throws(StoreError) -> Library
  /// The library as it was last read, open or closed.
  package private(set) var library: Library?
  /// The stamp of the files when they were last read completely; `nil` if the next look must read them in any
  /// case.
  private var noted: FileStamp?

  /// Takes the path, and a function that opens the library for the first time.
  package init(path: String, pace: StoreEnvironment = .real, open: @escaping () throws(StoreError) -> Library)
  {
    self.path = path
    self.pace = pace
    self.open = open
  }

  /// Whether the file is open.
  package var isOpen: Bool { library?.isOpen ?? false }

  /// Returns the library for a piece of work, and opens it if it is not known yet.
  package func current() throws(StoreError) -> Library {
    if let library { return library }
    let before = pace.stamp(path)
    do throws(StoreError) {
      let opened = try open()
      library = opened
      return opened
    } catch {
      // The attempt itself creates and removes files beside the library, which the watcher reports. Only a
      // change by others is a reason to try again.
      note(before, readToTheEnd: true)
      throw error
    }
  }

  /// Checks whether others have written. Opens the file only if its stamp has changed since it was last read.
  ///
  /// - Parameter staysOpen: whether to leave the file open, because more looks follow at once.
  package func look(staysOpen: Bool = false) throws(StoreError) -> LookResult {
    let before = pace.stamp(path)
    if !isOpen, before.stamp == noted { return .unmoved }
    guard let library else { return .unchanged }
    let closes = !isOpen && !staysOpen
    do throws(StoreError) {
      // The holder of the write lock may have written changes that are not visible yet (docs/decisions/0008).
      let isBeingWritten = try library.isBeingWritten()
      let deviceState = try library.hasChangedOutside() ? library.deviceState() : nil
      if closes {
        try library.close()
        note(before, readToTheEnd: !isBeingWritten)
      }
      return deviceState.map { .changed($0) } ?? .unchanged
    } catch {
      noted = nil
      if closes { try? library.close() }
      throw error
    }
  }

  /// Closes the file, because nothing needs it now.
  ///
  /// - Returns: whether a look is due: others have written meanwhile, or SQLite has when it closed the file.
  package func rest() throws(StoreError) -> Bool {
    guard let library, library.isOpen else { return false }
    let before = pace.stamp(path)
    let isReadToTheEnd = (try? !library.isBeingWritten() && !library.hasNews()) ?? false
    try library.close()
    return !note(before, readToTheEnd: isReadToTheEnd)
  }

  /// Stores the stamp of the files if three conditions hold: the files were read completely, closing has not
  /// changed them, and a further write would change the stamp. Returns whether it did.
  @discardableResult
  private func note(_ before: FileStampReading, readToTheEnd: Bool) -> Bool {
    let isNoted = readToTheEnd && before.isOldEnough && pace.stamp(path).stamp == before.stamp
    noted = isNoted ? before.stamp : nil
    return isNoted
  }

  /// Forgets what was read, because the path now names another file or because the caches may be wrong.
  package func forget() {
    library = nil
    noted = nil
  }
}
