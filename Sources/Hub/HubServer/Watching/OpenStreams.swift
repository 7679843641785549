import Synchronization

/// The requests in progress, by token. When a token is revoked, the hub ends them.
final class OpenStreams: Sendable {
  private struct Stream {
    var token: Int64
    var end: @Sendable () -> Void
  }

  private let state = Mutex((next: 0, streams: [Int: Stream]()))

  /// Runs `work`. Calls `end`, at most once, if the token is revoked meanwhile.
  func during<Result, Failure: Error>(
    _ token: Int64, end: @escaping @Sendable () -> Void, _ work: () async throws(Failure) -> Result
  ) async throws(Failure) -> Result {
    let id = state.withLock { state in
      state.next += 1
      state.streams[state.next] = Stream(token: token, end: end)
      return state.next
    }
    defer { state.withLock { _ = $0.streams.removeValue(forKey: id) } }
    return try await work()
  }

  /// The tokens that have requests in progress.
  var tokens: Set<Int64> { state.withLock { Set($0.streams.values.map(\.token)) } }

  /// The number of requests in progress for a token.
  func count(of token: Int64) -> Int { state.withLock { $0.streams.values.count { $0.token == token } } }

  /// Ends the requests of these tokens.
  func end(of tokens: Set<Int64>) {
    let ended = state.withLock { state in
      let ended = state.streams.filter { tokens.contains($0.value.token) }
      for id in ended.keys { state.streams[id] = nil }
      return ended.values.map(\.end)
    }
    for end in ended { end() }
  }
}
