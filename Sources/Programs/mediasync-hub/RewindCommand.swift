import ArgumentParser
import HubStore
import SyncCore
import SyncWire

/// `mediasync-hub rewind`: undoes what one device did. It also works while the hub serves.
struct RewindCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rewind", abstract: "Undoes what one device did since a given time, with new changes.",
    discussion: """
      For a stolen token or a faulty device. Revoke the token first (mediasync-hub token revoke). Rows get \
      their earlier values back. Rows that only this device has written are deleted. Values that others have \
      written since stay. The earlier values come from the hub's history (serve --retention).
      """)

  @OptionGroup var data: DataOptions
  @OptionGroup var library: DeviceCommand.LibraryOptions
  @Option(help: "The device: its name from token list, or its id from device list.")
  var device: String
  @Option(
    help: ArgumentHelp(
      "The start, by the hub's clock: a time such as 2026-11-29T08:00:00Z, or a time ago such as 2h.",
      valueName: "time"))
  var since: StartingTime
  @Flag(help: "Only shows what would happen.")
  var dryRun = false

  func run() throws {
    let hub = try CommandError.open(data.directory)
    let library = try library.open(in: hub, directory: data.directory)
    let now = WallClock.now()
    var report = HubLibrary.RewindReport()
    let ids: [DeviceID]
    do throws(HubStoreError) {
      ids = try self.ids(in: hub, library)
      for id in ids {
        report.add(try library.rewind(id, since: since.instant(now: now), isDryRun: dryRun, now: now))
      }
    } catch {
      throw CommandError(error, directory: data.directory)
    }
    guard !ids.isEmpty else {
      throw CommandError(
        "there is no device \(device) in \(self.library.library); see mediasync-hub device list")
    }
    for line in Self.lines(report, isDryRun: dryRun) { print(line) }
  }

  /// The ids that `--device` means: an id itself, and every device that a token of that name was bound to.
  private func ids(in hub: HubData, _ library: HubLibrary) throws(HubStoreError) -> [DeviceID] {
    let known = Set(try library.devices().map(\.id))
    let named = try hub.tokens.list().filter { $0.library == self.library.library && $0.device == device }
      .compactMap(\.boundTo)
    var ids = named.filter(known.contains)
    let id = DeviceID(rawValue: device)
    if known.contains(id), !ids.contains(id) { ids.append(id) }
    return Array(Set(ids)).sorted { $0.rawValue < $1.rawValue }
  }

  private static func lines(_ report: HubLibrary.RewindReport, isDryRun: Bool) -> [String] {
    var lines: [String] = []
    for (entity, rows) in report.restored.sorted(by: { $0.key < $1.key }) {
      lines.append("\(entity): \(rows) \(isDryRun ? "would get" : "got") their earlier values back")
    }
    for (entity, rows) in report.removed.sorted(by: { $0.key < $1.key }) {
      lines.append(
        "\(entity): \(rows) that only this device has written \(isDryRun ? "would be" : "are") deleted")
    }
    if lines.isEmpty { lines.append("nothing to undo") }
    if report.overwritten > 0 {
      lines.append("\(report.overwritten) values stay, because others have written them since")
    }
    if report.unknown > 0 {
      lines.append("\(report.unknown) rows stay, because the hub no longer has their earlier values")
    }
    if report.refused > 0 {
      lines.append("\(report.refused) rows are undone in part, because others now have their natural keys")
    }
    return lines
  }
}

/// A time on the command line: ISO 8601 in UTC, or a period before now.
struct StartingTime: ExpressibleByArgument {
  private enum Form {
    case at(Instant)
    case ago(Duration)
  }

  private let form: Form

  init?(argument: String) {
    if let instant = Instant(argument) {
      form = .at(instant)
    } else if let period = RetentionPeriod(argument: argument), let duration = period.duration {
      form = .ago(duration)
    } else {
      return nil
    }
  }

  /// The absolute time, given the current time.
  func instant(now: Instant) -> Instant {
    switch form {
    case .at(let instant): instant
    case .ago(let duration): now - duration
    }
  }
}

extension HubLibrary.RewindReport {
  /// Adds the report for another id of the device.
  fileprivate mutating func add(_ other: HubLibrary.RewindReport) {
    restored.merge(other.restored, uniquingKeysWith: +)
    removed.merge(other.removed, uniquingKeysWith: +)
    overwritten += other.overwritten
    unknown += other.unknown
    refused += other.refused
  }
}
