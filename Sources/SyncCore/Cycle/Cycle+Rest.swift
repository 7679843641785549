/// What happens between two cycles: waking, pausing, failing, finishing.
extension Cycle {
  mutating func opened(_ standing: Standing, _ now: Moment) -> [Effect] {
    isOpen = true
    cursor = standing.pulled
    witness = standing.witness
    snapshot = standing.snapshot
    if since == nil { since = now }
    guard case .opening = state else { return [] }
    guard let pause = standing.pause else { return begin(now) }
    if let until = pause.until, until <= now.wall { return [.keepPause(nil)] + begin(now) }
    return enter(pause, now)
  }

  /// Begins a cycle: a server that has not said what it is yet is asked first.
  mutating func begin(_ now: Moment) -> [Effect] {
    plan = WakePlan()
    isDirty = false
    // What moved the files may become visible only behind the load that comes now.
    isStirred = isStirred || stirredAt != nil
    endRechecks()
    isolation.cycleBegan()
    limits = bounded(rules.batch)
    (pushedCount, pulledCount) = (0, 0)
    (snapshotsBegun, comparisonsBegun) = (0, 0)
    futility.cycleBegan()
    pulledAt = now.boot
    ownErrandsBegun = []
    // Once the library is open, or the hub has said what it is, the same cycle goes on.
    if state != .opening, state != .negotiating { countCycle() }
    guard isOpen else {
      state = .opening
      return [.open]
    }
    guard hub != nil else {
      state = .negotiating
      return [.negotiate]
    }
    if let snapshot {
      // A snapshot that was broken off goes on: until its end the cursor and the rows do not belong together.
      state = .snapshotting(snapshot.reason)
      guard snapshot.after != nil else {
        return [.report(.snapshotBegun(snapshot.reason)), fetching(after: nil, start: nil)]
      }
      return [fetching(after: snapshot.after, start: snapshot.start)]
    }
    state = .loading(nil)
    return [.load(paced)]
  }

  func bounded(_ limits: BatchLimits) -> BatchLimits {
    switch hub {
    case .layer2(_, let maxChanges, let maxBytes, let offers):
      // The envelope and the escaping of payloads take room beside the payloads themselves.
      BatchLimits(
        changes: min(limits.changes, maxChanges), bytes: min(limits.bytes, maxBytes / 2),
        sendsCurrentRows: offers.current)
    case .layer1, nil:
      BatchLimits(changes: min(limits.changes, isolation.changesMax ?? limits.changes), bytes: limits.bytes)
    }
  }

  /// A commit was seen. There may be another close behind it, whose files have moved already and which cannot be seen
  /// yet: nothing tells of it any more, so it is looked for behind the cycle that begins.
  mutating func libraryChanged(_ now: Moment) -> [Effect] {
    isTorn = false
    switch state {
    case .resting, .listening:
      // The first change of a burst sets the time: a stream of changes cannot put the push off for ever.
      if plan[.debounce] == nil { plan[.debounce] = max((stirredAt ?? now.boot) + rules.debounce, now.boot) }
      isStirred = true
      endRechecks()
    case .pulling:
      // It goes out in the middle of the pull, once it has settled.
      plan[.debounce] = plan[.debounce] ?? max((stirredAt ?? now.boot) + rules.debounce, now.boot)
      isStirred = true
      endRechecks()
    case .opening, .negotiating, .loading, .comparing, .sending, .renewing, .settling, .snapshotting,
      .onErrand:
      isDirty = true
    case .waiting(let failure):
      // The next cycle pushes it; status knows of it now.
      isStirred = true
      endRechecks()
      shortenForEdit(failure, now)
      _ = lockMayBeFree(now)
    case .paused:
      isStirred = true
      endRechecks()
    case .blocked(let blockage):
      isStirred = true
      endRechecks()
      probeForEdit(blockage, now)
    case .probing(var blockage):
      isStirred = true
      endRechecks()
      blockage.isEdited = true
      state = .probing(blockage)
    }
    return []
  }

  /// Somebody has committed: if it was their lock that we wait for, it is free now.
  mutating func lockMayBeFree(_ now: Moment) -> [Effect] {
    guard case .waiting(let failure) = state, failure.awaitsLock, let retry = plan[.retry] else { return [] }
    plan[.retry] = min(retry, now.boot + rules.debounce)
    return []
  }

  /// Somebody has edited the library and would like it to be sent: a reason to try again, at most once a minute, and not
  /// before the server wants it.
  private mutating func shortenForEdit(_ failure: Failure, _ now: Moment) {
    guard hasEdits, let retry = plan[.retry], let trouble else { return }
    let allowed = trouble.lastAt + (failure.retryAfter ?? .zero)
    let soon = max(now.boot + rules.debounce, allowed, (trouble.triedForEditAt ?? .zero) + Self.editSpacing)
    guard soon < retry else { return }
    plan[.retry] = soon
    self.trouble?.triedForEditAt = soon
  }

