import SyncCore

/// What has become of the library behind our back.
extension Library {
  /// Whether it was found to be a copy from another time; true once.
  package func consumeRestoredFlag() -> Bool {
    defer { wasRestored = false }
    return wasRestored
  }

  /// Whether the application has logged something, or changed its schema, since the last call. Our own transactions do
  /// not count. `data_version` would say nothing: it means something within one connection only.
  package func hasChangedOutside() throws(StoreError) -> Bool {
    let mark = try read { try LibraryVersion.read($0) }
    defer { seen = mark }
    return mark != seen
  }

  /// The same, without taking note of it.
  func hasNews() throws(StoreError) -> Bool { try read { try LibraryVersion.read($0) } != seen }

  /// Whether another process holds the write lock.
  func isBeingWritten() throws(StoreError) -> Bool { try read { _ in courtesy.someoneWrites } }
}
