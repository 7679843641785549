import SyncCore
import SyncWire

/// Maintenance tasks that compare: first checksums, then the rows of the buckets that differ, then those rows
/// themselves.
extension Engine {
  /// Begins a comparison at the pulled cursor.
  func compare(_ purpose: MaintenanceTaskRun.Purpose) {
    guard let deviceState else { preconditionFailure("nothing is compared before the library is open") }
    comparison = MaintenanceTaskRun(purpose, at: deviceState.pulled, schema: deviceState.schemaToCompare)
    let request = DigestRequest(device: deviceState.device, logID: deviceState.log, at: deviceState.pulled)
    exchange(request.request) { engine, response in
      engine.decoded(response, DigestSummary.init(body:)) { $0.compareSums($1) }
    }
  }

  private func compareSums(_ summary: DigestSummary) {
    withLibrary({ (library) throws(StoreError) in try library.sums() }) { engine, result in
      switch result {
      case .success(let sums):
        engine.comparison?.add(summary, local: sums)
        engine.compareNextGroup()
      case .failure(let error): engine.libraryFailed(error)
      }
    }
  }

  private func compareNextGroup() {
    guard let group = comparison?.nextGroup() else { return examineNextRows() }
    withLibrary({ (library) throws(StoreError) in try library.digests(in: Set(group)) }) { engine, result in
      switch result {
      case .success(let digests):
        engine.comparison?.local = digests
        engine.compareBuckets(group[...])
      case .failure(let error): engine.libraryFailed(error)
      }
    }
  }

  private func compareBuckets(_ buckets: ArraySlice<BucketName>) {
    guard let bucket = buckets.first, let deviceState, let comparison else { return compareNextGroup() }
    let request = DigestRequest(
      device: deviceState.device, logID: deviceState.log, at: comparison.report.at,
      bucket: .init(entity: bucket.entity, number: bucket.number))
    exchange(request.request) { engine, response in
      engine.decoded(response, DigestBucket.init(body:)) { engine, reply in
        engine.comparison?.add(reply, of: bucket)
        guard engine.comparison?.isOverrun != true else {
          return engine.feed(
            .failed(Failure(.badReply, "/digest: the hub names more rows than there can be")))
        }
        engine.compareBuckets(buckets.dropFirst())
      }
    }
  }

  private func examineNextRows() {
    guard let deviceState, let asked = comparison?.nextCandidates() else { return finishComparison() }
    let request = RowsRequest(device: deviceState.device, logID: deviceState.log, rows: asked)
    exchange(request.request) { engine, response in
      engine.decoded(response, RowsReply.init(body:)) { $0.examine(asked, $1) }
    }
  }

  private func examine(_ asked: [RowName], _ reply: RowsReply) {
    guard let comparison else { return }
    guard let rows = self.comparison?.rows(asked, reply) else {
      return feed(.failed(Failure(.badReply, "/rows: the hub answered none of the rows that were asked for")))
    }
    let repair = comparison.repair
    withLibrary({ (library) throws(StoreError) in
      (try library.examine(rows, repair: repair), try library.deviceState())
    }) { engine, result in
      switch result {
      case .success(let (result, deviceState)):
        engine.deviceState = deviceState
        engine.comparison?.add(result)
        engine.examineNextRows()
      case .failure(let error): engine.libraryFailed(error)
      }
    }
  }

  private func finishComparison() {
    guard let run = comparison else { return }
    comparison = nil
    withLibrary({ (library) throws(StoreError) in
      switch run.purpose {
      case .cycle(let reason): try library.endComparison(reason)
      case .task(.fillColumns):
        if run.report.unsettled == 0, let schema = run.schema {
          try library.columnsWereCompared(schema: schema)
        }
        return try library.deviceState()
      case .task(.fetchChildren):
        if run.report.unsettled == 0 { try library.childrenWereFetched() }
        return try library.deviceState()
      case .task: break
      }
      try library.keep(lacking: run.lacking)
      return try library.deviceState()
    }) { engine, result in
      switch result {
      case .success(let deviceState):
        engine.deviceState = deviceState
        engine.finished(run)
      case .failure(let error): engine.libraryFailed(error)
      }
    }
  }

  private func finished(_ run: MaintenanceTaskRun) {
    guard case .task(let task) = run.purpose else { return feed(.compared(queued: run.report.queued)) }
    end(task, .done(run.report))
    if run.conflicts > 0 { observer.report(.conflicted(run.conflicts, []), cycle: cycle.number) }
    feed(.taskEnded(hasQueued: run.hasQueued))
  }

  /// Answers whoever waits for a maintenance task.
  func end(_ task: MaintenanceTask, _ outcome: MaintenanceTaskOutcome) {
    guard let index = taskWaiters.firstIndex(where: { $0.task == task }) else { return }
    let waiter = taskWaiters.remove(at: index)
    answer { waiter.completion(outcome) }
  }

  /// Answers all who wait for maintenance tasks: a cycle that did not reach sync runs none.
  func endTasks(_ outcome: CycleOutcome) {
    let ended: MaintenanceTaskOutcome
    switch outcome {
    case .inStep, .held: return
    case .failed(let failure, let isBlocked): ended = .failed(failure, blocked: isBlocked)
    case .paused: ended = .paused
    }
    comparison = nil
    let told = taskWaiters
    taskWaiters.removeAll()
    for waiter in told { answer { waiter.completion(ended) } }
  }

  /// Decodes a reply outside the loop. An unreadable reply fails the cycle.
  func decoded<Reply: Sendable>(
    _ response: HubResponse, _ decode: @escaping @Sendable ([UInt8]) throws(WireError) -> Reply,
    then: @escaping @Sendable (isolated Engine, Reply) -> Void
  ) {
    guard response.status == 200 else { return refused(response) }
    let generation = generation
    work.run {
      Result { () throws(WireError) in try decode(response.body) }
    } completion: { result in
      self.assumeIsolated { engine in
        guard engine.generation == generation else { return }
        switch result {
        case .success(let reply): then(engine, reply)
        case .failure(let error): engine.feed(.failed(Failure(.badReply, error.reason)))
        }
      }
    }
  }
}
