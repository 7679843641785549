import Glibc

/// Reserved disk space, so that a token can be revoked even if the disk is full.
struct DiskReserve: Sendable {
  /// Enough for the files that SQLite creates next to the token database, and for one transaction.
  private static let bytes: off_t = 1 << 20

  private let path: String

  /// Takes the path of the reserve file, which holds nothing else.
  init(at path: String) { self.path = path }

  /// Runs `work`. If the disk is full, releases the reserve and runs `work` once more.
  func spending<Result>(_ work: () throws(HubStoreError) -> Result) throws(HubStoreError) -> Result {
    do { return try work() } catch .diskFull {
      guard truncate(path, 0) == 0 else { throw .diskFull }
    }
    defer { refill() }
    return try work()
  }

  /// Reserves the space again, if the disk has enough.
  func refill() {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var found = stat()
    guard fstat(descriptor, &found) == 0, found.st_size < Self.bytes || found.st_blocks == 0 else { return }
    // A partial reserve is useless.
    if posix_fallocate(descriptor, 0, Self.bytes) != 0 { ftruncate(descriptor, 0) }
  }
}
