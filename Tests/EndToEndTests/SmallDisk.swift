import Foundation
import Glibc
import SampleApplication

/// An in-memory file system of a given size, to test a full disk. Needs the right to mount.
struct SmallDisk {
  let path: String

  /// Whether this machine allows one.
  static let works: Bool = {
    let path = NSTemporaryDirectory() + "/disk-\(UUID().uuidString.prefix(8))"
    defer { rmdir(path) }
    guard let disk = try? SmallDisk(mountedAt: path, kibibytes: 64) else { return false }
    disk.release()
    return true
  }()

  /// Mounts it; throws if that is not allowed.
  init(mountedAt path: String, kibibytes: Int) throws {
    self.path = path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    guard mount("tmpfs", path, "tmpfs", 0, "size=\(kibibytes)k") == 0 else {
      throw CocoaError(.fileWriteUnknown)
    }
  }

  /// Gives it more space.
  func grow(kibibytes: Int) throws {
    guard mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT), "size=\(kibibytes)k") == 0 else {
      throw CocoaError(.fileWriteUnknown)
    }
  }

  /// Unmounts it.
  func release() { umount2(path, Int32(MNT_DETACH)) }
}

/// A library that is readable but not writable: by its mode, or on a read-only mount if the test runs as
/// root.
struct ReadOnlyPlace {
  let library: String
  private let mounted: String?

  /// Makes one; `nil` if neither way works.
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
