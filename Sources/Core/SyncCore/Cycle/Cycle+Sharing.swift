/// Push and pull take turns: a page after each batch, a batch after each page (docs/decisions/0027). So
/// neither waits for all of the other, and a fresh edit goes out within moments.
///
/// Requested data keeps arriving during the other's turn. Only the library has one user at a time: no page is
/// applied from the moment a batch is read until its answers are applied. An answer gives the row's state at
/// its position. An entry after that position that was skipped because the row was still unanswered would be
/// lost.
extension Cycle {
  /// The limits of the next batch.
  var paced: BatchLimits { pushPace.part(of: limits) }

  /// Requests a page.
  func asking(_ since: Position, waits: Bool) -> Effect {
    .pull(since: since, waits: waits, halvings: pullPace.halvings)
  }

  /// The push gets its turn; a page that is under way keeps coming.
  mutating func startPushTurn(_ pull: Pull?, _ now: Moment) -> [Effect] {
    // The edits that the debounce waited for are in the batch that is read now.
    plan[.debounce] = nil
    state = .loading(nil)
    guard var pull else { return [.load(paced)] }
    pull.yields = false
    return advance(pull, now) + [.load(paced)]
  }

  /// A batch is settled: the pull gets its turn for one page if one is here. If nothing was pulled for a
  /// while, a page is requested beside the next batch.
  mutating func startPullTurn(_ pull: Pull?, _ now: Moment) -> [Effect] {
    if var pull {
      guard pull.ready != nil || pull.refusal != nil else {
        state = .loading(pull)
        return [.load(paced)]
      }
      pull.yields = true
      state = .pulling(pull)
      return advance(pull, now)
    }
    guard mayRead, now.boot - pulledAt >= rules.pullEvery else {
      state = .loading(nil)
      return [.load(paced)]
    }
    state = .loading(Pull(since: readFrom, askedAt: now.boot))
    return [asking(readFrom, waits: false), .load(paced)]
  }

  /// Nothing is left to push: the pull continues to its end.
  mutating func pullToEnd(_ pull: Pull?, _ now: Moment) -> [Effect] {
    if isDirty {
      isDirty = false
      plan[.debounce] = plan[.debounce] ?? now.boot + rules.debounce
    }
    var effects: [Effect]
    if let pull {
      state = .pulling(pull)
      effects = advance(pull, now)
    } else {
      state = .pulling(Pull(since: readFrom, askedAt: now.boot))
      guard mayRead else { return finish(now) }
      effects = [asking(readFrom, waits: false)]
    }
    if isPulling, isTouched {
      isTouched = false
      effects += libraryTouched(now)
    }
    return effects
  }

  /// A local edit has settled in the middle of a pull.
  mutating func pushIsDue(_ pull: Pull, _ now: Moment) -> [Effect] {
    guard pull.isApplying else { return startPushTurn(pull, now) }
    var pull = pull
    pull.yields = true
    state = .pulling(pull)
    return []
  }
}
