import SyncCore

extension HubFeatures {
  /// Reads the capabilities' `features`.
  init(features: [String]) {
    self.init(
      snapshot: features.contains("snapshot"), rows: features.contains("rows"),
      digest: features.contains("digest"), checkpoint: features.contains("witness"),
      keys: features.contains("keys"), current: features.contains("current"),
      held: features.contains("held"))
  }
}
