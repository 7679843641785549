import HubStore
import SampleApplication
import SyncCore
import Testing

@testable import LibraryStore

/// What the hub holds and a table cannot show is kept beside the row, and nobody's value is replaced by it.
@Suite struct UnstoredValueTests {
  private func rating(_ device: SyncedDevice, _ uuid: String) throws -> SQLValue? {
    try device.application.connection.value("SELECT rating FROM Media WHERE uuid = ?", [.text(uuid)])
  }

  private func kept(_ device: SyncedDevice, _ uuid: String) throws -> [UnstoredValue] {
    try device.library.read { try UnstoredValues($0).values(of: RowName("Media", uuid)) }
  }

  @Test func `a column that only another device has is kept, and counts when rows are compared`() throws {
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

  @Test func `text that a column turns into a number is kept, and the number does not replace it`() throws {
    let hub = try TemporaryHub()
    let (one, two) = (try SyncedDevice(1), try SyncedDevice(2))
    try one.application.connection.execute("ALTER TABLE Media ADD COLUMN rating TEXT")
    try two.application.connection.execute("ALTER TABLE Media ADD COLUMN rating INTEGER")
    let uuid = try one.application.addMedia(NewMedia(url: "u", title: "rated", content: "text"))
    try one.application.updatePartial(uuid, [("rating", .text("0012"))])
    for device in [one, two] { try device.sync(hub.library) }
    #expect(try rating(two, uuid) == .integer(12))
    #expect(try one.library.sums() == two.library.sums())
    // An edit of another column leaves it out.
    try two.application.updatePartial(uuid, [("author", .text("somebody")), ("rating", .integer(12))])
    for device in [two, one] { try device.sync(hub.library) }
    #expect(try rating(one, uuid) == .text("0012"))
    // What somebody writes is sent, and the kept value goes.
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
