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
    var checks = seen.indexes.map(Self.index)
    let isMarked = seen.indexes.contains { $0.kind == .outOfStep }
    checks += fullText(seen).filter { !isMarked || $0.verdict != .wrong }
    if !seen.orphanedRows.isEmpty {
      let rows = seen.orphanedRows.map { "\($0.rows) of \($0.table) (of \($0.parent))" }
      checks.append(
        .note(
          "orphans", .orphanedRows, "rows refer to rows that do not exist: \(rows.joined(separator: ", "))")
      )
    }
    if let hold = seen.hold {
      checks.append(.wrong("held changes", .changesHeld, hold.text))
    }
    if seen.hasLogGap {
      checks.append(
        .note("log", .logGap, "unsent entries of the application's log were deleted"))
    } else if let reset = seen.logResetAt {
      checks.append(
        .note(
          "log", .logReset, "the application's log was reset, noticed at \(reset); all of it is sent anew"))
    }
    if seen.isLogOutOfBounds {
      checks.append(
        .note(
          "log numbers", .logOutOfBounds,
          "the application's log gives change ids above 2^62, which cannot travel"
        ))
    }
    if !seen.blobColumns.isEmpty {
      let columns = seen.blobColumns.map { "\($0.entity).\($0.column) (\($0.rows) rows)" }
      checks.append(
        .note("BLOBs", .blobColumns, "these columns stay on this device: \(columns.joined(separator: ", "))"))
    }
    if seen.quarantined + seen.conflicts > 0 {
      checks.append(
        .note(
          "set aside", .somethingAside,
          "\(seen.quarantined) in quarantine, \(seen.conflicts) conflict records"))
    }
    return checks
  }

  private static func index(_ finding: IndexFinding) -> Check {
    switch finding.kind {
    case .notOurs:
      .note("full text", .indexNotOurs, "\(finding.table) is left to the application: \(finding.reason)")
    case .outOfStep:
      .wrong(
        "full text", .indexOutOfStep, "\(finding.table) is out of step with its table: \(finding.reason)",
        todo: finding.rebuilding.map {
          "With the application closed, make the index anew: sqlite3 LIBRARY \"\($0)\""
        })
    }
  }

  /// An index that is wrong is told once.
  private static func fullText(_ seen: LibraryInspection) -> [Check] {
    func astray(_ table: String, _ found: String, _ rebuilding: String) -> Check {
      .wrong(
        "full text", .fullTextOutOfStep, "\(table): \(found)",
        todo: "With the application closed, make the index anew: sqlite3 LIBRARY \"\(rebuilding)\"")
    }
    var checks = seen.strayIndexes.map { index in
      astray(
        index.table,
        "a search does not find \(index.missing) rows that are there, and finds \(index.left) that are gone",
        index.rebuilding)
    }
    var (compared, all) = (0, 0)
    var hindrances: [String] = []
    let rest = seen.words.filter { words in !seen.strayIndexes.contains { $0.table == words.table } }
    for words in rest {
      switch words.result {
      case .complete(let extent): (compared, all) = (compared + extent.compared, all + extent.all)
      case .missing(let count, let rows, let first):
        let found = "a search does not find \(count) words of \(rows) rows, such as \(first)"
        checks.append(astray(words.table, found, words.rebuilding))
      case .broken: checks.append(astray(words.table, "it cannot be read to its end", words.rebuilding))
      case .notCompared(let why): hindrances.append("\(words.table): \(why)")
      }
    }
    guard checks.isEmpty else { return checks }
    let extent =
      compared < all ? "every word of the \(compared) rows of \(all) that changed last" : "their words"
    let why = hindrances.joined(separator: "; ")
    let words = why.isEmpty ? ", and \(extent)" : "; their words were not compared (\(why))"
    return [.ok("full text", "the search indexes hold just the rows that they should\(words)")]
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
