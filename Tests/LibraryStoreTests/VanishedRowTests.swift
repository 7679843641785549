import HubStore
import SampleApplication
import SyncCore
import Testing

@testable import LibraryStore

/// What the application deleted for good without a log entry comes back whole or not at all (decision 0023).
@Suite struct VanishedRowTests {
  private let hub: TemporaryHub
  private let one: SyncedDevice
  private let other: SyncedDevice
  private let medium: String

  /// Two devices with one medium, which has keywords and chunks.
  init() throws {
    hub = try TemporaryHub()
    one = try SyncedDevice(1)
    other = try SyncedDevice(2)
    var media = NewMedia(url: "u", title: "t", content: "some words")
    media.keywords = ["k"]
    media.chunks = ["a", "b"]
    medium = try one.application.addMedia(media)
    try one.sync(hub.library)
    try other.sync(hub.library)
    try #require(try count(other, "UnvectorizedMediaChunks") == 2)
  }

  private func count(_ device: SyncedDevice, _ table: String) throws -> Int64? {
    try device.application.connection.value("SELECT count(*) FROM \(table)")?.integer
  }

  @Test func `an edit made elsewhere does not bring it back without its children, and the lack is told`()
    throws
  {
    try other.application.hardDelete(medium)
    try one.application.updateMedia(medium, title: "edited")
    try one.sync(hub.library)
    try other.sync(hub.library)
    #expect(try count(other, "Media") == 0)
    #expect(try other.library.standing().lacking == 1)
    try other.takeSnapshot(hub.library, .hubRestored)
    #expect(try count(other, "Media") == 1)
    #expect(try count(other, "UnvectorizedMediaChunks") == 2)
  }

  @Test func `the answer to an edit made before it does not bring it back either`() throws {
    try other.application.updateMedia(medium, title: "edited")
    try other.application.hardDelete(medium)
    try other.sync(hub.library)
    #expect(try count(other, "Media") == 0)
  }

  @Test func `a medium that is new here comes, whatever was deleted`() throws {
    try other.application.hardDelete(medium)
    try one.application.addMedia(NewMedia(url: "v", title: "t", content: "other words"))
    try one.sync(hub.library)
    try other.sync(hub.library)
    #expect(try count(other, "Media") == 1)
  }
}
