import SampleApplication
import SyncCore
import Testing

@testable import LibraryStore

@Suite struct PendingCountTests {
  private func counted(_ file: ScratchLibrary, _ pushed: ChangeID) throws -> SQLValue? {
    try SQLiteConnection(file.path, .readOnly).value(
      "SELECT count(*) FROM sync_log WHERE change_id > \(pushed.rawValue)")
  }

  private func expectRight(_ library: Library, _ file: ScratchLibrary) throws {
    let deviceState = try library.deviceState()
    #expect(try counted(file, deviceState.pushed) == .integer(Int64(deviceState.pendingLocal)))
  }

  @Test func `the pending count stays right while entries are added and removed`() throws {
    let file = try ScratchLibrary("laptop")
    let library = try file.open()
    let application = try SampleLibrary(file.path, client: "client", seed: 3)
    var hub = LonelyHub()
    try expectRight(library, file)
    for turn in 0..<40 {
      if turn % 3 == 0 {
        for number in 0...turn % 5 {
          try application.addMedia(
            NewMedia(url: "u\(turn).\(number)", title: "t", content: "c\(turn).\(number)"))
        }
      }
      let batch = try library.nextBatch(BatchLimits(changes: 37, bytes: 1 << 20))
      // Typed after the batch was read and before its answers.
      if turn % 4 == 1 {
        try application.addMedia(NewMedia(url: "v\(turn)", title: "t", content: "d\(turn)"))
      }
      if !batch.isEmpty { _ = try library.completePush(batch, answers: hub.answer(batch), checkpoint: nil) }
      if turn % 7 != 0 { try expectRight(library, file) }
    }
    #expect(try library.deviceState().pendingLocal == 0)
    try application.addMedia(NewMedia(url: "last", title: "t", content: "last"))
    try expectRight(library, file)
  }

  @Test func `deleted entries are no longer counted once nothing is pending`() throws {
    let file = try ScratchLibrary("laptop")
    let library = try file.open()
    #expect(try library.deviceState().pendingLocal > 10)
    try SQLiteConnection(file.path).execute("DELETE FROM sync_log WHERE change_id % 2 = 0")
    var hub = LonelyHub()
    _ = try pushAll(library, into: &hub)
    #expect(try library.deviceState().pendingLocal == 0)
    try expectRight(library, file)
  }
}
