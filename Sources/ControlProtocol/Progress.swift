/// How far a long push, pull or snapshot has come. What is not known is null.
package struct Progress: Codable, Hashable, Sendable {
  /// What is being moved.
  package enum Phase: String, Codable, Hashable, Sendable {
    /// Local changes to the hub.
    case push
    /// Everyone else's changes from the hub.
    case pull
    /// The hub's whole state from the hub: nobody knows how many rows before the last one is here.
    case snapshot
  }

  /// What is being moved.
  package var phase: Phase
  /// Changes (in a snapshot: rows) moved since the phase began.
  package var done: Int64
  /// Changes in all, as far as anybody knows by now.
  package var total: Int64?
  /// Changes a second of late; not known in the first moments.
  package var rate: Double?
  /// How long the rest takes at that rate.
  package var secondsLeft: Double?
  /// Bytes of a large request or reply that are through; absent where there is none under way, or the daemon is older.
  package var bytesDone: Int64?
  /// Its bytes in all, where the other side has said so.
  package var bytesTotal: Int64?

  enum CodingKeys: String, CodingKey {
    case phase, done, total
    case rate = "per_second"
    case secondsLeft = "seconds_left"
    case bytesDone = "bytes_done"
    case bytesTotal = "bytes_total"
  }

  /// Takes what is always known; set the rest.
  package init(phase: Phase, done: Int64) {
    self.phase = phase
    self.done = done
  }

  /// Writes the wire form: every key, null where nothing is known.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(phase, forKey: .phase)
    try container.encode(done, forKey: .done)
    try container.encode(total, forKey: .total)
    try container.encode(rate, forKey: .rate)
    try container.encode(secondsLeft, forKey: .secondsLeft)
    // Later than the others: left out where there is nothing to say.
    try container.encodeIfPresent(bytesDone, forKey: .bytesDone)
    try container.encodeIfPresent(bytesTotal, forKey: .bytesTotal)
  }

  /// The part that is done, from 0 to 1; `nil` where the total is not known.
  package var share: Double? {
    guard let total, total > 0 else { return nil }
    return min(1, Double(done) / Double(total))
  }
}
