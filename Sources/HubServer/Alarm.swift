import Synchronization

/// Something to do when it is rung; also if it is rung before it is known what.
final class Alarm: Sendable {
  private struct State {
    var isRung = false
    var action: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())

  /// Says what is to be done.
  func set(_ action: @escaping @Sendable () -> Void) {
    let isRung = state.withLock { state in
      state.action = action
      return state.isRung
    }
    if isRung { action() }
  }

  /// Has it done.
  func ring() {
    let action = state.withLock { state in
      state.isRung = true
      return state.action
    }
    action?()
  }
}
