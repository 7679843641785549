import Glibc
import Synchronization

/// Closes descriptors of `-shm` files only while no other connection of this process has a library open. By
/// POSIX, closing one releases every lock that the process holds on the file, including those of another
/// connection.
enum ProbeDescriptors {
  private struct State {
    var inspections = 0
    var waiting: [Int32] = []
  }

  private static let state = Mutex(State())

  /// Closes a descriptor now, or after the last running inspection.
  static func release(_ descriptor: Int32) {
    let mayClose = state.withLock { state in
      if state.inspections > 0 { state.waiting.append(descriptor) }
      return state.inspections == 0
    }
    if mayClose { close(descriptor) }
  }

  /// Runs `body`, which uses a connection of its own.
  static func whileInspecting<Outcome, Failure: Error>(
    _ body: () throws(Failure) -> Outcome
  ) throws(Failure) -> Outcome {
    state.withLock { $0.inspections += 1 }
    defer {
      let left = state.withLock { state in
        state.inspections -= 1
        guard state.inspections == 0 else { return [Int32]() }
        defer { state.waiting = [] }
        return state.waiting
      }
      for descriptor in left { close(descriptor) }
    }
    return try body()
  }
}
