/// What somebody asked for that takes both library and hub. It is done once everything is pushed and pulled, so that
/// both sides speak of the same position.
extension Cycle {
  mutating func errandAsked(_ errand: Errand, _ now: Moment) -> [Effect] {
    if case .paused = state { return [.finished(.paused)] }
    errands.append(errand)
    // Which log the hub keeps is what this is about: it is asked again.
    if errand == .join, !isBusy { hub = nil }
    return triggered(now)
  }

  /// Begins the next thing to do; `hasBegun` is false where nothing is left.
  mutating func nextErrand() -> (effects: [Effect], hasBegun: Bool) {
    var refused: [Effect] = []
    while let errand = errands.first {
      guard case .layer2(_, _, _, let offers) = hub, offers.allows(errand) else {
        errands.removeFirst()
        refused.append(.refuseErrand(errand))
        continue
      }
      // Where the hub keeps the log that the library is in step with, there is none to join.
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

  /// Begins the next errand that the library itself needs, each once in a cycle; `nil` if there is none, or the hub
  /// cannot be compared with.
  mutating func nextOwnErrand() -> [Effect]? {
    guard case .layer2(_, _, _, let offers) = hub,
      let errand = ownErrands.first(where: {
        // What hangs on a row is compared at the cursor, which stays where it is while changes are held.
        !ownErrandsBegun.contains($0) && offers.allows($0) && (hold == nil || $0 != .fetchChildren)
      })
    else { return nil }
    ownErrandsBegun.insert(errand)
    state = .onErrand(errand)
    return [.runErrand(errand)]
  }

  /// Whether somebody wants the library to join the log that the hub keeps, whichever that is.
  package var mayJoinAnotherLog: Bool { errands.contains(.join) }
}
