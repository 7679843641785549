import Foundation

/// Files and directories that nobody but their owner may open, whatever umask the process has and whatever modes an
/// earlier version, or a person, left behind.
enum OwnerOnly {
  /// Makes a directory with its parents, where it is missing.
  static func makeDirectory(_ path: String) throws(HubStoreError) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw HubStoreError.io(detail: "\(path) cannot be created: \(error.localizedDescription)")
    }
  }

  /// Makes an empty file, where it is missing: SQLite gives what it puts beside a database the mode of the database.
  ///
  /// A file that is there is not opened: closing any descriptor of a database drops SQLite's own locks on it.
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

  /// Takes from everybody else what they may do with a directory and with the files in it. What is not ours is left.
  static func mend(_ directory: String) {
    restrict(directory)
    for name in (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [] {
      restrict(directory + "/" + name)
    }
  }

  /// A link is left as it is: what it leads to is somebody's decision.
  private static func restrict(_ path: String) {
    var found = stat()
    guard lstat(path, &found) == 0, found.st_mode & S_IFMT != S_IFLNK, found.st_mode & 0o077 != 0 else {
      return
    }
    chmod(path, found.st_mode & 0o700)
  }
}
