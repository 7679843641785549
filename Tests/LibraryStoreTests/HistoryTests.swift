import Foundation
import HubStore
import SampleApplication
import SyncCore
import SyncWire
import Testing

@testable import LibraryStore

/// Random histories over the real store, the real hub store and real SQLite files: three devices with
/// application edits, pushes whose replies get lost, and pulls of a few entries. Every device must end equal
/// to the others.
@Suite struct HistoryTests {
  @Test(arguments: UInt64(1)...40)
  func `devices end equal, whatever happens`(seed: UInt64) throws {
    var world = try World(seed: seed)
    for _ in 0..<world.random.number(20...60) { try world.step() }
    try world.comeToRest()
    let digests = try world.devices.map { try LibraryDigest($0.file.path) }
    for (number, digest) in digests.enumerated().dropFirst() {
      let isEqual = digest == digests[0]
      #expect(
        isEqual, "seed \(seed): device \(number) differs: \(digest.difference(from: digests[0], limit: 4))")
    }
    for device in world.devices {
      let deviceState = try device.library.deviceState()
      #expect(deviceState.pendingLocal == 0, "seed \(seed)")
      #expect(deviceState.parked == 0, "seed \(seed)")
      #expect(deviceState.quarantined == 0, "seed \(seed)")
    }
  }
}

private struct World {
  var random: SeededGenerator
  let hub: HubLibrary
  var devices: [Device] = []
  var clock: Int64 = 1_800_000_000_000
  private let directory: URL

  init(seed: UInt64) throws {
    random = SeededGenerator(seed: seed)
    directory = FileManager.default.temporaryDirectory.appending(path: "history-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    hub = try HubLibrary.open(at: directory.appending(path: "hub.sqlite").path, durability: .process)
    for number in 0..<3 {
      devices.append(try Device(number: number, seed: seed &* 31 &+ UInt64(number)))
    }
  }

  mutating func step() throws {
    clock += 1000
    let device = devices[random.number(0...2)]
    switch random.number(1...100) {
    case ...45: try device.edit(&random)
    case ...75:
      let losesReply = random.chance(20)
      let editsMeanwhile = random.chance(30)
      try device.push(hub, clock, limit: random.number(1...6), losesReply: losesReply) {
        if editsMeanwhile { try device.edit(&random) }
      }
    default: try device.pull(hub, clock, limit: random.number(1...8))
    }
  }

  mutating func comeToRest() throws {
    for _ in 0..<6 {
      for device in devices {
        for _ in 0..<60 where try device.library.deviceState().pendingLocal > 0 {
          try device.push(hub, clock + 1, limit: 50, losesReply: false) {}
        }
        for _ in 0..<20 { try device.pull(hub, clock + 1, limit: 500) }
      }
    }
    try FileManager.default.removeItem(at: directory)
  }
}

private final class Device {
  let file: ScratchLibrary
  let library: Library
  private let application: SampleLibrary
  private var text = 0
  private let number: Int

  init(number: Int, seed: UInt64) throws {
    self.number = number
    file = try ScratchLibrary("empty")
    library = try file.open(machine: "machine-\(number)", device: "device-\(number)")
    application = try SampleLibrary(
      file.path, client: "client-\(number)", seed: seed,
      clock: .stepping(from: 1_800_000_000_000 + Int64(number) * 7, by: 900))
  }

  private func values(_ sql: String) throws -> [String] {
    var found: [String] = []
    for row in try application.connection.rows(sql) {
      if case .text(let text)? = row.first { found.append(text) }
    }
    return found
  }

  func edit(_ random: inout SeededGenerator) throws {
    text += 1
    let words = "text \(number) \(text) " + ["alpha", "beta", "gamma"][random.number(0...2)]
    let media = try values("SELECT uuid FROM Media ORDER BY uuid")
    let live = try values("SELECT uuid FROM Media WHERE deleted = 0 ORDER BY uuid")
    let url = "https://example/\(random.number(0...5))"
    guard random.number(1...100) > 30, let one = live.randomElement(using: &random) else {
      let isTaken =
        try application.connection.rows("SELECT uuid FROM Media WHERE url = '\(url)'").isEmpty == false
      if isTaken {
        if let dead = media.first(where: { !live.contains($0) }) { try application.undelete(dead) }
        return
      }
      let keywords = ["red", "Green", "blue", "GREEN"].filter { _ in random.chance(40) }
      _ = try application.addMedia(NewMedia(url: url, title: words, content: words, keywords: keywords))
      return
    }
    switch random.number(1...100) {
    case ...25: try application.updateMedia(one, title: words)
    case ...40: try application.updateMedia(one, content: words + " body")
    case ...50: try application.updatePartial(one, [("chunking_status", .text(words))])
    case ...60: try application.softDelete(one)
    case ...70:
      if try application.connection.rows("SELECT uuid FROM Media WHERE url = '\(url)'").isEmpty {
        try application.renameURL(one, to: url)
      }
    case ...80: try application.setKeywords(one, ["red", "Blue", "violet"].filter { _ in random.chance(50) })
    case ...90: _ = try application.addDocumentVersion(one, content: words)
    default:
      let model = ["tiny", "large"][random.number(0...1)]
      if try application.connection.rows(
        "SELECT t.uuid FROM Transcripts t JOIN Media m ON m.id = media_id WHERE m.uuid = '\(one)' AND whisper_model = '\(model)'"
      ).isEmpty {
        _ = try application.addTranscript(one, model: model, text: words)
      }
    }
  }

  func push(
    _ hub: HubLibrary, _ now: Int64, limit: Int, losesReply: Bool, meanwhile: () throws -> Void
  ) throws {
    let batch = try library.nextBatch(BatchLimits(changes: limit, bytes: 1 << 20))
    guard !batch.isEmpty else { return }
    let deviceState = try library.deviceState()
    let request = SendRequest(
      clientID: deviceState.device.rawValue, lastProcessed: deviceState.pulled,
      device: .init(
        id: deviceState.device, incarnation: deviceState.incarnation,
        sentAt: Instant(milliseconds: now).description), changes: batch.changes)
    // Encoded and decoded, as over a real wire.
    let received = try SendRequest(body: request.encoded())
    let reply = try SendReply(body: hub.send(received, now: Instant(milliseconds: now)).encoded())
    if losesReply { return }
    try meanwhile()
    let checkpoint = reply.chain.map { LogCheckpoint(position: reply.latest, chain: $0) }
    _ = try library.completePush(batch, answers: reply.results ?? [], checkpoint: checkpoint)
  }

  func pull(_ hub: HubLibrary, _ now: Int64, limit: Int) throws {
    let deviceState = try library.deviceState()
    let request = GetRequest(
      clientID: deviceState.device.rawValue, since: deviceState.pulled,
      extras: .init(
        device: deviceState.device, incarnation: deviceState.incarnation, pushed: deviceState.pushed,
        logID: nil,
        chain: deviceState.checkpoint?.chain, limit: limit, waitSeconds: 0,
        chainAt: deviceState.checkpoint?.position))
    let reply = try GetReply(body: hub.page(request, now: Instant(milliseconds: now)).body)
    guard let extras = reply.extras, extras.next > deviceState.pulled else { return }
    _ = try library.apply(
      PulledPage(entries: reply.entries, rules: .layer2(next: extras.next, chain: extras.chain)))
  }
}
