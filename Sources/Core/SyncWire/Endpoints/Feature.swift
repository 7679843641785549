/// The features that a hub may offer beyond layer 1, as `/capabilities` names them (docs/protocol.md §4,
/// Features).
package enum Feature: String, Hashable, Sendable, CaseIterable {
  /// An answer for each change, with bases and positions.
  case verdicts
  /// The hub may hold a `/get` open until there is something to send.
  case wait
  /// Log checkpoints: `chain_at` in requests, `chain` in the reply to `/send`.
  case checkpoint = "witness"
  /// `lost` in the entries of `/get`.
  case lost
  /// `/snapshot`.
  case snapshot
  /// `/rows`.
  case rows
  /// `/digest`.
  case digest
  /// `keys` in `/send`: a natural key counts only if the sender's library has it.
  case keys
  /// `current` in the changes of `/send`: the row as it is now, not as it was logged.
  case current
  /// `held` in `/get`: a device reads on in the log but keeps its place.
  case held
  /// gzip-encoded bodies, in both directions.
  case gzip
}
