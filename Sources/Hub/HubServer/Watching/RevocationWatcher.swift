import Dispatch
import Glibc
import HubStore
import Journal
import Logging

/// Detects revoked tokens and ends their requests. Usually another process revokes a token, so the kernel
/// reports every write to the token file. The hub polls only if the kernel offers no watch.
struct RevocationWatcher: Sendable {
  let data: HubData
  let worker: SerialWorker
  let streams: OpenStreams
  let logger: Logger

  /// Further writes within this time are handled together.
  private static let pause = Duration.milliseconds(100)
  private static let pollingPause = Duration.milliseconds(500)

  /// Watches until the task is cancelled.
  func run() async {
    guard let (writes, source) = Self.writes(in: data.directory) else { return await poll() }
    defer { source.cancel() }
    for await _ in writes {
      await look()
      do { try await Task.sleep(for: Self.pause) } catch { return }
      // Look again, for requests that were admitted at the moment of the write.
      await look()
    }
  }

  private func poll() async {
    while !Task.isCancelled {
      await look()
      do { try await Task.sleep(for: Self.pollingPause) } catch { return }
    }
  }

  private func look() async {
    let tokens = streams.tokens
    guard !tokens.isEmpty else { return }
    do {
      let revoked = try await worker.run { [data] () throws(HubStoreError) in
        try data.checkPlace()
        return try data.tokens.revoked(among: tokens)
      }
      streams.end(of: revoked)
    } catch {
      logger.record(.hubTokensUnusable, "tokens: \(error.text)")
    }
  }

  /// A stream with one element for all writes since the last element; `nil` if the kernel offers no watch.
  private static func writes(in directory: String) -> (AsyncStream<Void>, any DispatchSourceRead)? {
    let descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
    guard descriptor >= 0 else { return nil }
    let interest = IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_ONLYDIR
    guard inotify_add_watch(descriptor, directory, UInt32(interest)) >= 0 else {
      close(descriptor)
      return nil
    }
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: .global())
    source.setEventHandler {
      var buffer = [UInt8](repeating: 0, count: 4096)
      while read(descriptor, &buffer, buffer.count) > 0 {}
      continuation.yield()
    }
    source.setCancelHandler { close(descriptor) }
    source.resume()
    return (stream, source)
  }
}
