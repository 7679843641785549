import Foundation
import Glibc
import SampleApplication

/// A file system of a given size in memory, for a disk that is full. Needs the right to mount.
struct SmallDisk {
  let path: String

  /// Mounts it; `nil` where that is not allowed, and the test has nothing to say.
  init?(mountedAt path: String, kibibytes: Int) throws {
    self.path = path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    guard mount("tmpfs", path, "tmpfs", 0, "size=\(kibibytes)k") == 0 else {
      print(
        "skipped: a file system cannot be mounted here (errno \(errno)); nothing was tested of a full disk")
      return nil
    }
  }

  /// Gives it more space.
  func grow(kibibytes: Int) throws {
    guard mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT), "size=\(kibibytes)k") == 0 else {
      throw CocoaError(.fileWriteUnknown)
    }
  }

  /// Takes it away.
  func release() { umount2(path, Int32(MNT_DETACH)) }
}

/// A library that may be read and not written: by its mode, or on a read-only mount where we are root.
struct ReadOnlyPlace {
  let library: String
  private let mounted: String?

  /// `nil` where neither can be made.
  init?(_ directory: String, fixture: Fixture) throws {
    let path = directory + "/read-only"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    library = path + "/library.sqlite"
    guard getuid() == 0 else {
      mounted = nil
      try fixture.copy(to: library)
      chmod(library, 0o444)
      chmod(path, 0o555)
      return
    }
    guard mount("tmpfs", path, "tmpfs", 0, "size=8m") == 0 else { return nil }
    mounted = path
    try fixture.copy(to: library)
    guard mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), "size=8m") == 0 else {
      umount2(path, Int32(MNT_DETACH))
      return nil
    }
  }

  /// Undoes it, so that the directory can go.
  func release() {
    if let mounted {
      umount2(mounted, Int32(MNT_DETACH))
    } else {
      chmod((library as NSString).deletingLastPathComponent, 0o755)
    }
  }
}
