import SampleApplication
import Testing

extension Stage {
  /// Settings under which a daemon tries again soon, so that a test need not wait as long as a person would.
  static let impatience = [
    "MEDIASYNC_BACKOFF_INITIAL": "20ms", "MEDIASYNC_BACKOFF_MAX": "300ms", "MEDIASYNC_HUB_LONG_POLL": "1s",
    "MEDIASYNC_HUB_REQUEST_TIMEOUT": "2s", "MEDIASYNC_HUB_CONNECT_TIMEOUT": "500ms",
    "MEDIASYNC_SYNC_DEBOUNCE": "20ms", "MEDIASYNC_SYNC_INTERVAL": "2s", "MEDIASYNC_SYNC_BATCH_CHANGES": "100",
  ]

  /// Lets everything come to rest, and expects of it what must hold then (`RestProof`).
  func expectRest(
    _ devices: [DaemonProcess], typed: TypedRecord, seed: UInt64, within seconds: Double = 60,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try RestProof.awaitRest(hub, devices, within: seconds)
    let fresh = try device("fresh")
    let problems = try RestProof(hub: hub, devices: devices, fresh: fresh, typed: typed).problems()
    #expect(problems == [], "seed \(seed)", sourceLocation: sourceLocation)
  }
}
