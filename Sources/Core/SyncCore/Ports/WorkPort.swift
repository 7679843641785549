/// Runs pure work outside the event loop (decoding and encoding of large bodies), so that the loop stays
/// responsive.
package protocol WorkPort: AnyObject {
  /// Runs `work` elsewhere, then calls `completion` on the event loop.
  func run<Outcome: Sendable>(
    _ work: @escaping @Sendable () -> Outcome, completion: @escaping @Sendable (Outcome) -> Void)
}