  /// How long after the files moved it is looked at again. SQLite writes the `-wal`, syncs it, and only then makes
  /// the commit visible: the last news of the watcher comes before the commit can be seen.
  static let recheckDelays: [Duration] = [.milliseconds(20), .milliseconds(250), .seconds(2)]

  /// How long the files of a library that could not be opened must be quiet before it is tried again.
  static let settledFor: Duration = .seconds(2)

  mutating func libraryStirred(_ now: Moment) -> [Effect] {
    guard isOpen else {
      switch state {
      case .waiting(let failure) where failure.awaitsLock: return []
      case .waiting(let failure) where failure.kind == .libraryBusy: break
      case .waiting(let failure) where failure.kind == .libraryForbidden:
        // Somebody has done something to the files: they may have given us access.
        plan[.retry] = min(plan[.retry] ?? .seconds(Int64.max), now.boot + Self.settledFor)
        return []
      case .opening:
        isStirred = true
        return []
      case .blocked(let blockage) where blockage.failure.kind == .libraryUnusable: break
      default: return []
      }
      plan[.retry] = max(plan[.retry] ?? .zero, now.boot + Self.settledFor)
      return []
    }
    switch state {
    case .paused: break  // nothing is looked at until the cycle that comes behind it
    case .resting, .listening, .waiting, .blocked, .probing, .pulling:
      stirredAt = stirredAt ?? now.boot
      // Movement begins the series anew: the commit that it belongs to is still to come.
      rechecks = 0
      plan[.recheck] = now.boot + (isTorn ? Self.settledFor : Self.recheckDelays[0])
    case .opening, .negotiating, .loading, .comparing, .sending, .renewing, .settling, .snapshotting,
      .onErrand:
      isStirred = true
    }
    return []
  }

  /// A look found a damaged file. It may be one that is just being copied into its place: it is looked at again once
  /// nobody has written it for a while, and only if it is damaged then does a cycle find out and tell.
  mutating func libraryTorn(_ now: Moment) -> [Effect] {
    guard !isBusy else {
      isDirty = true
      return []
    }
    if isTorn {
      let effects = libraryChanged(now)
      isTorn = true  // the cycle that comes tells of it at once
      return effects
    }
    isTorn = true
    stirredAt = stirredAt ?? now.boot
    plan[.recheck] = now.boot + Self.settledFor
    return []
  }

  mutating func libraryUnchanged(_ now: Moment) -> [Effect] {
    isTorn = false
    guard !isBusy || isPulling else { return [] }
    rechecks += 1
    if rechecks < Self.recheckDelays.count {
      plan[.recheck] = now.boot + Self.recheckDelays[rechecks]
    } else {
      endRechecks()
    }
    return []
  }

  private mutating func endRechecks() {
    plan[.recheck] = nil
    stirredAt = nil
    rechecks = 0
  }

  mutating func alarmRang(_ now: Moment) -> [Effect] {
    var due = plan.takeDue(at: now.boot)
    let mustLook = due.remove(.recheck) != nil
    if mustLook, due.isEmpty, !isBusy || isPulling { return [.checkLibrary] }
    let renewal: [Effect] = due.contains(.reconnect) ? [.dropConnections] : []
    if isPulling {
      if mustLook { isStirred = true }
    } else if isBusy {
      // On an errand, or taking in what the hub said: what was to be done then is done behind it.
      if mustLook { isStirred = true }
      if !due.isEmpty { isDirty = true }
    }
    switch state {
    case .paused(let pause):
      guard let until = pause.until else { return [] }
      if until <= now.wall { return resume(now) }
      // The wall clock was set back: the pause goes on to its time of day.
      plan[.pauseEnd] = now.boot + until.since(now.wall)
      return []
    case .resting, .waiting:
      return due.isEmpty ? [] : renewal + begin(now)
    case .listening:
      return due.isEmpty ? [] : [.cancelRequest] + renewal + begin(now)
    case .blocked(let blockage):
      // The library's files moved and have come to rest: it may be usable by now.
      if blockage.failure.kind == .libraryUnusable, due.contains(.retry) { return begin(now) }
      return due.contains(.probe) ? beginProbe(blockage, now) : []
    case .pulling(let pull):
      return due.contains(.debounce) ? pushIsDue(pull, now) : []
    case .probing, .opening, .negotiating, .loading, .comparing, .sending, .renewing, .settling,
      .snapshotting,
      .onErrand:
      return []
    }
  }

  /// Another file has the library's name, or none: what was read of the old one does not hold. The new one may still be
  /// on its way into its place, so it is opened once its files are quiet.
  mutating func libraryReplaced(_ now: Moment, random: Double) -> [Effect] {
    isOpen = false
    switch state {
    case .paused: return []
    case .blocked(let blockage) where blockage.failure.kind == .libraryUnusable:
      plan[.retry] = now.boot + Self.settledFor
      return []
    case .resting, .listening, .waiting, .blocked, .probing, .opening, .negotiating, .loading, .comparing,
      .sending,
      .renewing, .settling, .pulling, .snapshotting, .onErrand:
      let failure = Failure(
        .libraryBusy, "the library file was replaced by another", retryAfter: Self.settledFor)
      return failed(failure, now, random: random)
    }
  }

