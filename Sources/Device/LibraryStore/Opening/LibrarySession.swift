import SyncCore

/// Holds a library between pieces of work: open while something needs it, closed otherwise. What has been read of it
/// (layouts, aliases, counts) outlives the connection, as long as the file is the same (`LibraryCache`).
///
/// Used on one queue, like the library itself.
package final class LibrarySession {
  private let path: String
  private let pace: StoreEnvironment
  private let open: () throws(StoreError) -> Library
  /// The library as it was last read, open or closed.
  package private(set) var library: Library?
  /// How the files looked when they were last read to the end; `nil` if they must be read whatever they look like.
  private var noted: FileStamp?

  /// Takes the path, and how a library is opened that is not known yet.
  package init(path: String, pace: StoreEnvironment = .real, open: @escaping () throws(StoreError) -> Library)
  {
    self.path = path
    self.pace = pace
    self.open = open
  }

  /// Whether the file is open.
  package var isOpen: Bool { library?.isOpen ?? false }

  /// The library, for a piece of work.
  package func current() throws(StoreError) -> Library {
    if let library { return library }
    let before = pace.stamp(path)
    do throws(StoreError) {
      let opened = try open()
      library = opened
      return opened
    } catch {
      // Trying makes and removes files beside it, and tells the watcher: only what others do is a reason to try again.
      note(before, readToTheEnd: true)
      throw error
    }
  }

  /// Looks whether somebody has written. The file is opened only if it looks otherwise than when it was last read.
  ///
  /// - Parameter staysOpen: whether more looks will follow at once, so that the file is not closed behind this one.
  package func look(staysOpen: Bool = false) throws(StoreError) -> LookResult {
    let before = pace.stamp(path)
    if !isOpen, before.stamp == noted { return .unmoved }
    guard let library else { return .unchanged }
    let closes = !isOpen && !staysOpen
    do throws(StoreError) {
      // Whoever holds the write lock may have written what is not to be seen yet (decision 0008).
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

  /// Lets go of the file, because nothing needs it now.
  ///
  /// - Returns: whether a look is due: somebody has written meanwhile, or SQLite itself when it closed the file.
  package func rest() throws(StoreError) -> Bool {
    guard let library, library.isOpen else { return false }
    let before = pace.stamp(path)
    let isReadToTheEnd = (try? !library.isBeingWritten() && !library.hasNews()) ?? false
    try library.close()
    return !note(before, readToTheEnd: isReadToTheEnd)
  }

  /// Keeps how the files look if they were read to the end, look the same now that they are closed, and would look
  /// otherwise after a further write.
  @discardableResult
  private func note(_ before: FileStampReading, readToTheEnd: Bool) -> Bool {
    let isNoted = readToTheEnd && before.isOldEnough && pace.stamp(path).stamp == before.stamp
    noted = isNoted ? before.stamp : nil
    return isNoted
  }

  /// Forgets what was read: another file has the library's name, or nothing that was read of this one holds.
  package func forget() {
    library = nil
    noted = nil
  }
}
