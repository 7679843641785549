import SyncCore

extension HubOffers {
  /// What the capabilities' `features` name.
  init(features: [String]) {
    self.init(
      snapshot: features.contains("snapshot"), rows: features.contains("rows"),
      digest: features.contains("digest"), witness: features.contains("witness"),
      keys: features.contains("keys"), current: features.contains("current"),
      held: features.contains("held"))
  }
}
