import Foundation

/// What must hold once everything is at rest, whatever happened before (docs/promises.md, promises 1 to 5).
package struct RestProof {
  private let hub: HubProcess
  private let devices: [DaemonProcess]
  private let fresh: DaemonProcess
  private let typed: TypedRecord

  /// Takes the hub, the devices, a device with an empty library that has never contacted the hub, and what
  /// was typed.
  package init(hub: HubProcess, devices: [DaemonProcess], fresh: DaemonProcess, typed: TypedRecord) {
    self.hub = hub
    self.devices = devices
    self.fresh = fresh
    self.typed = typed
  }

  /// Waits until hub and devices are at rest: every device in step, nothing pending, at the head of the hub's
  /// log.
  package static func awaitRest(_ hub: HubProcess, _ devices: [DaemonProcess], within seconds: Double) throws
  {
    var last = ""
    let isQuiet = poll(seconds, step: 0.05) {
      guard let head = try? head(of: hub) else { return false }
      last = "hub at \(head)"
      var isQuiet = true
      for device in devices {
        let status = try? device.status()
        last += "; \(device.directory.split(separator: "/").last ?? ""): \(describe(status))"
        isQuiet =
          isQuiet && status?.state == "in-sync" && status?.pendingLocal == 0
          && Int64(status?.pulledCursor ?? -1) == head
      }
      return isQuiet
    }
    guard isQuiet else { throw ProgramFailure("no rest within \(seconds) s: \(last)") }
  }

  private static func describe(_ status: DaemonStatus?) -> String {
    guard let status else { return "no daemon answers" }
    return
      "\(status.state) at \(status.pulledCursor), \(status.pendingLocal) pending, \(status.reason ?? "no reason")"
  }

  /// The newest position of the hub's log, from its file.
  package static func head(of hub: HubProcess) throws -> Int64 {
    try SQLiteConnection(hub.file(), .readOnly).value("SELECT coalesce(max(position), 0) FROM log")?.integer
      ?? 0
  }

  /// Everything that does not hold, one line each; empty if all is well. Ends the daemons; the hub must run.
  package func problems() throws -> [String] {
    var problems: [String] = []
    for device in devices where device.program != nil {
      let status = try device.status()
      if status.parked + status.quarantined > 0 {
        problems.append("\(device.directory): \(status.parked) parked, \(status.quarantined) in quarantine")
        problems += try SQLiteConnection(device.library, .readOnly)
          .rows("SELECT direction, number, entity, uuid, code, reason, entry FROM mediasync_quarantine")
          .map { "in quarantine: " + $0.map(\.described).joined(separator: " ") }
      }
      try device.stop()
    }
    let end = try fresh.sync()
    // Without it there is nothing to compare with: everything would count as lost.
    guard end.code == 0 else { return problems + ["a fresh device ends with \(end.code): \(end.errors)"] }
    problems += try differences()
    for device in devices + [fresh] {
      problems += try LibraryHealth.problems(device.library, staleBefore: device.staleBefore)
        .map { "\(device.directory): \($0)" }
    }
    problems += try hubProblems()
    return problems + (try losses())
  }

  private func differences() throws -> [String] {
    let whole = try LibraryDigest(fresh.library)
    return try devices.compactMap { device in
      let difference = try whole.difference(from: LibraryDigest(device.library))
      return difference == "" ? nil : "fresh and \(device.directory): \(difference)"
    }
  }

  /// The file is sound, and no change of any device is in the log twice.
  private func hubProblems() throws -> [String] {
    let file = try SQLiteConnection(hub.file(), .readOnly)
    let integrity = try file.rows("PRAGMA integrity_check").compactMap { $0[0].text }
    let twice = try file.rows(
      """
      SELECT device, change_id, count(*) FROM log JOIN senders ON senders.id = sender
      GROUP BY device, incarnation, change_id HAVING count(*) > 1
      """)
    return (integrity == ["ok"] ? [] : ["hub: \(integrity)"])
      + twice.map { "hub: landed twice: " + $0.map(\.described).joined(separator: " ") }
  }

  private func losses() throws -> [String] {
    var records = try SQLiteConnection(hub.file(), .readOnly).rows("SELECT losing FROM conflicts")
    for device in devices {
      let library = try SQLiteConnection(device.library, .readOnly)
      records += try library.rows("SELECT losing FROM mediasync_conflicts")
      records += try library.rows("SELECT entry FROM mediasync_quarantine")
    }
    let lost = try typed.lost(
      from: SQLiteConnection(fresh.library, .readOnly), records: records.compactMap { $0[0].text })
    return lost.map { "lost: \($0.entity).\($0.column) \($0.mark) of \($0.device)" }
  }
}
