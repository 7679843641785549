import Glibc
import SyncCore

/// Describes our user and a file's owner, for permission errors.
enum FileAccess {
  /// Returns, for example, `this process runs as mediasync; /srv/media belongs to alice, mode 0755;
  /// /srv/media/library.sqlite belongs to alice, mode 0600`. Leaves out a file that we cannot examine.
  static func words(about path: String) -> String {
    let parts = ["this process runs as \(name(of: geteuid()))"] + [folder(of: path), path].compactMap(owner)
    return parts.joined(separator: "; ")
  }

  /// The folder of a path; `.` if the path names none.
  static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
  }

  private static func owner(of path: String) -> String? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    let mode = String(status.st_mode & 0o7777, radix: 8)
    return "\(path) belongs to \(name(of: status.st_uid)), mode \(mode.utf8.count < 4 ? "0" : "")\(mode)"
  }

  /// The user's name, or the number if the system has no name for it.
  private static func name(of user: uid_t) -> String {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16 << 10)
    guard getpwuid_r(user, &entry, &buffer, buffer.count, &found) == 0, found != nil, let name = entry.pw_name
    else {
      return "user \(user)"
    }
    return String(cString: name)
  }
}

extension StoreError {
  /// The error for a file that is read-only for us, itself or its folder.
  static func readOnly(at path: String) -> StoreError {
    .readOnly(path: path, access: FileAccess.words(about: path))
  }

  /// The error for a file that we may not open.
  static func notPermitted(at path: String) -> StoreError {
    .notPermitted(path: path, access: FileAccess.words(about: path))
  }
}
