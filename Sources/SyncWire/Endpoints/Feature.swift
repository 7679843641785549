/// What a hub may offer beyond layer 1, as `/capabilities` names it (docs/protocol.md §4).
package enum Feature: String, Hashable, Sendable, CaseIterable {
  /// An answer per change, with bases and positions.
  case verdicts
  /// `/get` may be held open until there is something to send.
  case wait
  /// `chain_at` in requests, `chain` in the reply to `/send`.
  case witness
  /// `lost` in the entries of `/get`.
  case lost
  /// `/snapshot`.
  case snapshot
  /// `/rows`.
  case rows
  /// `/digest`.
  case digest
  /// `keys` in `/send`: natural keys count only for senders whose library has them.
  case keys
  /// `current` in the changes of `/send`: the row as it is, not as it was logged.
  case current
  /// `held` in `/get`: a device reads on in the log and keeps its place.
  case held
  /// Bodies may be gzip-encoded, in both directions.
  case gzip
}
