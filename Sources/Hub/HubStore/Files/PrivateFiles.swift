import Foundation

/// Restricts files and directories to their owner, whatever the process's umask is and whatever modes an
/// earlier version or a person has set.
enum PrivateFiles {
  /// Creates a directory and its parents if they are missing.
  static func makeDirectory(_ path: String) throws(HubStoreError) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw HubStoreError.io(detail: "\(path) cannot be created: \(error.localizedDescription)")
    }
  }

  /// Creates an empty file if it is missing. SQLite gives the files next to a database the database's mode.
  ///
  /// An existing file is not opened: closing any descriptor of a database drops SQLite's locks on it.
  static func makeFile(_ path: String) throws(HubStoreError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if descriptor >= 0 {
      close(descriptor)
    } else if errno == ENOSPC || errno == EDQUOT {
      throw HubStoreError.diskFull
    } else if errno != EEXIST {
      throw HubStoreError.io(detail: "\(path): \(String(cString: strerror(errno)))")
    }
    restrict(path)
  }

  /// Removes access for others from a directory and the files in it. Files of other owners stay as they are.
  static func mend(_ directory: String) {
    restrict(directory)
    for name in (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [] {
      restrict(directory + "/" + name)
    }
  }

  /// A link stays as it is: its target is somebody's decision.
  private static func restrict(_ path: String) {
    var found = stat()
    guard lstat(path, &found) == 0, found.st_mode & S_IFMT != S_IFLNK, found.st_mode & 0o077 != 0 else {
      return
    }
    chmod(path, found.st_mode & 0o700)
  }
}
