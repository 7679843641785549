/// Maintenance tasks, which need both library and hub. A task runs once everything is pushed and pulled, so
/// that both sides are at the same position.
extension Cycle {
  mutating func taskRequested(_ task: MaintenanceTask, _ now: Moment) -> [Effect] {
    if case .paused = state { return [.finished(.paused)] }
    tasks.append(task)
    // This task depends on which log the hub keeps, so the device asks the hub again.
    if task == .join, !isBusy { hub = nil }
    return triggered(now)
  }

  /// Begins the next requested task. `hasBegun` is false if none is left.
  mutating func nextTask() -> (effects: [Effect], hasBegun: Bool) {
    var refused: [Effect] = []
    while let task = tasks.first {
      guard case .layer2(_, _, _, let offers) = hub, offers.allows(task) else {
        tasks.removeFirst()
        refused.append(.refuseErrand(task))
        continue
      }
      // If the hub keeps the log that the library already follows, there is no other log to join.
      if task == .resync || task == .join { return (refused + beginSnapshot(.asked), true) }
      state = .onTask(task)
      return (refused + [.runErrand(task)], true)
    }
    return (refused, false)
  }

  mutating func taskEnded(hasQueued: Bool, _ now: Moment) -> [Effect] {
    guard case .onTask(let task) = state else { return [] }
    if ownTasksBegun.contains(task) { return finish(now) }
    if !tasks.isEmpty { tasks.removeFirst() }
    return hasQueued ? begin(now) : finish(now)
  }

  /// Begins the next task that the library itself needs, each at most once a cycle. Returns `nil` if there is
  /// none, or if the hub supports no comparison.
  mutating func nextOwnTask() -> [Effect]? {
    guard case .layer2(_, _, _, let offers) = hub,
      let task = ownTasks.first(where: {
        // The children of a row are compared at the cursor, which does not move while changes are held.
        !ownTasksBegun.contains($0) && offers.allows($0) && (hold == nil || $0 != .fetchChildren)
      })
    else { return nil }
    ownTasksBegun.insert(task)
    state = .onTask(task)
    return [.runErrand(task)]
  }

  /// Whether somebody has asked the library to join the log that the hub keeps, whichever log that is.
  package var mayJoinAnotherLog: Bool { tasks.contains(.join) }
}
