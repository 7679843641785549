import HubStore
import SampleApplication
import SyncCore
import SyncWire
import Testing

@testable import LibraryStore

/// Changes from elsewhere never empty a library without consent (docs/decisions/0028).
@Suite struct BrakeTests {
  private let hub: TemporaryHub
  private let one: SyncedDevice
  private let two: SyncedDevice
  /// The media of both.
  private let media: [String]

  /// Two devices with the same 24 media, each with a version, a transcript and a keyword. At most 12 may be
  /// deleted.
  init() throws {
    hub = try TemporaryHub()
    (one, two) = (try SyncedDevice(1), try SyncedDevice(2))
    var media: [String] = []
    for number in 0..<24 {
      media.append(
        try one.application.addMedia(
          NewMedia(url: "u\(number)", title: "title \(number)", content: "text \(number)", keywords: ["all"]))
      )
      _ = try one.application.addTranscript(media[number], model: "m", text: "said \(number)")
    }
    self.media = media
    for _ in 0..<2 {
      for device in [one, two] { try device.sync(hub.library) }
    }
    for device in [one, two] {
      try device.library.endFirstSync()
      device.library.brake = Brake(rows: 12, share: 0.25)
    }
  }

  private func live(_ device: SyncedDevice, _ table: String = "Media") throws -> Int {
    let sql =
      table == "MediaKeywords"
      ? "SELECT count(*) FROM MediaKeywords" : "SELECT count(*) FROM \(table) WHERE deleted = 0"
    return Int(try SQLiteConnection(device.file.path).value(sql)?.integer ?? 0)
  }

  private func delete(_ count: Int, on device: SyncedDevice, from first: Int = 0) throws {
    for uuid in media[first..<first + count] { try device.application.softDelete(uuid) }
  }

  private func completePush() throws {
    for _ in 0..<3 {
      for device in [one, two] { try device.sync(hub.library) }
    }
  }

  @Test func `deletions beyond the limit are not applied, and the position stays before them`() throws {
    let before = try two.library.deviceState().pulled
    try delete(18, on: one)
    try one.sync(hub.library)
    try two.sync(hub.library)
    let deviceState = try two.library.deviceState()
    #expect(deviceState.pulled == before)
    #expect(deviceState.hold?.rows == 18)
    #expect(try live(two) == 24)
    #expect(try live(two, "Transcripts") == 24)
    #expect(try live(two, "MediaKeywords") == 24)
    let held = try #require(try two.library.heldChanges())
    #expect(held.counts == [HeldChanges.Count(entity: "Media", rows: [.deleted: 18])])
    #expect(held.clients.map(\.rows) == [18])
    #expect(held.from == before)
    #expect(held.through == (try one.library.deviceState().pulled))
    #expect(held.samples.first?.title?.hasPrefix("title") == true)
  }

  @Test(arguments: [(12, false), (13, true)])
  func `one row more than both bounds allow exceeds the limit`(count: Int, isHeld: Bool) throws {
    try delete(count, on: one)
    try completePush()
    #expect(try (two.library.deviceState().hold != nil) == isHeld)
    #expect(try live(two) == (isHeld ? 24 : 24 - count))
  }

  @Test func `any number of rows within the allowed share needs no consent`() throws {
    two.library.brake = Brake(rows: 5, share: 0.5)
    try delete(12, on: one)
    try completePush()
    #expect(try two.library.deviceState().hold == nil)
    #expect(try live(two) == 12)
    try delete(1, on: one, from: 12)
    try completePush()
    #expect(try two.library.deviceState().hold?.rows == 1)
    #expect(try live(two) == 12)
  }

  @Test(arguments: [Brake(rows: 0, share: 0.25), Brake(rows: 12, share: 0)])
  func `a bound of 0 turns the brake off`(brake: Brake) throws {
    two.library.brake = brake
    try delete(24, on: one)
    try completePush()
    #expect(try live(two) == 0)
  }

  @Test func `deletions of one day count together, however slowly they come`() throws {
    for step in 0..<4 {
      try delete(4, on: one, from: step * 4)
      try completePush()
    }
    #expect(try two.library.deviceState().hold?.rows == 4)
    #expect(try live(two) == 12)
  }

