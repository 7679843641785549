import HubStore
import SampleApplication
import SyncCore
import Testing

@testable import LibraryStore

/// A row that the application hard-deleted without a log entry comes back whole or not at all (decision
/// 0023).
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

  @Test func `an edit on another device does not restore a row without its children, and it is reported`()
    throws
  {
    try other.application.hardDelete(medium)
    try one.application.updateMedia(medium, title: "edited")
    try one.sync(hub.library)
    try other.sync(hub.library)
    #expect(try count(other, "Media") == 0)
    #expect(try other.library.deviceState().lacking == 1)
    try other.applySnapshot(hub.library, .hubRestored)
    #expect(try count(other, "Media") == 1)
    #expect(try count(other, "UnvectorizedMediaChunks") == 2)
  }

  @Test func `the answer to an earlier edit does not restore the row either`() throws {
    try other.application.updateMedia(medium, title: "edited")
    try other.application.hardDelete(medium)
    try other.sync(hub.library)
    #expect(try count(other, "Media") == 0)
  }

  @Test func `a medium that is added again gets the children of the hub's old one`() throws {
    try other.application.hardDelete(medium)
    try other.application.addMedia(NewMedia(url: "u", title: "again", content: "new words"))
    try other.sync(hub.library)
    #expect(try other.library.deviceState().hasIncompleteRows)
    #expect(try count(other, "UnvectorizedMediaChunks") == 0)
    let chunks = try one.application.connection.rows("SELECT uuid FROM UnvectorizedMediaChunks")
    let found = try other.fetchChildren(
      hub.library, chunks.map { RowName("UnvectorizedMediaChunks", $0[0].text ?? "") })
    #expect(found.repaired == 2 && found.unsettled == 0)
    #expect(try count(other, "UnvectorizedMediaChunks") == 2)
    try other.library.childrenWereFetched()
    #expect(try !other.library.deviceState().hasIncompleteRows)
  }

  @Test func `a row that no device lacks is not fetched`() throws {
    try other.application.connection.execute("DELETE FROM UnvectorizedMediaChunks")
    let chunks = try one.application.connection.rows("SELECT uuid FROM UnvectorizedMediaChunks")
    let found = try other.fetchChildren(
      hub.library, chunks.map { RowName("UnvectorizedMediaChunks", $0[0].text ?? "") })
    #expect(found == ExaminationResult())
    #expect(try count(other, "UnvectorizedMediaChunks") == 0)
  }

  @Test func `if two devices add one medium, the log brings the other's row`() throws {
    var media = NewMedia(url: "v", title: "t", content: "more words")
    media.chunks = ["c"]
    try one.application.addMedia(media)
    try one.sync(hub.library)
    try other.application.addMedia(NewMedia(url: "v", title: "t", content: "more words"))
    try other.sync(hub.library)
    #expect(try !other.library.deviceState().hasIncompleteRows)
    #expect(try count(other, "UnvectorizedMediaChunks") == 3)
  }

  @Test func `a medium that was added and deleted before it was sent leaves its children to the hub's`()
    throws
  {
    var media = NewMedia(url: "u2", title: "t", content: "other words")
    media.chunks = ["c"]
    let again = try other.application.addMedia(media)
    try other.application.hardDelete(again)
    try one.application.renameURL(medium, to: "u2")
    try one.sync(hub.library)
    try other.sync(hub.library)
    #expect(try other.library.deviceState().hasIncompleteRows)
  }

  @Test func `a medium that is new here arrives, whatever was deleted`() throws {
    try other.application.hardDelete(medium)
    try one.application.addMedia(NewMedia(url: "v", title: "t", content: "other words"))
    try one.sync(hub.library)
    try other.sync(hub.library)
    #expect(try count(other, "Media") == 1)
  }
}
