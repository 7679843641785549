import SyncCore
import SyncWire

extension Engine {
  /// Carries out one effect of the cycle.
  func perform(_ effect: Effect) {
    switch effect {
    case .open: open()
    case .negotiate: negotiate()
    case .load(let limits): load(limits)
    case .send: send()
    case .completePush: completePush()
    case .quarantined(let code, let reason): quarantined(code, reason)
    case .renewIncarnation: renewIncarnation()
    case .pull(let since, let waits, let halvings): pull(since, waits: waits, halvings: halvings)
    case .probe(let probe): self.probe(probe)
    case .fetchSnapshot(let after, let start, let halvings):
      fetchSnapshot(after, start, rowsMax: TransferSizer.part(of: settings.snapshotRows, halvings: halvings))
    case .applySnapshot(let reason): applySnapshot(reason)
    case .compare(let reason): compare(.cycle(reason))
    case .runErrand(let task): compare(.task(task))
    case .refuseErrand(let task): end(task, .notOffered)
    case .resynced(let task, let step): end(task, .done(MaintenanceTaskReport(step)))
    case .apply(let proven): apply(proven)
    case .checkLibrary: look(otherwise: .libraryUnchanged, unmoved: .libraryUnchanged)
    case .cancelRequest:
      cancelRequest()
      pages.removeAll()
      piece = nil
    case .closeLibrary: library.reopen()
    case .dropConnections: hub.dropConnections()
    case .keepPause(let pause): keep(pause)
    case .setAlarm(let span):
      let now = time.now()
      nextAttempt = cycle.plan.nextAttempt.map { now.wall + max($0 - now.boot, .zero) }
      time.setAlarm(after: span)
    case .report(let transition): observer.report(transition, cycle: cycle.number)
    case .finished(let outcome):
      answerWaiters(outcome)
      endTasks(outcome)
      // Before anyone learns of the end: a single cycle ends the process then.
      if outcome == .inStep { endFirstSync() }
      let duration = cycleBegan.map { time.now().boot - $0 }
      cycleBegan = nil
      observer.finished(outcome, took: duration)
      if outcome == .inStep { pruneIfDue() }
    }
  }

  private func open() {
    withLibrary({ (library) throws(StoreError) in
      _ = try library.hasChangedOutside()  // the cycle that begins pushes what was written before this
      return (try library.deviceState(), library.consumeRestoredFlag())
    }) { engine, result in
      switch result {
      case .success(let (deviceState, wasRestored)):
        engine.deviceState = deviceState
        if wasRestored { engine.observer.report(.rewound, cycle: engine.cycle.number) }
        engine.feed(.opened(deviceState))
      case .failure(let error): engine.libraryFailed(error)
      }
    }
  }

  private func load(_ limits: BatchLimits) {
    loads += 1
    let number = loads
    var limits = limits
    limits.requestBytesMax = cycle.hub?.requestBytesMax ?? .max
    let bounds = limits
    withLibrary({ (library) throws(StoreError) in
      // If a column has appeared, it must show the values kept for it before anything is sent.
      _ = try library.fillIn()
      try library.lookAtIndexes()
      return (try library.nextBatch(bounds), try library.deviceState())
    }) { engine, result in
      // After a pause and a resume an older load may still arrive: only the newest one's batch is sent.
      guard engine.loads == number else { return }
      switch result {
      case .success(let (batch, deviceState)):
        engine.batch = batch
        engine.deviceState = deviceState
        if let change = batch.logChange { engine.feed(.logChanged(change)) }
        engine.feed(
          .loaded(
            isEmpty: batch.isEmpty, nothingToSend: batch.changes.isEmpty, count: batch.changes.count,
            last: batch.last, hasGap: batch.hasGap))
      case .failure(let error): engine.libraryFailed(error)
      }
    }
  }

  private func completePush() {
    guard let batch else { preconditionFailure("a batch is settled only where one was loaded") }
    let answers = batch.changes.isEmpty ? [] : answers
    let checkpoint = cycle.checkpoint
    completePush { (library) throws(StoreError) in
      if let answers {
        try library.completePush(batch, answers: answers, checkpoint: checkpoint)
      } else {
        try library.completePushWithoutAnswers(batch)
      }
    }
  }

  private func quarantined(_ code: String, _ reason: String) {
    guard let batch else { preconditionFailure("a batch is set aside only where one was loaded") }
    completePush { (library) throws(StoreError) in try library.quarantine(batch, code: code, reason: reason) }
  }

  private func completePush(_ work: @escaping @Sendable (any SyncLibrary) throws(StoreError) -> PushResult) {
    batch = nil
    answers = nil
    withLibrary({ (library) throws(StoreError) in (try work(library), try library.deviceState()) }) {
      engine, result in
      switch result {
      case .success(let (result, deviceState)):
        engine.deviceState = deviceState
        engine.feed(.pushCompleted(result))
      case .failure(let error): engine.libraryFailed(error)
      }
    }
  }

  private func renewIncarnation() {
    let incarnation = Incarnation(rawValue: time.randomIdentifier())
    withLibrary({ (library) throws(StoreError) in
      try library.renewIncarnation(incarnation)
      return try library.deviceState()
    }) { engine, result in
      switch result {
      case .success(let deviceState):
        engine.deviceState = deviceState
        engine.feed(.renewed)
      case .failure(let error): engine.libraryFailed(error)
      }
    }
  }

  private func apply(_ proven: Position?) {
    let page: PulledPage
    if let proven {
      page = PulledPage(entries: [], rules: .layer1(proven: proven), origin: origin)
    } else {
      guard !pages.isEmpty else { preconditionFailure("a page is applied only where one is in hand") }
      page = pages.removeFirst()
    }
    withLibrary({ (library) throws(StoreError) in
      (try library.apply(page), try library.deviceState())
    }) { engine, result in
      switch result {
      case .success(let (applied, deviceState)):
        engine.deviceState = deviceState
        engine.feed(.applied(applied))
      case .failure(let error): engine.libraryFailed(error)
      }
    }
  }

  /// Records that the library is in sync for the first time: from now on the brake covers the rows that came
  /// with the file too.
  private func endFirstSync() {
    guard deviceState?.isFirstSync == true else { return }
    withLibrary({ (library) throws(StoreError) in
      try library.endFirstSync()
      return try library.deviceState()
    }) { engine, result in
      // If this write fails, the next cycle does it.
      if case .success(let deviceState) = result { engine.deviceState = deviceState }
    }
  }

  private func keep(_ pause: Pause?) {
    withLibrary({ (library) throws(StoreError) in
      try library.keep(pause: pause)
      return try library.deviceState()
    }) { engine, result in
      switch result {
      case .success(let deviceState): engine.deviceState = deviceState
      case .failure(.replaced): engine.libraryWasReplaced()
      case .failure: break
      }
    }
  }
}
