import HubStore
import SampleApplication
import SyncCore
import Testing

@testable import LibraryStore

/// A value of the hub that a table cannot store is kept beside the row, and replaces no user's value.
@Suite struct UnstoredValueTests {
  private func rating(_ device: SyncedDevice, _ uuid: String) throws -> SQLValue? {
    try device.application.connection.value("SELECT rating FROM Media WHERE uuid = ?", [.text(uuid)])
  }

  private func kept(_ device: SyncedDevice, _ uuid: String) throws -> [UnstoredValue] {
    try device.library.read { try UnstoredValues($0).values(of: RowName("Media", uuid)) }
  }

  @Test func `a column that only another device has is kept, and included when rows are compared`() throws {
    let hub = try TemporaryHub()
    let (one, two) = (try SyncedDevice(1), try SyncedDevice(2))
    try one.application.connection.execute("ALTER TABLE Media ADD COLUMN rating INTEGER DEFAULT 0")
    let uuid = try one.application.addMedia(NewMedia(url: "u", title: "rated", content: "text"))
    try one.application.updatePartial(uuid, [("rating", .integer(5))])
    for device in [one, two] { try device.sync(hub.library) }
    #expect(
      try kept(two, uuid) == [
        UnstoredValue(column: "rating", value: .integer(5), obstacle: .noColumn, shown: .null)
      ])
    #expect(try one.library.sums() == two.library.sums())
    try two.application.updateMedia(uuid, title: "edited over there")
    for device in [two, one] { try device.sync(hub.library) }
    #expect(try rating(one, uuid) == .integer(5))
    #expect(try one.library.sums() == two.library.sums())
  }

  @Test func `a text that a column converts to a number is kept, and not replaced by the number`() throws {
    let hub = try TemporaryHub()
    let (one, two) = (try SyncedDevice(1), try SyncedDevice(2))
    try one.application.connection.execute("ALTER TABLE Media ADD COLUMN rating TEXT")
    try two.application.connection.execute("ALTER TABLE Media ADD COLUMN rating INTEGER")
    let uuid = try one.application.addMedia(NewMedia(url: "u", title: "rated", content: "text"))
    try one.application.updatePartial(uuid, [("rating", .text("0012"))])
    for device in [one, two] { try device.sync(hub.library) }
    #expect(try rating(two, uuid) == .integer(12))
    #expect(try one.library.sums() == two.library.sums())
    // An edit of another column does not contain it.
    try two.application.updatePartial(uuid, [("author", .text("somebody")), ("rating", .integer(12))])
    for device in [two, one] { try device.sync(hub.library) }
    #expect(try rating(one, uuid) == .text("0012"))
    // A user's new value is sent, and the kept value is dropped.
    try two.application.updatePartial(uuid, [("rating", .integer(13))])
    for device in [two, one] { try device.sync(hub.library) }
    #expect(try rating(one, uuid) == .text("13"))
    #expect(try kept(two, uuid) == [])
    #expect(try one.library.sums() == two.library.sums())
  }

  @Test func `a value that the hub no longer holds is no longer kept`() throws {
    let hub = try TemporaryHub()
    let (one, two) = (try SyncedDevice(1), try SyncedDevice(2))
    try one.application.connection.execute("ALTER TABLE Media ADD COLUMN rating INTEGER")
    let uuid = try one.application.addMedia(NewMedia(url: "u", title: "rated", content: "text"))
    for value in [SQLValue.integer(5), .integer(6), .null] {
      try one.application.updatePartial(uuid, [("rating", value)])
      for device in [one, two] { try device.sync(hub.library) }
      #expect(try kept(two, uuid).map(\.value) == (value.integer.map { [.integer($0)] } ?? []))
      #expect(try one.library.sums() == two.library.sums())
    }
  }
}
