import Foundation
import SyncCore

@testable import LibraryStore

/// A copy of a fixture in its own directory, removed with the object.
final class ScratchLibrary {
  let path: String
  private let directory: URL

  init(_ fixture: String) throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "mediasync-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let source = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/\(fixture).sqlite")
    let target = directory.appending(path: "library.sqlite")
    try FileManager.default.copyItem(at: source, to: target)
    path = target.path
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  func open(machine: String? = "machine-1", device: String? = nil) throws(StoreError) -> Library {
    try LibraryOpening.open(
      path: path,
      identity: LibraryOpening.Identity(
        configured: device.map { DeviceID(rawValue: $0) }, machine: machine,
        randomIdentifier: { UUID().uuidString.lowercased() }),
      clock: { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) })
  }
}

/// Answers every change as a hub without other writers would, and keeps the entries for others.
struct LonelyHub {
  var log: [Entry] = []
  private var documents: [RowName: Document] = [:]

  mutating func answer(_ batch: PushBatch) -> [Answer] {
    batch.changes.map { change in
      var entry = change.entry
      let document = (documents[entry.row] ?? Document()).overlaid(with: entry.payload)
      documents[entry.row] = document
      entry.payload = document
      entry.changeID = Int64(log.count + 1)
      entry.serverTimestamp = "2026-11-24T12:00:00.000Z"
      log.append(entry)
      return Answer(
        changeID: ChangeID(change.entry.changeID), outcome: .applied, landed: Position(entry.changeID),
        exact: true, at: Position(entry.changeID), version: change.entry.version,
        serverTimestamp: "2026-11-24T12:00:00.000Z")
    }
  }
}

/// Pushes the whole local log into the hub.
func pushAll(_ library: Library, into hub: inout LonelyHub) throws -> PushResult {
  var total = PushResult()
  while true {
    let batch = try library.nextBatch(BatchLimits(changes: 100, bytes: 1 << 20))
    guard !batch.isEmpty else { return total }
    let settled = try library.completePush(batch, answers: hub.answer(batch), checkpoint: nil)
    total.accepted += settled.accepted
    total.quarantined += settled.quarantined
    total.passedOver += settled.passedOver
  }
}
