/// What happens between two cycles: wake-ups, pauses, failures.
extension Cycle {
  mutating func opened(_ deviceState: DeviceState, _ now: Moment) -> [Effect] {
    isOpen = true
    cursor = deviceState.pulled
    checkpoint = deviceState.checkpoint
    snapshot = deviceState.snapshot
    if since == nil { since = now }
    guard case .opening = state else { return [] }
    guard let pause = deviceState.pause else { return begin(now) }
    if let until = pause.until, until <= now.wall { return [.keepPause(nil)] + begin(now) }
    return enter(pause, now)
  }

  /// Begins a cycle. If the server has not said yet what it is, the cycle asks that first.
  mutating func begin(_ now: Moment) -> [Effect] {
    plan = WakePlan()
    isDirty = false
    // The commit that moved the files may become visible only after the load that starts now.
    isTouched = isTouched || touchedAt != nil
    endRechecks()
    isolation.cycleBegan()
    limits = bounded(rules.batch)
    (pushedCount, pulledCount) = (0, 0)
    (snapshotsBegun, comparisonsBegun) = (0, 0)
    stall.cycleBegan()
    pulledAt = now.boot
    ownTasksBegun = []
    // The same cycle continues once the library is open or the hub has said what it is.
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
      // An interrupted snapshot continues: until its end the cursor and the rows do not belong together.
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
      // The envelope and the escaping of payloads need space in addition to the payloads.
      BatchLimits(
        changes: min(limits.changes, maxChanges), bytes: min(limits.bytes, maxBytes / 2),
        sendsCurrentRows: offers.current)
    case .layer1, nil:
      BatchLimits(changes: min(limits.changes, isolation.changesMax ?? limits.changes), bytes: limits.bytes)
    }
  }

  /// Handles a commit that the device saw. Another commit may follow whose files have moved already but which
  /// is not visible yet. No further event announces it, so the device looks for it after the cycle that
  /// begins.
  mutating func libraryChanged(_ now: Moment) -> [Effect] {
    isTorn = false
    switch state {
    case .resting, .listening:
      // The first change of a burst sets the time, so a stream of changes cannot delay the push for ever.
      if plan[.debounce] == nil { plan[.debounce] = max((touchedAt ?? now.boot) + rules.debounce, now.boot) }
      isTouched = true
      endRechecks()
    case .pulling:
      // The push goes out in the middle of the pull, once the edit has settled.
      plan[.debounce] = plan[.debounce] ?? max((touchedAt ?? now.boot) + rules.debounce, now.boot)
      isTouched = true
      endRechecks()
    case .opening, .negotiating, .loading, .comparing, .sending, .renewing, .completingPush, .snapshotting,
      .onTask:
      isDirty = true
    case .waiting(let failure):
      // The next cycle pushes it; `status` shows it now.
      isTouched = true
      endRechecks()
      shortenForEdit(failure, now)
      _ = lockMayBeFree(now)
    case .paused:
      isTouched = true
      endRechecks()
    case .blocked(let blockage):
      isTouched = true
      endRechecks()
      probeForEdit(blockage, now)
    case .probing(var blockage):
      isTouched = true
      endRechecks()
      blockage.isEdited = true
      state = .probing(blockage)
    }
    return []
  }

  /// Somebody has committed. If they held the lock that the device waits for, it is free now.
  mutating func lockMayBeFree(_ now: Moment) -> [Effect] {
    guard case .waiting(let failure) = state, failure.awaitsLock, let retry = plan[.retry] else { return [] }
    plan[.retry] = min(retry, now.boot + rules.debounce)
    return []
  }

  /// An edit waits to be sent: a reason to try again, at most once a minute and not before the server allows
  /// it.
  private mutating func shortenForEdit(_ failure: Failure, _ now: Moment) {
    guard hasEdits, let retry = plan[.retry], let outage else { return }
    let allowed = outage.lastAt + (failure.retryAfter ?? .zero)
    let soon = max(now.boot + rules.debounce, allowed, (outage.triedForEditAt ?? .zero) + Self.editSpacing)
    guard soon < retry else { return }
    plan[.retry] = soon
    self.outage?.triedForEditAt = soon
  }

  /// The delays after which the device looks at the library again once its files moved. SQLite writes the
  /// `-wal`, syncs it, and only then makes the commit visible, so the watcher's last event comes before the
  /// commit is visible.
  static let recheckDelays: [Duration] = [.milliseconds(20), .milliseconds(250), .seconds(2)]

  /// How long the files of a library that could not be opened must be quiet before the next try.
  static let quietFor: Duration = .seconds(2)

  mutating func libraryTouched(_ now: Moment) -> [Effect] {
    guard isOpen else {
      switch state {
      case .waiting(let failure) where failure.awaitsLock: return []
      case .waiting(let failure) where failure.kind == .libraryBusy: break
      case .waiting(let failure) where failure.kind == .libraryForbidden:
        // Somebody has changed the files and may have given us access.
        plan[.retry] = min(plan[.retry] ?? .seconds(Int64.max), now.boot + Self.quietFor)
        return []
      case .opening:
        isTouched = true
        return []
      case .blocked(let blockage) where blockage.failure.kind == .libraryUnusable: break
      default: return []
      }
      plan[.retry] = max(plan[.retry] ?? .zero, now.boot + Self.quietFor)
      return []
    }
    switch state {
    case .paused: break  // the library is not checked until the cycle after the pause
    case .resting, .listening, .waiting, .blocked, .probing, .pulling:
      touchedAt = touchedAt ?? now.boot
      // A move of the files restarts the series: its commit is still to come.
      rechecks = 0
      plan[.recheck] = now.boot + (isTorn ? Self.quietFor : Self.recheckDelays[0])
    case .opening, .negotiating, .loading, .comparing, .sending, .renewing, .completingPush, .snapshotting,
      .onTask:
      isTouched = true
    }
    return []
  }

  /// A look at the library found a damaged file. It may be a file that is just being copied into place. The
  /// device looks again once nobody has written the file for a while. If it is still damaged, a cycle runs
  /// and reports it.
  mutating func libraryTorn(_ now: Moment) -> [Effect] {
    guard !isBusy else {
      isDirty = true
      return []
    }
    if isTorn {
      let effects = libraryChanged(now)
      isTorn = true  // the next cycle reports it at once
      return effects
    }
    isTorn = true
    touchedAt = touchedAt ?? now.boot
    plan[.recheck] = now.boot + Self.quietFor
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
    touchedAt = nil
    rechecks = 0
  }

  mutating func timerFired(_ now: Moment) -> [Effect] {
    var due = plan.removeDue(at: now.boot)
    let mustLook = due.remove(.recheck) != nil
    if mustLook, due.isEmpty, !isBusy || isPulling { return [.checkLibrary] }
    let renewal: [Effect] = due.contains(.reconnect) ? [.dropConnections] : []
    if isPulling {
      if mustLook { isTouched = true }
    } else if isBusy {
      // A task runs, or the hub's reply is being applied: the device does what is due after that.
      if mustLook { isTouched = true }
      if !due.isEmpty { isDirty = true }
    }
    switch state {
    case .paused(let pause):
      guard let until = pause.until else { return [] }
      if until <= now.wall { return resume(now) }
      // The wall clock was set back: the pause lasts until its time of day.
      plan[.pauseEnd] = now.boot + until.since(now.wall)
      return []
    case .resting, .waiting:
      return due.isEmpty ? [] : renewal + begin(now)
    case .listening:
      return due.isEmpty ? [] : [.cancelRequest] + renewal + begin(now)
    case .blocked(let blockage):
      // The library's files moved and are quiet again: the library may be usable now.
      if blockage.failure.kind == .libraryUnusable, due.contains(.retry) { return begin(now) }
      return due.contains(.probe) ? beginProbe(blockage, now) : []
    case .pulling(let pull):
      return due.contains(.debounce) ? pushIsDue(pull, now) : []
    case .probing, .opening, .negotiating, .loading, .comparing, .sending, .renewing, .completingPush,
      .snapshotting,
      .onTask:
      return []
    }
  }

  /// The library's path names another file now, or none, so what was read from the old file is void. The new
  /// file may still be on its way into place. The device opens it once its files are quiet.
  mutating func libraryReplaced(_ now: Moment, random: Double) -> [Effect] {
    isOpen = false
    switch state {
    case .paused: return []
    case .blocked(let blockage) where blockage.failure.kind == .libraryUnusable:
      plan[.retry] = now.boot + Self.quietFor
      return []
    case .resting, .listening, .waiting, .blocked, .probing, .opening, .negotiating, .loading, .comparing,
      .sending,
      .renewing, .completingPush, .pulling, .snapshotting, .onTask:
      let failure = Failure(
        .libraryBusy, "the library file was replaced by another", retryAfter: Self.quietFor)
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
    case .opening, .negotiating, .loading, .comparing, .sending, .renewing, .completingPush, .pulling,
      .snapshotting,
      .onTask:
      isDirty = true
      return []
    }
  }

  mutating func pause(_ pause: Pause, _ now: Moment) -> [Effect] {
    let wasBusy = isBusy || state == .listening || isProbing
    var effects: [Effect] = [.keepPause(pause)]
    // A write that has begun ends by itself. Its event finds the cycle paused and is ignored.
    if wasBusy { effects.append(.cancelRequest) }
    tasks.removeAll()
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
    outage = nil
    return [.keepPause(nil), .report(.resumed)] + begin(now)
  }

  mutating func failed(_ failure: Failure, _ now: Moment, random: Double) -> [Effect] {
    if case .paused = state { return [] }
    if case .probing(let blockage) = state, !failure.kind.isOfLibrary {
      return probeFailed(failure, blockage, now, random: random)
    }
    if failure.mayBeHalfWritten, lastSuccess != nil, !isTorn { return halfWritten(failure, now) }
    let wasFailing = backoff.attempt > 0
    let before = countOutage(failure, now)
    tasks.removeAll()
    noteBroken(failure)
    let wait = backoff.failed(random: random, floor: failure.retryAfter, hasEdits: hasEdits)
    let mustLook = isTouched || plan[.recheck] != nil
    plan = WakePlan()
    if !wasFailing || isBlocked { since = now }
    guard failure.isTemporary else {
      block(failure, now, random: random)
      if outage?.blocking != failure { since = now }
      var effects: [Effect] = before + [.cancelRequest]
      if failure.kind == .libraryUnusable {
        // Nothing that was read from the file is valid, and a repair may put another file in its place.
        isOpen = false
        effects.append(.closeLibrary)
      }
      return effects + reportBlockage(of: failure) + [.finished(.failed(failure, blocked: true))]
    }
    state = .waiting(failure)
    if failure.kind == .unreachable { hub = nil }
    let isForbidden = failure.kind == .libraryForbidden
    // The open file may be one that we may not use any more.
    if isForbidden { isOpen = false }
    plan[.retry] = now.boot + wait
    if mustLook {
      // The look that was pending happens now: the next try may be far off, and `status` shows what waits.
      isTouched = false
      _ = libraryTouched(now)
    }
    return before + [.cancelRequest] + (isForbidden ? [.closeLibrary] : [])
      + reportRetry(of: failure, retryIn: wait)
      + [
        .finished(.failed(failure, blocked: false))
      ]
  }

  /// A library that was sound is damaged now. It may be a file that is just being copied into place. The
  /// device opens it again once nobody has written it for a while, and reports it only if it is still
  /// damaged.
  private mutating func halfWritten(_ failure: Failure, _ now: Moment) -> [Effect] {
    isTorn = true
    isOpen = false
    tasks.removeAll()
    var waited = failure
    waited.kind = .libraryBusy
    state = .waiting(waited)
    since = now
    plan = WakePlan()
    plan[.retry] = now.boot + Self.quietFor
    return [.cancelRequest, .closeLibrary, .finished(.failed(waited, blocked: false))]
  }

  private var isBlocked: Bool { if case .blocked = state { true } else { isProbing } }

  private var isProbing: Bool { if case .probing = state { true } else { false } }

  /// A transfer broke off: the next one in its direction is smaller.
  private mutating func noteBroken(_ failure: Failure) {
    guard failure.isOfTransfer else { return }
    if case .sending = state { pushPace.broke() }
    if case .snapshotting = state { pullPace.broke() }
    if pull?.isFetching == true { pullPace.broke() }
  }
}
