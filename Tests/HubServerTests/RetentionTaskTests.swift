import Foundation
import HubStore
import Logging
import SyncCore
import Testing

@testable import HubServer

/// The server's automatic work on its libraries.
struct RetentionTaskTests {
  @Test func `a starting server drops expired history of every library`() async throws {
    let hub = try await RunningHub.start(retention: .seconds(3600))
    let token = try hub.token("home")
    let longAgo = Instant(milliseconds: 1_000_000_000_000)
    for name in ["home", "work"] {
      let library = try hub.data.library(name)
      _ = try library.send(
        try HubLibrary.sendRequest(body: RunningHub.keyword("one", device: "old")), now: longAgo)
    }
    let retentionTask = RetentionTask(
      data: hub.data, worker: SerialWorker(WorkerThreads("test")), logger: Logger(label: "test"),
      now: { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) })
    let task = Task { try await retentionTask.run() }
    for name in ["home", "work"] {
      let library = try hub.data.library(name)
      try await poll { (try? library.capabilities(now: longAgo).minChangeID) == Position(1) }
    }
    task.cancel()
    _ = await task.result
    let late = try await hub.ask("GET", RunningHub.get("d"), token: token)
    #expect(late.code == "cursor_too_old")
    await hub.stop()
  }
}
