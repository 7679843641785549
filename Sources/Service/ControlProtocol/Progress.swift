/// The progress of a long push, pull or snapshot. Unknown values are null.
package struct Progress: Codable, Hashable, Sendable {
  /// The kind of transfer.
  package enum Phase: String, Codable, Hashable, Sendable {
    /// Local changes, to the hub.
    case push
    /// Changes of other devices, from the hub.
    case pull
    /// The hub's complete state, from the hub. The number of rows is unknown until the last one arrives.
    case snapshot
  }

  /// The kind of transfer.
  package var phase: Phase
  /// Changes transferred since the phase began; rows in a snapshot.
  package var done: Int64
  /// All changes of this phase, as far as known.
  package var total: Int64?
  /// The recent rate in changes per second; unknown in the first moments.
  package var rate: Double?
  /// The remaining time at that rate, in seconds.
  package var secondsLeft: Double?
  /// Bytes transferred of a large request or reply; absent if there is none, or the daemon is older.
  package var bytesDone: Int64?
  /// All bytes of that request or reply, if known.
  package var bytesTotal: Int64?

  enum CodingKeys: String, CodingKey {
    case phase, done, total
    case rate = "per_second"
    case secondsLeft = "seconds_left"
    case bytesDone = "bytes_done"
    case bytesTotal = "bytes_total"
  }

  /// Takes the parts that are always known. Set the others afterwards.
  package init(phase: Phase, done: Int64) {
    self.phase = phase
    self.done = done
  }

  /// Writes the wire form: every key, with null for unknown values.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(phase, forKey: .phase)
    try container.encode(done, forKey: .done)
    try container.encode(total, forKey: .total)
    try container.encode(rate, forKey: .rate)
    try container.encode(secondsLeft, forKey: .secondsLeft)
    // Added later than the others: absent if unknown.
    try container.encodeIfPresent(bytesDone, forKey: .bytesDone)
    try container.encodeIfPresent(bytesTotal, forKey: .bytesTotal)
  }

  /// The finished share, from 0 to 1; `nil` if the total is not known.
  package var share: Double? {
    guard let total, total > 0 else { return nil }
    return min(1, Double(done) / Double(total))
  }
}