  mutating func triggered(_ now: Moment) -> [Effect] {
    switch state {
    case .resting: return begin(now)
    case .listening: return [.cancelRequest] + begin(now)
    case .waiting, .blocked:
      hub = nil
      return begin(now)
    case .probing: return [.cancelRequest] + begin(now)
    case .paused: return [.finished(.paused)]
    case .opening, .negotiating, .loading, .comparing, .sending, .renewing, .settling, .pulling,
      .snapshotting,
      .onErrand:
      isDirty = true
      return []
    }
  }

  mutating func pause(_ pause: Pause, _ now: Moment) -> [Effect] {
    let wasBusy = isBusy || state == .listening || isProbing
    var effects: [Effect] = [.keepPause(pause)]
    // A write that has begun ends by itself; its event finds the cycle paused and is let go.
    if wasBusy { effects.append(.cancelRequest) }
    errands.removeAll()
    effects += enter(pause, now)
    effects.append(.report(.paused(pause)))
    effects.append(.finished(.paused))
    return effects
  }

  private mutating func enter(_ pause: Pause, _ now: Moment) -> [Effect] {
    state = .paused(pause)
    since = now
    plan = WakePlan()
    if let until = pause.until { plan[.pauseEnd] = now.boot + max(until.since(now.wall), .zero) }
    return []
  }

  mutating func resume(_ now: Moment) -> [Effect] {
    guard case .paused = state else { return [] }
    since = now
    backoff.succeeded()
    trouble = nil
    return [.keepPause(nil), .report(.resumed)] + begin(now)
  }

  mutating func failed(_ failure: Failure, _ now: Moment, random: Double) -> [Effect] {
    if case .paused = state { return [] }
    if case .probing(let blockage) = state, !failure.kind.isOfLibrary {
      return probeFailed(failure, blockage, now, random: random)
    }
    if failure.mayBeHalfWritten, lastSuccess != nil, !isTorn { return halfWritten(failure, now) }
    let wasFailing = backoff.attempt > 0
    let before = countTrouble(failure, now)
    errands.removeAll()
    noteBroken(failure)
    let wait = backoff.failed(random: random, floor: failure.retryAfter, hasEdits: hasEdits)
    let mustLook = isStirred || plan[.recheck] != nil
    plan = WakePlan()
    if !wasFailing || isBlocked { since = now }
    guard failure.isTemporary else {
      block(failure, now, random: random)
      if trouble?.blocking != failure { since = now }
      var effects: [Effect] = before + [.cancelRequest]
      if failure.kind == .libraryUnusable {
        // Nothing that was read of it holds, and whoever mends it may put another file in its place.
        isOpen = false
        effects.append(.closeLibrary)
      }
      return effects + told(ofBlocking: failure) + [.finished(.failed(failure, blocked: true))]
    }
    state = .waiting(failure)
    if failure.kind == .unreachable { hub = nil }
    let isForbidden = failure.kind == .libraryForbidden
    // What is open may be a file that we may not use any more.
    if isForbidden { isOpen = false }
    plan[.retry] = now.boot + wait
    if mustLook {
      // What was still to be looked at is looked at now: the next try may be a while, and status tells what waits.
      isStirred = false
      _ = libraryStirred(now)
    }
    return before + [.cancelRequest] + (isForbidden ? [.closeLibrary] : []) + told(of: failure, retryIn: wait)
      + [
        .finished(.failed(failure, blocked: false))
      ]
  }

  /// A library that was sound is damaged now. It may be one that is just being copied into its place: it is opened again
  /// once nobody has written it for a while, and people are told only if it is damaged then.
  private mutating func halfWritten(_ failure: Failure, _ now: Moment) -> [Effect] {
    isTorn = true
    isOpen = false
    errands.removeAll()
    var waited = failure
    waited.kind = .libraryBusy
    state = .waiting(waited)
    since = now
    plan = WakePlan()
    plan[.retry] = now.boot + Self.settledFor
    return [.cancelRequest, .closeLibrary, .finished(.failed(waited, blocked: false))]
  }

  private var isBlocked: Bool { if case .blocked = state { true } else { isProbing } }

  private var isProbing: Bool { if case .probing = state { true } else { false } }

  /// A request broke off on its way: the next one in its direction is smaller.
  private mutating func noteBroken(_ failure: Failure) {
    guard failure.isOfTransfer else { return }
    if case .sending = state { pushPace.broke() }
    if case .snapshotting = state { pullPace.broke() }
    if pull?.isFetching == true { pullPace.broke() }
  }
}
