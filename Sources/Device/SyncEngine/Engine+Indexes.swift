import SyncCore

extension Engine {
  /// Tells people of a full-text index that is not kept right here, once for as long as that is so.
  func reportIndexes() {
    guard let findings = deviceState?.indexes, findings != reportedIndexes else { return }
    let told = reportedIndexes
    reportedIndexes = findings
    for finding in findings where !told.contains(finding) {
      observer.report(.indexLeftAlone(finding), cycle: cycle.number)
    }
  }
}
