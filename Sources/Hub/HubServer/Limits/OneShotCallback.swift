import Synchronization

/// Runs an action when it is rung. If it is rung before the action is set, the action runs as soon as it is
/// set.
final class OneShotCallback: Sendable {
  private struct State {
    var isRung = false
    var action: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())

  /// Sets the action.
  func set(_ action: @escaping @Sendable () -> Void) {
    let isRung = state.withLock { state in
      state.action = action
      return state.isRung
    }
    if isRung { action() }
  }

  /// Runs the action.
  func fire() {
    let action = state.withLock { state in
      state.isRung = true
      return state.action
    }
    action?()
  }
}
