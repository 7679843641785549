import SyncCore

/// Counts the requests to the hub and their bytes, by endpoint.
package struct TrafficCounters: Sendable {
  /// The endpoints that are counted separately.
  package enum Endpoint: String, CaseIterable, Sendable {
    /// The hub's capabilities.
    case capabilities
    /// A push.
    case send
    /// A pull that does not wait.
    case get
    /// Checksums.
    case digest
    /// Single rows.
    case rows
    /// A piece of a snapshot.
    case snapshot
    /// Any other path.
    case other

    init(_ request: HubRequest) {
      self = Endpoint(rawValue: String(request.path.drop { $0 == "/" })) ?? .other
    }
  }

  /// How long requests took, from the first byte sent to the last byte received. Long polls are not included,
  /// because their duration says nothing about the hub.
  package private(set) var durations: [Endpoint: Histogram]
  /// Long polls that the hub answered.
  package private(set) var longPolls = 0
  /// Requests without an answer.
  package private(set) var unanswered = 0
  /// Bytes of bodies sent.
  package private(set) var sentBytes = 0
  /// Bytes of bodies received, after decompression.
  package private(set) var receivedBytes = 0

  /// Starts with nothing counted.
  package init() {
    let histogram = Histogram(bounds: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60])
    durations = Dictionary(uniqueKeysWithValues: Endpoint.allCases.map { ($0, histogram) })
  }

  /// Counts a finished request. `bytes` is the size of the reply's body; `nil` if no reply came.
  package mutating func count(_ request: HubRequest, received bytes: Int?, took duration: Duration) {
    sentBytes += request.body.count
    guard let bytes else {
      unanswered += 1
      return
    }
    receivedBytes += bytes
    if request.wait > .zero {
      longPolls += 1
    } else {
      durations[Endpoint(request)]?.observe(duration)
    }
  }
}
