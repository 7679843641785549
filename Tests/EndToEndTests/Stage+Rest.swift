import SampleApplication
import Testing

extension Stage {
  /// `DaemonProcess.impatience`.
  static let impatience = DaemonProcess.impatience

  /// Waits until everything is at rest, and expects what must hold then (`RestProof`).
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
