import Glibc

/// The kernel's limits of inotify (inotify(7)); `nil` where they cannot be read.
package enum WatchLimits {
  /// How many sets of watches a user may have: each daemon takes a few.
  package static var instances: Int? { limit("max_user_instances") }
  /// How many watches a user may have.
  package static var watches: Int? { limit("max_user_watches") }

  private static func limit(_ name: String) -> Int? {
    let descriptor = open("/proc/sys/fs/inotify/" + name, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 32)
    let count = read(descriptor, &buffer, buffer.count)
    guard count > 0 else { return nil }
    return Int(String(decoding: buffer[0..<count].prefix { $0 != 0x0A }, as: UTF8.self))
  }
}
