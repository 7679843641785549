import SyncCore

extension Engine {
  /// Reports each full-text index that the daemon does not maintain, once for as long as that lasts.
  func reportIndexes() {
    guard let findings = deviceState?.indexes, findings != reportedIndexes else { return }
    let told = reportedIndexes
    reportedIndexes = findings
    for finding in findings where !told.contains(finding) {
      observer.report(.indexLeftAlone(finding), cycle: cycle.number)
    }
  }
}
