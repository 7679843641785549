import SyncCore

/// Detects what others have done to the library.
extension Library {
  /// Whether the library was found to be a copy from another time. Returns `true` only once.
  package func consumeRestoredFlag() -> Bool {
    defer { wasRestored = false }
    return wasRestored
  }

  /// Whether the application has logged an entry or changed its schema since the last call. Our own
  /// transactions do not count. `data_version` would not help: it is comparable only within one connection.
  package func hasChangedOutside() throws(StoreError) -> Bool {
    let mark = try read { try LibraryVersion.read($0) }
    defer { seen = mark }
    return mark != seen
  }

  /// Like `hasChangedOutside`, but without remembering what it saw.
  func hasNews() throws(StoreError) -> Bool { try read { try LibraryVersion.read($0) } != seen }

  /// Whether another process holds the write lock.
  func isBeingWritten() throws(StoreError) -> Bool { try read { _ in courtesy.someoneWrites } }
}
