import SyncCore

/// What a person requests of the records in the library. It waits until the cycle's queued work on the
/// library is done, and does not disturb the cycle.
extension Engine {
  /// Reads records and changes nothing.
  package func readRecords<Outcome: Sendable>(
    _ work: @escaping @Sendable (any LibraryRecords) throws(StoreError) -> Outcome,
    completion: @escaping @Sendable (Result<Outcome, StoreError>) -> Void
  ) {
    withLibrary({ (library) throws(StoreError) in try work(library) }) { engine, result in
      if case .failure(let error) = result { engine.noticeReplacement(error) }
      completion(result)
    }
  }

  /// Changes records. What that queues is pushed like any local change, and status counts again.
  package func changeRecords<Outcome: Sendable>(
    _ work: @escaping @Sendable (any LibraryRecords) throws(StoreError) -> Outcome,
    completion: @escaping @Sendable (Result<Outcome, StoreError>) -> Void
  ) {
    withLibrary({ (library) throws(StoreError) in (try work(library), try library.deviceState()) }) {
      engine, result in
      switch result {
      case .success(let (outcome, deviceState)):
        engine.recordsChanged(deviceState)
        completion(.success(outcome))
      case .failure(let error):
        engine.noticeReplacement(error)
        completion(.failure(error))
      }
    }
  }

  /// Applies a person's decision about held changes, and begins a cycle.
  package func endHold(
    through: Position?, accepts: Bool,
    completion: @escaping @Sendable (Result<Result<HoldEnded, RecordRefusal>, StoreError>) -> Void
  ) {
    changeRecords({ (library) throws(StoreError) in
      try accepts ? library.acceptHeld(through: through) : library.refuseHeld(through: through)
    }) { result in
      self.assumeIsolated { engine in
        if case .success(.success(let ended)) = result {
          engine.observer.report(.holdEnded(ended), cycle: engine.cycle.number)
          engine.trigger()
        }
        completion(result)
      }
    }
  }

  private func noticeReplacement(_ error: StoreError) {
    if case .replaced = error { libraryWasReplaced() }
  }

  /// The watcher ignores our own commits, so this tells the cycle what they have queued.
  private func recordsChanged(_ deviceState: DeviceState) {
    self.deviceState = deviceState
    if deviceState.pendingLocal > 0 {
      feed(.libraryChanged)
    } else {
      observer.statusChanged(EngineStatus(self))
    }
  }
}
