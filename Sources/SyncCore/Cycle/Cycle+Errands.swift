/// What somebody asked for that takes both library and hub. It is done once everything is pushed and pulled, so that
/// both sides speak of the same position.
extension Cycle {
  mutating func errandAsked(_ errand: Errand, _ now: Moment) -> [Effect] {
    if case .paused = state { return [.finished(.paused)] }
    errands.append(errand)
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
      if errand == .resync { return (refused + beginSnapshot(.asked), true) }
      state = .onErrand(errand)
      return (refused + [.runErrand(errand)], true)
    }
    return (refused, false)
  }

  mutating func errandEnded(hasQueued: Bool, _ now: Moment) -> [Effect] {
    guard case .onErrand = state else { return [] }
    if !errands.isEmpty { errands.removeFirst() }
    return hasQueued ? begin(now) : finish(now)
  }
}
