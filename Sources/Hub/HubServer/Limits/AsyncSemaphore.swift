import Synchronization

/// Admits a limited number at once. The others wait in order of arrival, without a thread.
final class AsyncSemaphore: Sendable {
  private struct State {
    var free: Int
    var waiting: [CheckedContinuation<Void, Never>] = []
    var next = 0
  }

  private let state: Mutex<State>

  /// Takes how many may be admitted at once.
  init(_ count: Int) { state = Mutex(State(free: count)) }

  /// Waits for admission. Every caller must call `leave` afterwards.
  func enter() async {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        guard state.free > 0 else {
          state.waiting.append(continuation)
          return false
        }
        state.free -= 1
        return true
      }
      if isFree { continuation.resume() }
    }
  }

  /// Leaves, and admits the next one that waits.
  func leave() {
    let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard state.next < state.waiting.count else {
        state.free += 1
        return nil
      }
      defer {
        state.next += 1
        if state.next == state.waiting.count || state.next == 1000 {
          state.waiting.removeFirst(state.next)
          state.next = 0
        }
      }
      return state.waiting[state.next]
    }
    next?.resume()
  }
}

/// Runs work for the same key one piece at a time.
final class KeyedSemaphore: Sendable {
  private let semaphores = Mutex<[String: (turn: AsyncSemaphore, users: Int)]>([:])

  /// Runs `work` once no other work with this key is running.
  func during<Result, Failure: Error>(
    _ key: String, _ work: () async throws(Failure) -> Result
  ) async throws(Failure) -> Result {
    let turn = semaphores.withLock { semaphores in
      var entry = semaphores[key] ?? (AsyncSemaphore(1), 0)
      entry.users += 1
      semaphores[key] = entry
      return entry.turn
    }
    await turn.enter()
    defer {
      semaphores.withLock { semaphores in
        semaphores[key]?.users -= 1
        if semaphores[key]?.users == 0 { semaphores[key] = nil }
      }
      turn.leave()
    }
    return try await work()
  }
}
