import Glibc

/// Room on the disk that is kept back, so that a token can be revoked on a disk that is full.
struct DiskReserve: Sendable {
  /// Enough for the files that SQLite puts beside the tokens, and for a transaction.
  private static let bytes: off_t = 1 << 20

  private let path: String

  /// Takes where the room is kept: a file of its own.
  init(at path: String) { self.path = path }

  /// Does the work, and again with the room that was kept back if the disk was full.
  func spending<Result>(_ work: () throws(HubStoreError) -> Result) throws(HubStoreError) -> Result {
    do { return try work() } catch .diskFull {
      guard truncate(path, 0) == 0 else { throw .diskFull }
    }
    defer { refill() }
    return try work()
  }

  /// Keeps the room back again, if there is as much.
  func refill() {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var found = stat()
    guard fstat(descriptor, &found) == 0, found.st_size < Self.bytes || found.st_blocks == 0 else { return }
    // Half of it would be of no use to anybody.
    if posix_fallocate(descriptor, 0, Self.bytes) != 0 { ftruncate(descriptor, 0) }
  }
}
