import Glibc

/// The result of reading a text file.
package enum TextFile: Sendable, Equatable {
  /// Its text and its permission bits.
  case text(String, mode: UInt32)
  /// There is no such file.
  case missing
  /// The file exists, but cannot be used; the text says why.
  case unusable(String)
  /// A parent folder cannot be entered, so it is unknown whether the file exists; the text says why.
  case unreachable(String)

  /// Reads a regular file of at most `limit` bytes of UTF-8. Never blocks: it refuses a pipe.
  package static func read(_ path: String, limit: Int = 1 << 20) -> TextFile {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    var status = stat()
    guard descriptor >= 0 else {
      let code = errno
      if code == ENOENT || code == ENOTDIR { return .missing }
      return stat(path, &status) == 0 ? .unusable(reason(code)) : .unreachable(reason(code))
    }
    defer { _ = close(descriptor) }
    guard fstat(descriptor, &status) == 0 else { return .unusable(reason(errno)) }
    guard status.st_mode & S_IFMT == S_IFREG else { return .unusable("is not a regular file") }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return .unusable(reason(errno)) }
      if count == 0 { break }
      bytes += chunk[..<count]
      guard bytes.count <= limit else { return .unusable("is larger than \(SizeText.format(limit))") }
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { return .unusable("is not UTF-8 text") }
    return .text(text, mode: status.st_mode & 0o7777)
  }

  private static func reason(_ code: Int32) -> String { "cannot be read: " + String(cString: strerror(code)) }
}
