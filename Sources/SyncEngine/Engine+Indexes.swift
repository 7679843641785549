import SyncCore

extension Engine {
  /// Tells people of a full-text index that is not kept right here, once for as long as that is so.
  func tellOfIndexes() {
    guard let findings = standing?.indexes, findings != toldIndexes else { return }
    let told = toldIndexes
    toldIndexes = findings
    for finding in findings where !told.contains(finding) {
      observer.report(.indexLeftAlone(finding), cycle: cycle.number)
    }
  }
}
