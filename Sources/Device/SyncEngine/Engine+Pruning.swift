import SyncCore

/// Once a day, after a cycle that reached sync, the daemon deletes old acknowledged entries of the
/// application's log (`library.prune_log_after`).
extension Engine {
  /// The minimum time between two prunings.
  static let pruningInterval: Duration = .seconds(86_400)
  /// Entries in one transaction. Few, because each may hold a long text (docs/promises.md, promise 6).
  private static let entriesInTransaction = 100

  /// Begins a pruning if one is due.
  func pruneIfDue() {
    guard let age = settings.pruneLogAfter else { return }
    let now = time.now()
    if let prunedAt, now.boot - prunedAt < Self.pruningInterval { return }
    prunedAt = now.boot
    prune(before: now.wall - age, count: 0)
  }

  private func prune(before moment: Instant, count: Int) {
    withLibrary({ (library) throws(StoreError) in
      try library.pruneLog(before: moment, limit: Self.entriesInTransaction)
    }) { engine, result in
      switch result {
      case .success(let pruned) where pruned == Self.entriesInTransaction:
        engine.prune(before: moment, count: count + pruned)
      case .success(let pruned):
        if count + pruned > 0 { engine.observer.report(.pruned(count + pruned), cycle: engine.cycle.number) }
      case .failure(.replaced): engine.libraryWasReplaced()
      case .failure:
        // The next cycle that reaches sync tries again. If the library is the cause, that cycle reports it.
        engine.prunedAt = nil
        if count > 0 { engine.observer.report(.pruned(count), cycle: engine.cycle.number) }
      }
    }
  }
}
