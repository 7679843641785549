/// Maintenance tasks, which need both library and hub. A task runs once everything is pushed and pulled, so
/// that both sides are at the same position.
extension Cycle {
  mutating func errandAsked(_ errand: Errand, _ now: Moment) -> [Effect] {
    if case .paused = state { return [.finished(.paused)] }
    errands.append(errand)
    // This task depends on which log the hub keeps, so the device asks the hub again.
    if errand == .join, !isBusy { hub = nil }
    return triggered(now)
  }

  /// Begins the next requested task. `hasBegun` is false if none is left.
  mutating func nextErrand() -> (effects: [Effect], hasBegun: Bool) {
    var refused: [Effect] = []
    while let errand = errands.first {
      guard case .layer2(_, _, _, let offers) = hub, offers.allows(errand) else {
        errands.removeFirst()
        refused.append(.refuseErrand(errand))
        continue
      }
      // If the hub keeps the log that the library already follows, there is no other log to join.
      if errand == .resync || errand == .join { return (refused + beginSnapshot(.asked), true) }
      state = .onErrand(errand)
      return (refused + [.runErrand(errand)], true)
    }
    return (refused, false)
  }

  mutating func errandEnded(hasQueued: Bool, _ now: Moment) -> [Effect] {
    guard case .onErrand(let errand) = state else { return [] }
    if ownErrandsBegun.contains(errand) { return finish(now) }
    if !errands.isEmpty { errands.removeFirst() }
    return hasQueued ? begin(now) : finish(now)
  }

  /// Begins the next task that the library itself needs, each at most once a cycle. Returns `nil` if there is
  /// none, or if the hub supports no comparison.
  mutating func nextOwnErrand() -> [Effect]? {
    guard case .layer2(_, _, _, let offers) = hub,
      let errand = ownErrands.first(where: {
        // The children of a row are compared at the cursor, which does not move while changes are held.
        !ownErrandsBegun.contains($0) && offers.allows($0) && (hold == nil || $0 != .fetchChildren)
      })
    else { return nil }
    ownErrandsBegun.insert(errand)
    state = .onErrand(errand)
    return [.runErrand(errand)]
  }

  /// Whether somebody has asked the library to join the log that the hub keeps, whichever log that is.
  package var mayJoinAnotherLog: Bool { errands.contains(.join) }
}