  @Test func `emptied texts count like deletions`() throws {
    for uuid in media[0..<18] { try one.application.updatePartial(uuid, [("content", .text(""))]) }
    try completePush()
    let held = try #require(try two.library.heldChanges())
    #expect(held.counts == [HeldChanges.Count(entity: "Media", rows: [.emptied: 18])])
    #expect(
      try SQLiteConnection(two.file.path).value("SELECT count(*) FROM Media WHERE content = ''")?.integer == 0
    )
  }

  @Test func `local edits are still pushed during a hold, and the hub keeps the place`() throws {
    try delete(18, on: one)
    try one.sync(hub.library)
    try two.sync(hub.library)
    let added = try two.application.addMedia(NewMedia(url: "new", title: "new", content: "new"))
    try two.sync(hub.library)
    try one.sync(hub.library)
    #expect(try two.library.deviceState().pendingLocal == 0)
    #expect(
      try SQLiteConnection(one.file.path).value("SELECT count(*) FROM Media WHERE uuid = '\(added)'")?.integer
        == 1)
    let device = try #require(
      try hub.library.devices().first { $0.id == (try two.library.deviceState().device) })
    #expect(device.processed == (try two.library.deviceState().pulled))
    #expect(device.reading == (try two.library.deviceState().hold?.read))
  }

  @Test func `accepted changes are applied, and nothing after them without consent`() throws {
    try delete(18, on: one)
    try one.sync(hub.library)
    try two.sync(hub.library)
    let through = try #require(try two.library.heldChanges()).through
    for uuid in media[18..<22] { try one.application.updatePartial(uuid, [("author", .text("later"))]) }
    try one.sync(hub.library)
    try two.sync(hub.library)
    let ended = try two.library.acceptHeld(through: through).get()
    #expect(ended == HoldEnded(isAccepted: true, through: through, rows: 18, queued: 0))
    try completePush()
    #expect(try live(two) == 6)
    #expect(try two.library.deviceState().hold == nil)
    #expect(try LibraryDigest(one.file.path) == LibraryDigest(two.file.path))
    // The accepted changes no longer count: the same number may be deleted again.
    try delete(6, on: one, from: 18)
    try completePush()
    #expect(try live(two) == 0)
  }

  @Test func `accepting covers what was counted up to the named position, and nothing after it`()
    throws
  {
    two.library.brake = Brake(rows: 5, share: 0.01)
    try delete(8, on: one)
    try one.sync(hub.library)
    try two.sync(hub.library)
    let through = try #require(try two.library.heldChanges()).through
    try delete(8, on: one, from: 8)
    try one.sync(hub.library)
    try two.sync(hub.library)
    #expect(try two.library.deviceState().hold?.rows == 16)
    _ = try two.library.acceptHeld(through: through).get()
    try two.sync(hub.library)
    #expect(try live(two) == 16)
    #expect(try two.library.deviceState().hold?.rows == 8)
    #expect(throws: RecordRefusal.self) { try two.library.acceptHeld(through: Position(1 << 40)).get() }
  }

  @Test func `refused rows stay everywhere, with their dependents, and the rest is applied`() throws {
    try delete(18, on: one)
    try one.application.updatePartial(media[20], [("author", .text("somebody"))])
    try one.sync(hub.library)
    try two.sync(hub.library)
    let ended = try two.library.refuseHeld(through: nil).get()
    // Each medium with its document version, its transcript and its link.
    #expect(ended.rows == 18)
    #expect(ended.queued == 18 * 4)
    try completePush()
    for device in [one, two] {
      #expect(try live(device) == 24)
      #expect(try live(device, "Transcripts") == 24)
      #expect(try live(device, "MediaKeywords") == 24)
      #expect(try device.library.deviceState().hold == nil)
      #expect(try device.library.deviceState().parked == 0)
      #expect(
        try SQLiteConnection(device.file.path).value("SELECT author FROM Media WHERE uuid = '\(media[20])'")?
          .text
          == "somebody")
      #expect(try LibraryHealth.problems(device.file.path).isEmpty)
    }
    #expect(try LibraryDigest(one.file.path) == LibraryDigest(two.file.path))
  }

  @Test func `other devices' edits of a refused row stay, and so do local ones`() throws {
    for uuid in [media[0], media[1]] {
      try one.application.updatePartial(uuid, [("author", .text("of one"))])
    }
    try delete(18, on: one)
    try one.sync(hub.library)
    try two.sync(hub.library)
    // One of them is edited here during the hold.
    try two.application.updatePartial(media[1], [("transcription_model", .text("of two"))])
    _ = try two.library.refuseHeld(through: nil).get()
    try completePush()
    #expect(try live(one) == 24)
    let connection = try SQLiteConnection(one.file.path)
    #expect(try connection.value("SELECT author FROM Media WHERE uuid = '\(media[0])'")?.text == "of one")
    #expect(
      try connection.value("SELECT transcription_model FROM Media WHERE uuid = '\(media[1])'")?.text
        == "of two")
    let records = try SQLiteConnection(two.file.path).rows("SELECT losing FROM mediasync_conflicts").map {
      $0[0].text ?? ""
    }
    let shown = try connection.value("SELECT author FROM Media WHERE uuid = '\(media[1])'")?.text
    #expect(shown == "of one" || records.contains { $0.contains("of one") })
  }

  @Test func `an edit whose answer is held stays if the row is refused`() throws {
    two.library.brake = Brake(rows: 1, share: 0.01)
    try delete(3, on: one)
    try one.sync(hub.library)
    for uuid in media[0..<3] { try two.application.updateMedia(uuid, title: "typed here") }
    // The answers say that the rows are deleted. The entries that are counted afterwards are older than the
    // edits.
    for _ in 0..<2 { try two.sync(hub.library) }
    _ = try two.library.refuseHeld(through: nil).get()
    try completePush()
    for device in [one, two] {
      let titles = try SQLiteConnection(device.file.path).value(
        "SELECT count(*) FROM Media WHERE title = 'typed here' AND deleted = 0")
      #expect(titles?.integer == 3)
    }
  }

  @Test func `a page that was read ahead is not applied if the hold ends before it arrives`() throws {
    try delete(18, on: one)
    try one.sync(hub.library)
    try two.sync(hub.library)
    let deviceState = try two.library.deviceState()
    let read = try #require(deviceState.hold).read
    _ = try two.library.acceptHeld(through: nil).get()
    let ahead = PulledPage(
      entries: [], rules: .layer2(next: Position(read.rawValue + 5), chain: ChainValue(rawValue: "c")),
      since: read)
    #expect(try two.library.apply(ahead).cursor == deviceState.pulled)
    #expect(try two.library.deviceState().pulled == deviceState.pulled)
  }

  @Test func `a hold survives a restart`() throws {
    try delete(18, on: one)
    try one.sync(hub.library)
    try two.sync(hub.library)
    try two.restart()
    try two.sync(hub.library)
    #expect(try two.library.deviceState().hold?.rows == 18)
    #expect(try live(two) == 24)
  }

  @Test(arguments: [SnapshotReason.cursorTooOld, .hubRestored])
  func `a rebuild that the hub asks for is held row by row, and otherwise continues`(reason: SnapshotReason)
    throws
  {
    try delete(18, on: one)
    let added = try one.application.addMedia(NewMedia(url: "new", title: "new", content: "new"))
    try one.sync(hub.library)
    try two.applySnapshot(hub.library, reason, limit: 30)
    #expect(try live(two) == 25)
    #expect(try live(two, "Transcripts") == 24)
    if reason == .cursorTooOld {
      #expect(try two.library.deviceState().hold?.rows == 18)
      #expect(
        try SQLiteConnection(two.file.path).value("SELECT count(*) FROM Media WHERE uuid = '\(added)'")?
          .integer == 1)
      _ = try two.library.acceptHeld(through: nil).get()
      try completePush()
      #expect(try live(two) == 7)
      #expect(try LibraryDigest(one.file.path) == LibraryDigest(two.file.path))
    }
  }

  @Test func `a snapshot that a person asked for applies everything that the hub has`() throws {
    try delete(18, on: one)
    try one.sync(hub.library)
    try two.sync(hub.library)
    #expect(try two.library.deviceState().hold != nil)
    try two.applySnapshot(hub.library, .asked, limit: 30)
    #expect(try live(two) == 6)
    #expect(try two.library.deviceState().hold == nil)
  }

  @Test func `rows that other devices added within the window may be deleted again`() throws {
    let other = try SyncedDevice(3)
    try other.sync(hub.library)
    try other.library.endFirstSync()
    other.library.brake = Brake(rows: 12, share: 0.25)
    var added: [String] = []
    for number in 0..<16 {
      added.append(
        try one.application.addMedia(NewMedia(url: "n\(number)", title: "n", content: "n\(number)")))
    }
    try one.sync(hub.library)
    try other.sync(hub.library)
    for uuid in added { try one.application.softDelete(uuid) }
    try one.sync(hub.library)
    try other.sync(hub.library)
    #expect(try other.library.deviceState().hold == nil)
    #expect(try live(other) == 24)
  }

  @Test func `rows that a hub makes first do not raise the limit`() throws {
    two.library.brake = Brake(rows: 5, share: 0.25)
    for number in 0..<60 {
      _ = try one.application.addMedia(NewMedia(url: "n\(number)", title: "n", content: "n\(number)"))
    }
    try completePush()
    try delete(8, on: one)
    try completePush()
    // 8 of the original 24 are too many, of 84 they would not be.
    #expect(try two.library.deviceState().hold?.rows == 8)
  }
}
