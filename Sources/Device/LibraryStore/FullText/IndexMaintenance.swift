import SyncCore

/// What a library does about a full-text index that is out of step.
extension Library {
  /// Remembers that an index is out of step, so that nothing is written to it any more; false if there is none that was
  /// written to, or that cannot be noted now.
  func leaveAlone(_ failure: IndexOutOfStep) -> Bool {
    let kept = indexes.catalogue.shapes.compactMap(\.fullText?.table)
    let tables = failure.table.map { table in kept.filter { $0 == table } } ?? kept
    guard !tables.isEmpty else { return false }
    do throws(StoreError) {
      try write { transaction in
        for table in tables {
          try SearchIndexes.mark(table, detail: failure.detail, now: transaction.now, transaction.database)
        }
      }
      indexes = try read { try SearchIndexes(self.catalogue, $0) }
      return true
    } catch {
      return false
    }
  }

  /// How much text of an index that is out of step is compared to see whether it is right again.
  private static let textCompared = 1 << 20
  /// How long it is left alone between two looks.
  private static let lookInterval: Duration = .seconds(60)

  /// Looks whether an index that was out of step has been made anew by the application or by a person. It is then kept
  /// right again.
  package func lookAtIndexes() throws(StoreError) {
    let marked = indexes.findings.filter { $0.kind == .outOfStep }.map(\.table)
    let now = clock()
    guard !marked.isEmpty, indexesLookedAt.map({ now.since($0) >= Self.lookInterval || now < $0 }) ?? true
    else {
      return
    }
    indexesLookedAt = now
    let whole = try read { try SearchIndexes(self.catalogue, $0, regardsMarks: false).catalogue }
    let compared = ProbeDescriptors.whileInspecting {
      IndexWordCheck.compare(at: path, catalogue: whole, textMax: Self.textCompared)
    }
    let right = compared.filter { words in
      if case .complete = words.result { marked.contains(words.table) } else { false }
    }.map(\.table)
    let mended = try read { database in
      try right.filter { table in
        let shape = whole.shapes.first { $0.fullText?.table == table }
        return try shape.map { try LibraryInspection.stray($0, database) == nil } ?? false
      }
    }
    guard !mended.isEmpty else { return }
    try write { transaction in
      for table in mended { try SearchIndexes.unmark(table, transaction.database) }
    }
    indexes = try read { try SearchIndexes(self.catalogue, $0) }
  }
}
