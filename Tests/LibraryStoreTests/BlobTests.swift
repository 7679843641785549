import HubStore
import SampleApplication
import SyncCore
import Testing

@testable import LibraryStore

/// A BLOB never travels, is never compared and never overwritten.
@Suite struct BlobTests {
  private static let picture: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x00, 0xFF] + Array(0...255)

  /// Two devices whose application has added a picture column to media, and a medium with a picture on the
  /// first.
  private func makePair(_ hub: TemporaryHub) throws -> (one: SyncedDevice, two: SyncedDevice, uuid: String) {
    let (one, two) = (try SyncedDevice(1), try SyncedDevice(2))
    for device in [one, two] {
      try device.application.connection.execute("ALTER TABLE Media ADD COLUMN thumbnail BLOB")
    }
    let uuid = try one.application.addMedia(NewMedia(url: "u", title: "with a picture", content: "text"))
    try one.application.updatePartial(uuid, [("thumbnail", .blob(Self.picture))])
    for device in [one, two] { try device.sync(hub.library) }
    return (one, two, uuid)
  }

  private func thumbnail(_ device: SyncedDevice, _ uuid: String) throws -> SQLValue? {
    try device.application.connection.value("SELECT thumbnail FROM Media WHERE uuid = ?", [.text(uuid)])
  }

  @Test func `a picture stays where it is byte for byte, and no other device gets text for it`() throws {
    let hub = try TemporaryHub()
    let (one, two, uuid) = try makePair(hub)
    #expect(try thumbnail(two, uuid) == .null)
    try two.application.updateMedia(uuid, title: "edited over there")
    for device in [two, one] { try device.sync(hub.library) }
    #expect(try one.application.connection.value("SELECT title FROM Media") == .text("edited over there"))
    #expect(try thumbnail(one, uuid) == .blob(Self.picture))
    #expect(try one.library.sums() == two.library.sums())
  }

  @Test func `another device's text for the column replaces no picture, and no picture replaces it`()
    throws
  {
    let hub = try TemporaryHub()
    let (one, two, uuid) = try makePair(hub)
    try two.application.updatePartial(uuid, [("thumbnail", .text("a description"))])
    for device in [two, one] { try device.sync(hub.library) }
    #expect(try thumbnail(one, uuid) == .blob(Self.picture))
    try one.application.updateMedia(uuid, title: "edited here")
    for device in [one, two] { try device.sync(hub.library) }
    #expect(try thumbnail(two, uuid) == .text("a description"))
    #expect(try thumbnail(one, uuid) == .blob(Self.picture))
    // Both sides count the hub's value.
    #expect(try one.library.sums() == two.library.sums())
  }

  @Test func `replacing a picture with text is an ordinary edit`() throws {
    let hub = try TemporaryHub()
    let (one, two, uuid) = try makePair(hub)
    try two.application.updatePartial(uuid, [("thumbnail", .text("a description"))])
    for device in [two, one] { try device.sync(hub.library) }
    try one.application.updatePartial(uuid, [("thumbnail", .text("described here"))])
    for device in [one, two] { try device.sync(hub.library) }
    #expect(try thumbnail(two, uuid) == .text("described here"))
    #expect(try one.library.sums() == two.library.sums())
    let records = try one.library.conflicts(after: 0, limit: 10).records
    #expect(records.map(\.columns) == [["thumbnail"]], "nobody has seen it on this device")
    #expect(try two.library.conflicts(after: 0, limit: 10).records.isEmpty)
  }

  @Test func `an inspection of the library names the columns that hold BLOBs`() throws {
    let hub = try TemporaryHub()
    let (one, _, _) = try makePair(hub)
    let seen = try LibraryInspection.look(at: one.file.path)
    #expect(seen.blobColumns.map(\.column) == ["thumbnail"])
    #expect(seen.blobColumns.map(\.rows) == [1])
  }
}
