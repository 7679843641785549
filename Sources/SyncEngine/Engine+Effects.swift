import SyncCore
import SyncWire

extension Engine {
  /// Does one thing that the cycle wants done.
  func carryOut(_ effect: Effect) {
    switch effect {
    case .open: open()
    case .negotiate: negotiate()
    case .load(let limits): load(limits)
    case .send: send()
    case .settle: settle()
    case .setAside(let code, let reason): setAside(code, reason)
    case .renewIncarnation: renewIncarnation()
    case .pull(let since, let waits, let halvings): pull(since, waits: waits, halvings: halvings)
    case .probe(let probe): self.probe(probe)
    case .fetchSnapshot(let after, let start, let halvings):
      fetchSnapshot(after, start, rowsMax: TransferPace.part(of: settings.snapshotRows, halvings: halvings))
    case .takeSnapshot(let reason): takeSnapshot(reason)
    case .compare(let reason): compare(.cycle(reason))
    case .runErrand(let errand): compare(.errand(errand))
    case .refuseErrand(let errand): end(errand, .notOffered)
    case .resynced(let errand, let step): end(errand, .done(ErrandReport(step)))
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
      tellWaiters(outcome)
      endErrands(outcome)
      // Before anybody is told: a single cycle ends the process then.
      if outcome == .inStep { endFirstSync() }
      let duration = cycleBegan.map { time.now().boot - $0 }
      cycleBegan = nil
      observer.finished(outcome, took: duration)
      if outcome == .inStep { pruneIfDue() }
    }
  }

  private func open() {
    withLibrary({ (library) throws(StoreError) in
      _ = try library.hasChangedOutside()  // what was written before this is pushed by the cycle that begins
      return (try library.standing(), library.takeRestored())
    }) { engine, result in
      switch result {
      case .success(let (standing, wasRestored)):
        engine.standing = standing
        if wasRestored { engine.observer.report(.rewound, cycle: engine.cycle.number) }
        engine.feed(.opened(standing))
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
      // A column that has appeared shows what was kept for it before anything is sent.
      _ = try library.fillIn()
      try library.lookAtIndexes()
      return (try library.nextBatch(bounds), try library.standing())
    }) { engine, result in
      // After a pause and a resume an older load may still come in: only the newest one's batch is sent.
      guard engine.loads == number else { return }
      switch result {
      case .success(let (batch, standing)):
        engine.batch = batch
        engine.standing = standing
        if let change = batch.logChange { engine.feed(.logChanged(change)) }
        engine.feed(
          .loaded(
            isEmpty: batch.isEmpty, nothingToSend: batch.changes.isEmpty, count: batch.changes.count,
            last: batch.last, hasGap: batch.hasGap))
      case .failure(let error): engine.libraryFailed(error)
      }
    }
  }

  private func settle() {
    guard let batch else { preconditionFailure("a batch is settled only where one was loaded") }
    let answers = batch.changes.isEmpty ? [] : answers
    let witness = cycle.witness
    settle { (library) throws(StoreError) in
      if let answers {
        try library.settle(batch, answers: answers, witness: witness)
      } else {
        try library.settleWithoutAnswers(batch)
      }
    }
  }

  private func setAside(_ code: String, _ reason: String) {
    guard let batch else { preconditionFailure("a batch is set aside only where one was loaded") }
    settle { (library) throws(StoreError) in try library.quarantine(batch, code: code, reason: reason) }
  }

  private func settle(_ work: @escaping @Sendable (any SyncLibrary) throws(StoreError) -> Settlement) {
    batch = nil
    answers = nil
    withLibrary({ (library) throws(StoreError) in (try work(library), try library.standing()) }) {
      engine, result in
      switch result {
      case .success(let (settlement, standing)):
        engine.standing = standing
        engine.feed(.settled(settlement))
      case .failure(let error): engine.libraryFailed(error)
      }
    }
  }

  private func renewIncarnation() {
    let incarnation = Incarnation(rawValue: time.randomIdentifier())
    withLibrary({ (library) throws(StoreError) in
      try library.renewIncarnation(incarnation)
      return try library.standing()
    }) { engine, result in
      switch result {
      case .success(let standing):
        engine.standing = standing
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
      (try library.apply(page), try library.standing())
    }) { engine, result in
      switch result {
      case .success(let (applied, standing)):
        engine.standing = standing
        engine.feed(.applied(applied))
      case .failure(let error): engine.libraryFailed(error)
      }
    }
  }

  /// The library is in step for the first time: from now on nothing of what came with the file goes unasked.
  private func endFirstSync() {
    guard standing?.isFirstSync == true else { return }
    withLibrary({ (library) throws(StoreError) in
      try library.endFirstSync()
      return try library.standing()
    }) { engine, result in
      // Where it cannot be written now, the next cycle does.
      if case .success(let standing) = result { engine.standing = standing }
    }
  }

  private func keep(_ pause: Pause?) {
    withLibrary({ (library) throws(StoreError) in
      try library.keep(pause: pause)
      return try library.standing()
    }) { engine, result in
      switch result {
      case .success(let standing): engine.standing = standing
      case .failure(.replaced): engine.libraryWasReplaced()
      case .failure: break
      }
    }
  }
}
