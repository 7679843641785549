import ControlProtocol
import Glibc
import LibraryStore
import ServiceHost
import SyncCore

/// Looks at the library and at what holds it. Blocking; nothing is written.
struct LibraryCheck {
  /// Below so many free bytes something is to be done.
  private static let bytesLow: Int64 = 64 << 20

  let path: String
  /// This process is the daemon that works on the library.
  let isDaemon: Bool

  /// What was found, and the inspection where the library could be read.
  func run() -> (checks: [Check], inspection: LibraryInspection?) {
    var checks: [Check] = []
    var inspection: LibraryInspection?
    do throws(StoreError) {
      let seen = try LibraryInspection.look(at: path)
      checks.append(Self.state(seen, path))
      checks += Self.contents(seen)
      inspection = seen
    } catch {
      checks.append(
        .wrong("library", error.isTemporary ? .libraryBusy : .libraryUnusable, error.description))
    }
    if !isDaemon {
      checks.append(
        LibraryLock.isHeld(libraryPath: path)
          ? .note("lock", .otherDaemon, "a mediasyncd works on \(path), and is not the one that was asked")
          : .ok("lock", "no other mediasyncd works on it"))
    }
    checks.append(fileSystem())
    checks.append(disk())
    return (checks, inspection)
  }

  private static func state(_ seen: LibraryInspection, _ path: String) -> Check {
    guard let version = seen.stateVersion else {
      return .note("library", .libraryNeverSynced, "\(path) is a media library that was never synced")
    }
    return .ok(
      "library",
      "\(path) is as it should be: schema complete, \(seen.journalMode) mode, sync state \(version)")
  }

  private static func contents(_ seen: LibraryInspection) -> [Check] {
    var checks: [Check] = seen.strayIndexes.map { index in
      let found =
        "\(index.table): a search does not find \(index.missing) rows that are there, and finds \(index.left) that are gone"
      return .wrong(
        "full text", .fullTextAstray, found,
        todo: "With the application closed, make the index anew: sqlite3 LIBRARY \"\(index.rebuilding)\"")
    }
    if checks.isEmpty {
      checks.append(.ok("full text", "the search indexes hold just the rows that they should"))
    }
    if seen.quarantined + seen.conflicts > 0 {
      checks.append(
        .note(
          "set aside", .somethingAside,
          "\(seen.quarantined) in quarantine, \(seen.conflicts) conflict records"))
    }
    return checks
  }

  private func fileSystem() -> Check {
    if let name = FileSystemKind.networkName(path) {
      return .wrong("file system", .networkFileSystem, "\(path) lies on \(name)")
    }
    return .ok("file system", "local")
  }

  private func disk() -> Check {
    guard let free = DiskSpace.free(at: path) ?? DiskSpace.free(at: "/") else {
      return .ok("disk", "how much is free cannot be told")
    }
    let text = "\(free >> 20) MiB free on the disk of the library"
    return free < Self.bytesLow ? .wrong("disk", .diskLow, text) : .ok("disk", text)
  }
}
