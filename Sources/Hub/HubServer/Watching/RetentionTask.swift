import HubStore
import Journal
import Logging
import SyncCore

/// Runs retention on all libraries once a day, in a lane of its own.
struct RetentionTask: Sendable {
  let data: HubData
  let worker: SerialWorker
  let logger: Logger
  let now: @Sendable () -> Instant

  private static let pause = Duration.seconds(86_400)

  /// Runs now and then every day until the task is cancelled. Returns at once if the hub never drops history.
  func run() async throws {
    guard let retention = data.options.retention else { return }
    while !Task.isCancelled {
      await retain(retention)
      do { try await Task.sleep(for: Self.pause) } catch is CancellationError { return }
    }
  }

  private func retain(_ retention: Duration) async {
    let names: [String]
    do { names = try data.libraryNames() } catch {
      return logger.record(.hubUpkeepFailed, "old history: \(error.text)")
    }
    for name in names where !Task.isCancelled {
      do {
        _ = try await worker.run { [data, now] () throws(HubStoreError) in
          try data.library(name).retain(now: now(), retention: retention)
        }
      } catch {
        // The next day's run tries again.
        logger.record(
          .hubUpkeepFailed, "old history of library \(name): \(error.text)", fields: ["library": "\(name)"])
      }
    }
  }
}
